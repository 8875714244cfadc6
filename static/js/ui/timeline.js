// The room's messages on screen. Draws a part of what the store holds
// (model/sight.js); keeps its place while the reader is further up, and follows the
// end while the reader is there. Tells look when that changes.

import { foreseen } from "../model/pending.js";
import { rowsOf } from "../model/rows.js";
import { isHushed } from "../model/selectors.js";
import { Sight } from "../model/sight.js";
import { setting } from "../words/times.js";
import { t } from "../words/words.js";
import { MessageActions } from "./actions.js";
import { $, reconcile, tell } from "./dom.js";
import { drawRow, makeRow } from "./row.js";

const NEAR_END = 80;
const NEAR_EDGE = 400;

export class Timeline {
  #scroller;
  #list = $("rows");
  #pill = $("pill");
  #actions;
  #sight = new Sight();
  #state = null;
  #shown = null;  // the name of the room in the DOM
  #following = true;
  #drawnFrom = 0;
  #drawn = "";

  constructor(scroller) {
    this.#scroller = scroller;
    this.#actions = new MessageActions(this.#list, (el) => this.#entryOf(el));
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.#walk(event));
    this.#pill.onclick = () => this.toEnd();
    new ResizeObserver(() => this.#following && this.#stick()).observe(scroller);
  }

  following() {
    return this.#following;
  }

  update(state) {
    this.#state = state;
    const room = state.rooms.get(state.current);
    if (!room) {
      this.#shown = null;
      this.#list.replaceChildren();
      return;
    }
    const entering = this.#shown !== room.name;
    if (entering) this.#enter(room);
    const place = this.#following ? null : this.#place();
    this.#draw(room);
    $("hush").hidden = !isHushed(room);
    if (entering) this.#settle();
    else if (this.#following) this.#stick();
    else this.#restore(place);
    this.#showPill(room);
  }

  toEnd() {
    this.#sight.release();
    this.#following = true;
    if (this.#state) this.update(this.#state);
    this.#stick();
    this.#tell();
  }

  #enter(room) {
    this.#shown = room.name;
    this.#following = true;
    this.#actions.detach();
    this.#drawn = "";
    this.#list.replaceChildren();
    this.#sight.enter(room);
  }

  // What arrives below the rows in sight costs nothing.
  #draw(room) {
    const start = this.#sight.startOf(room);
    this.#drawnFrom = start + room.dropped;
    const atEnd = this.#sight.isAtLatest(room);
    const names = room.people.longNames();
    const drawn = [this.#drawnFrom, room.changes, room.lineId, names.length, setting()].join();
    if (!atEnd && drawn === this.#drawn) return;
    this.#drawn = drawn;
    const entries = room.entries.slice(start, this.#sight.endOf(room))
      .map((each) => foreseen(each, room));
    const context = { me: this.#state.me, names };
    reconcile(this.#list, rowsOf(entries, atEnd ? room.pending : [], room.lineId), {
      key: (row) => row.key, make: makeRow,
      update: (el, row) => drawRow(el, row, context),
    });
  }

  #place() {
    const { top } = this.#scroller.getBoundingClientRect();
    for (const el of this.#list.children) {
      const box = el.getBoundingClientRect();
      if (box.bottom > top) return { el, offset: box.top };
    }
    return null;
  }

  #restore(place) {
    if (!place?.el.isConnected) return;
    this.#scroller.scrollTop += place.el.getBoundingClientRect().top - place.offset;
  }

  #stick() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  // A room just opened: at the unread line, else at the end.
  #settle() {
    const line = $("unread-line");
    this.#stick();
    if (line) {
      const above = line.offsetTop - this.#scroller.clientHeight / 4;
      this.#scroller.scrollTop = Math.min(this.#scroller.scrollTop, above);
    }
    this.#following = this.#nearEnd();
    if (!this.#following) this.#sight.hold(this.#drawnFrom);
    this.#tell();
  }

  #tell() {
    tell(this.#scroller, "look");
  }

  #room() {
    return this.#state?.rooms.get(this.#shown) ?? null;
  }

  #below() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #nearEnd() {
    const room = this.#room();
    return this.#below() < NEAR_END && (!room || this.#sight.isAtLatest(room));
  }

  // Reading further up: what is in the DOM stays where it is.
  #scrolled() {
    const was = this.#following;
    this.#following = this.#nearEnd();
    if (was && !this.#following) this.#sight.hold(this.#drawnFrom);
    if (!was && this.#following) this.#sight.release();
    if (!this.#following) this.#slide();
    if (was !== this.#following) this.#tell();
  }

  // Near an edge of what is drawn with more behind it: moves on there.
  #slide() {
    const room = this.#room();
    if (!room || !this.#sight.isHeld()) return;
    const moves = this.#scroller.scrollTop < NEAR_EDGE ? this.#sight.moveUp(room)
      : this.#below() < NEAR_EDGE && this.#sight.moveDown(room);
    if (moves) this.update(this.#state);
  }

  #showPill({ unread }) {
    const words = t("newMessages", { n: unread });
    this.#pill.hidden = this.#following;
    $("pill-text").textContent = unread > 0 ? words : "";
    this.#pill.setAttribute("aria-label", unread > 0 ? words : t("toLatest"));
    this.#pill.classList.toggle("fresh", unread > 0);
  }

  #entryOf(el) {
    return this.#room()?.byId.get(Number(el?.dataset.id)) ?? null;
  }

  // The arrows walk through the messages; from the log itself, up enters it
  // at the last one.
  #walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.target.closest(".message-actions")) return;
    const all = [...this.#list.querySelectorAll(".message")];
    const at = all.indexOf(document.activeElement?.closest(".message"));
    const next = at < 0 ? all.length - 1 : at + step;
    if (!all[next]) return;
    event.preventDefault();
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }
}
