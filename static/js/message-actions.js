// One toolbar for all messages: it moves to the one that is in hand, so that a
// long timeline costs no more nodes than a short one.

import { fromTemplate, tell } from "./dom.js";
import { t, translate } from "./i18n.js";

// `entryOf(el)` answers the entry that a .message element shows, or null.
// Tells papo:quote, papo:edit and papo:delete with the entry, and papo:copy
// with the text.
export function MessageActions(list, entryOf) {
  const actions = fromTemplate("actions-template");
  const messageOf = (event) => event.target.closest?.(".message") ?? null;

  list.addEventListener("pointerover", (event) => attach(messageOf(event)));
  list.addEventListener("focusin", (event) => attach(messageOf(event)));
  list.addEventListener("click", clicked);

  function attach(el) {
    if (!el || actions.parentElement === el) return;
    const entry = entryOf(el);
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

  function clicked(event) {
    const button = event.target.closest("[data-action]");
    const entry = entryOf(messageOf(event));
    if (!button || !entry) return;
    const { action } = button.dataset;
    tell(list, `papo:${action}`, action === "copy" ? entry.text : entry);
  }

  return { detach: () => actions.remove() };
}
