// Fills what the markup leaves to the language: data-t (text), data-t-label,
// data-t-placeholder.

import { setLanguage, t, tag } from "../words/words.js";

export function translate(root) {
  for (const el of root.querySelectorAll("[data-t]")) {
    el.textContent = t(el.dataset.t);
  }
  for (const el of root.querySelectorAll("[data-t-label]")) {
    el.setAttribute("aria-label", t(el.dataset.tLabel));
    if (el.matches("button, summary")) el.title = t(el.dataset.tLabel);
  }
  for (const el of root.querySelectorAll("[data-t-placeholder]")) {
    el.placeholder = t(el.dataset.tPlaceholder);
  }
}

export function speak(lang) {
  setLanguage(lang);
  document.documentElement.lang = tag();
  translate(document);
}
