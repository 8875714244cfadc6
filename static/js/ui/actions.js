// One toolbar for all messages: it moves to the one that is in hand.

import { t } from "../words/words.js";
import { fromTemplate, tell } from "./dom.js";
import { translate } from "./translate.js";

const messageOf = (event) => event.target.closest?.(".message") ?? null;

// Tells quote, edit and delete with the entry, and copy with the text.
export class MessageActions {
  #list;
  #entryOf;
  #actions = fromTemplate("actions-template");

  // `entryOf(el)` answers the entry that a .message element shows, or null.
  constructor(list, entryOf) {
    this.#list = list;
    this.#entryOf = entryOf;
    list.addEventListener("pointerover", (event) => this.#attach(messageOf(event)));
    list.addEventListener("focusin", (event) => this.#attach(messageOf(event)));
    list.addEventListener("click", (event) => this.#clicked(event));
  }

  detach() {
    this.#actions.remove();
  }

  #attach(el) {
    const actions = this.#actions;
    if (!el || actions.parentElement === el) return;
    const entry = this.#entryOf(el);
    actions.remove();
    if (!entry || entry.deleted) return;
    for (const button of actions.children) {
      const { action } = button.dataset;
      button.hidden = !entry.mine && (action === "edit" || action === "delete");
    }
    translate(actions);
    actions.setAttribute("aria-label", t("messageActions"));
    el.append(actions);
  }

  #clicked(event) {
    const button = event.target.closest("[data-action]");
    const entry = this.#entryOf(messageOf(event));
    if (!button || !entry) return;
    const { action } = button.dataset;
    tell(this.#list, action, action === "copy" ? entry.text : entry);
  }
}
