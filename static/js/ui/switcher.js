// Ctrl+K: type a few letters, press Enter, be there.

import { roomsFor } from "../model/selectors.js";
import { t } from "../words/words.js";
import { $, h } from "./dom.js";
import { composes } from "./input.js";
import { Listbox } from "./listbox.js";

const FOUND_MAX = 12;

export class Switcher {
  #dialog = $("switcher");
  #input = $("switcher-input");
  #box;
  #state;
  #go;

  // `state()` answers the store's state; `go(name)` enters a room.
  constructor({ state, go }) {
    const list = $("switcher-list");
    this.#state = state;
    this.#go = go;
    this.#box = new Listbox(this.#input, list);
    this.#input.oninput = () => this.#look();
    this.#input.onkeydown = (event) => this.#pressed(event);
    list.onclick = (event) => {
      const choice = this.#box.at(event);
      if (choice) this.#accept(choice);
    };
  }

  open() {
    if (this.#dialog.open) return;
    this.#input.value = "";
    this.#dialog.showModal();
    this.#look();
  }

  #look() {
    this.#box.offer(roomsFor(this.#state(), this.#input.value, FOUND_MAX), rowOf);
  }

  #pressed(event) {
    if (composes(event)) return;
    const enters = event.key === "Enter";
    if (!enters && !this.#box.moves(event)) return;
    event.preventDefault();
    if (enters) this.#accept(this.#box.chosen());
  }

  #accept(choice) {
    this.#dialog.close();
    if (choice) this.#go(choice.name);
  }
}

function rowOf({ name, fresh = false, unread = 0, members }) {
  const note = unread > 0 ? t("unread", { n: unread })
    : members !== undefined ? t("memberOf", { n: members }) : t("yourRoom");
  return [
    h("span", { class: "sign", "aria-hidden": "true", text: fresh ? "+" : "#" }),
    h("bdi", { class: "name", text: fresh ? t("switcherNew", { room: name }) : name }),
    h("span", { class: "fine", text: fresh ? "" : note }),
  ];
}
