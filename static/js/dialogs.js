// The small dialogs. Each promises what was chosen, or null.

import { $ } from "./dom.js";
import { t } from "./i18n.js";

// Every [data-close] closes its dialog; so does a click beside it.
export function Dialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      const closes = event.target.closest("[data-close]");
      if (closes || event.target === dialog) dialog.close();
    });
  }
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

// Shows a form with one field, and promises its trimmed text.
function askFor(dialog, form, input, text) {
  input.value = text;
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    let answer = null;
    form.onsubmit = (event) => {
      event.preventDefault();
      answer = input.value.trim();
      dialog.close();
    };
    dialog.addEventListener("close", () => resolve(answer), { once: true });
  });
}

export const askRoom = () =>
  askFor($("room-dialog"), $("room-form"), $("room-input"), "");

export const askTopic = (topic) =>
  askFor($("topic-dialog"), $("topic-form"), $("topic-input"), topic);

export function confirmThat(text, action) {
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = t(action);
  $("confirm").showModal();
  return new Promise((resolve) => {
    let answer = false;
    $("confirm-yes").onclick = () => {
      answer = true;
      $("confirm").close();
    };
    $("confirm").addEventListener("close", () => resolve(answer), { once: true });
  });
}
