// From the address to the room: entering, leaving, going to another one.

import { nameOf } from "../model/names.js";
import { neighbour } from "../model/selectors.js";
import { insist } from "../net/retry.js";
import { t } from "../words/words.js";
import { hashOf, roomOfHash } from "./address.js";
import { confirmThat } from "./dialogs.js";
import { isTouch } from "./input.js";

export class Visits {
  #store;
  #session;
  #page;

  // `page` does closeDrawers(), write() (puts the focus into the message box) and
  // trouble(refusal).
  constructor({ store, session, page }) {
    this.#store = store;
    this.#session = session;
    this.#page = page;
    addEventListener("hashchange", () => this.follow());
  }

  // Before there is a connection: a name that needs no explaining stands there.
  prepare() {
    const spelt = roomOfHash();
    if (spelt && spelt === nameOf(spelt)) this.#store.open(spelt);
  }

  go(room) {
    const hash = room ? hashOf(room) : "#/";
    if (location.hash === hash) this.follow();
    else location.hash = hash;
  }

  // The next or previous of my rooms, of all or of those `wanted`.
  goOn(step, wanted) {
    this.go(neighbour(this.#store.state, step, wanted) ?? "");
  }

  // Goes where the address says.
  async follow() {
    const spelt = roomOfHash();
    this.#page.closeDrawers();
    const room = await this.#session.roomMeantBy(spelt);
    if (roomOfHash() !== spelt) return;
    if (room !== spelt) {
      history.replaceState(null, "", hashOf(room));
      if (this.#session.status() !== "open") this.#store.open(room);
    }
    if (!room) {
      this.#store.show(null);
      return;
    }
    if (!this.#store.room(room)) await this.#join(room);
    if (roomOfHash() !== room || !this.#store.room(room)) return;
    this.#store.show(room);
    this.#session.refresh();
    if (!isTouch()) this.#page.write();
  }

  async leave(room) {
    if (!await confirmThat(t("confirmLeave", { room }), "leaveRoom")) return;
    await this.#session.leave(room).catch(this.#page.trouble);
    if (roomOfHash() === room && !this.#store.room(room)) this.goOn(1);
  }

  // As long as one stands at its door, the room is tried again.
  async #join(room) {
    let told = false;
    const join = () => this.#session.join(room).catch((refusal) => {
      if (!told) this.#page.trouble(refusal);
      told = true;
      throw refusal;
    });
    await insist(join, () => roomOfHash() === room && !this.#store.room(room))
      .catch(() => {});
  }
}
