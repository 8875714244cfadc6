// A list that the arrows move through while the focus stays in a text field (the
// ARIA combobox pattern): completion, and the room switcher.

import { h } from "./dom.js";

export class Listbox {
  #input;
  #list;
  #found = [];
  #chosen = 0;

  constructor(input, list) {
    this.#input = input;
    this.#list = list;
  }

  // Offers these, the first one chosen; `draw(each)` answers the nodes of its row.
  offer(found, draw) {
    this.#found = found;
    this.#chosen = 0;
    this.#list.replaceChildren(...found.map((each, i) => h("li", {
      role: "option", id: `${this.#list.id}-${i}`,
    }, ...draw(each))));
    this.#mark();
  }

  isEmpty() {
    return this.#found.length === 0;
  }

  // The one in hand, or null.
  chosen() {
    return this.#found[this.#chosen] ?? null;
  }

  // The one that an event happened on, or null.
  at(event) {
    const at = [...this.#list.children].indexOf(event.target.closest("li"));
    return this.#found[at] ?? null;
  }

  // Answers whether the key was an arrow for the list.
  moves({ key }) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const count = this.#found.length;
    if (!step || count === 0) return false;
    this.#chosen = (this.#chosen + step + count) % count;
    this.#mark();
    return true;
  }

  #mark() {
    [...this.#list.children].forEach((el, i) => {
      el.setAttribute("aria-selected", String(i === this.#chosen));
      el.classList.toggle("chosen", i === this.#chosen);
    });
    const el = this.#list.children[this.#chosen];
    el?.scrollIntoView({ block: "nearest" });
    if (el) this.#input.setAttribute("aria-activedescendant", el.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }
}
