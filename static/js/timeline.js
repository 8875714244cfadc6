// The room's messages on screen. Keeps at most WINDOW_MAX entries in the DOM,
// whatever the store holds; keeps its place while the reader is further up,
// and follows the end while the reader is there.

import { $, reconcile, tell } from "./dom.js";
import { setting, t } from "./i18n.js";
import { drawRow, makeRow, MessageActions, rowsOf } from "./rows.js";
import { foreseen } from "./store.js";

const WINDOW = 80;
const WINDOW_MAX = 300;
const CONTEXT = 20;
const NEAR_END = 80;
const NEAR_EDGE = 400;

export function Timeline(scroller) {
  const list = $("rows");
  const pill = $("pill");
  const actions = MessageActions(list, entryOf);
  let shownRoom = null;
  let last = null;
  let following = true;
  let from = null;
  let drawnFrom = 0;
  let drawn = "";

  scroller.addEventListener("scroll", scrolled, { passive: true });
  scroller.addEventListener("keydown", walk);
  pill.onclick = toEnd;
  new ResizeObserver(() => following && stick()).observe(scroller);

  function update(state) {
    last = state;
    const room = state.rooms.get(state.current);
    if (!room) {
      shownRoom = null;
      list.replaceChildren();
      return;
    }
    const entering = shownRoom !== room.name;
    if (entering) enter(room);
    const place = following ? null : placeOf();
    draw(room);
    $("hush").hidden = room.pending.length > 0 || !room.synced ||
      room.entries.some((each) => each.type === "message");
    if (entering) settle();
    else if (following) stick();
    else restore(place);
    showPill(room);
  }

  function enter(room) {
    shownRoom = room.name;
    following = true;
    from = null;
    actions.detach();
    drawn = "";
    list.replaceChildren();
    if (room.unread > WINDOW) from = firstUnread(room) - CONTEXT;
  }

  function firstUnread(room) {
    const at = room.entries.findIndex((each) => each.id > room.readId);
    return Math.max(CONTEXT, at) + room.dropped;
  }

  // Which entries are in the DOM: the last ones, or WINDOW_MAX from `from`. What
  // arrives below those costs nothing.
  function draw(room) {
    const { entries } = room;
    const start = startOf(room);
    drawnFrom = start + room.dropped;
    const end = from === null ? entries.length : start + WINDOW_MAX;
    const atEnd = end >= entries.length;
    const names = room.people.longNames();
    const sight = [drawnFrom, room.changes, room.lineId, names.length, setting()].join();
    if (!atEnd && sight === drawn) return;
    drawn = sight;
    const rows = rowsOf(entries.slice(start, end).map((each) => foreseen(each, room)),
      atEnd ? room.pending : [], room.lineId);
    const context = { me: last.me, names };
    reconcile(list, rows, (row) => row.key, makeRow,
      (el, row) => drawRow(el, row, context));
  }

  // `from` counts from the first entry that the room ever had here, so that it
  // stays true when the store forgets the oldest.
  function startOf({ entries, dropped }) {
    if (from === null) return Math.max(0, entries.length - WINDOW);
    return Math.min(Math.max(0, from - dropped), Math.max(0, entries.length - 1));
  }

  function placeOf() {
    const top = scroller.getBoundingClientRect().top;
    for (const el of list.children) {
      const box = el.getBoundingClientRect();
      if (box.bottom > top) return { el, offset: box.top };
    }
    return null;
  }

  function restore(place) {
    if (!place?.el.isConnected) return;
    scroller.scrollTop += place.el.getBoundingClientRect().top - place.offset;
  }

  function stick() {
    scroller.scrollTop = scroller.scrollHeight;
  }

  // A room just opened: at the unread line, else at the end.
  function settle() {
    const line = $("unread-line");
    stick();
    if (line) {
      const above = line.offsetTop - scroller.clientHeight / 4;
      scroller.scrollTop = Math.min(scroller.scrollTop, above);
    }
    following = nearEnd();
    if (!following && from === null) hold();
    tell(scroller, "papo:look");
  }

  function nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END && atLatest();
  }

  function atLatest() {
    const room = last?.rooms.get(shownRoom);
    if (from === null || !room) return true;
    return startOf(room) + WINDOW_MAX >= room.entries.length;
  }

  // Reading further up: what is in the DOM stays where it is.
  function hold() {
    from = drawnFrom;
  }

  function scrolled() {
    const was = following;
    following = nearEnd();
    if (was && !following && from === null) hold();
    if (!was && following) from = null;
    if (!following) slide();
    if (was !== following) tell(scroller, "papo:look");
  }

  // Near an edge of the window with more behind it: move the window there.
  function slide() {
    const room = last?.rooms.get(shownRoom);
    if (!room || from === null) return;
    const below = scroller.scrollHeight - scroller.scrollTop -
      scroller.clientHeight;
    let next = from;
    if (scroller.scrollTop < NEAR_EDGE) {
      next = Math.max(room.dropped, from - WINDOW / 2);
    }
    else if (below < NEAR_EDGE && !atLatest()) next = from + WINDOW / 2;
    if (next === from) return;
    from = next;
    update(last);
  }

  function toEnd() {
    from = null;
    following = true;
    if (last) update(last);
    stick();
    tell(scroller, "papo:look");
  }

  function showPill(room) {
    const count = room.unread;
    pill.hidden = following;
    $("pill-text").textContent = count > 0 ? t("newMessages", { n: count }) : "";
    pill.setAttribute("aria-label", count > 0
      ? t("newMessages", { n: count }) : t("toLatest"));
    pill.classList.toggle("fresh", count > 0);
  }

  function entryOf(el) {
    const room = last?.rooms.get(shownRoom);
    return room?.byId.get(Number(el?.dataset.id)) ?? null;
  }

  // The arrows walk through the messages; from the log itself, up enters it
  // at the last one.
  function walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.target.closest(".message-actions")) return;
    const all = [...list.querySelectorAll(".message")];
    const at = all.indexOf(document.activeElement?.closest(".message"));
    const next = at < 0 ? all.length - 1 : at + step;
    if (!all[next]) return;
    event.preventDefault();
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  return { update, toEnd, following: () => following };
}
