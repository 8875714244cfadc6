// What stands before the page for a moment: opening and closing, one question at
// a time.

import { t } from "../words/words.js";
import { $ } from "./dom.js";

// Every [data-close] closes its dialog; so does a click beside it, which began
// there, unless something is written in it.
export function tendDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    let began = null;
    dialog.addEventListener("pointerdown", (event) => {
      began = event.target;
    });
    dialog.addEventListener("click", (event) => {
      const beside = event.target === dialog && began === dialog;
      if (event.target.closest("[data-close]") || (beside && !holdsText(dialog))) {
        dialog.close();
      }
    });
  }
}

const holdsText = (dialog) => [...dialog.querySelectorAll("form input.input")]
  .some((input) => input.value !== input.defaultValue);

// For reading: the focus is on the whole, not on the first button.
export function show(dialog) {
  dialog.showModal();
  dialog.focus();
}

// What is wrong with what stands in a form, or "".
export function complain(form, words) {
  form.querySelector(".field-error").textContent = words;
  form.querySelector("input").setAttribute("aria-invalid", String(words !== ""));
}

// Shows a form with one field, whose trimmed text goes to `deed`. That promises
// "", and the form is done; or what is wrong, and it stays as it is.
function askFor(dialog, { text, deed }) {
  const form = dialog.querySelector("form");
  const input = form.querySelector("input");
  complain(form, "");
  input.defaultValue = text;
  input.value = text;
  dialog.showModal();
  input.select();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const trouble = await deed(input.value.trim());
    complain(form, trouble);
    if (trouble) input.focus();
    else dialog.close();
  };
}

export const askRoom = (deed) => askFor($("room-dialog"), { text: "", deed });
export const askTopic = (text, deed) => askFor($("topic-dialog"), { text, deed });

// Promises whether one said yes to `action`.
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
