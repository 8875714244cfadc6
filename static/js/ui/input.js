// Keys, fingers and fields, where browsers differ or need help.

import { $, h } from "./dom.js";

// Whether a key belongs to an input method; 229 is what some report instead.
export const composes = (event) => event.isComposing || event.keyCode === 229;

// Where there is no Shift+Enter.
const touch = () => matchMedia("(pointer: coarse)");
export const isTouch = () => touch().matches;
export const onTouch = (changed) => touch().addEventListener("change", changed);

// Puts `text` in the place of what stands from `start` to `end`, as if it had
// been typed: the browser can undo it, and "input" is heard.
export function typeInto(input, text, start, end) {
  input.focus();
  input.setSelectionRange(start, end);
  if (text === "" && start === end) return;
  const verb = text === "" ? "delete" : "insertText";
  if (document.execCommand(verb, false, text)) return;
  input.setRangeText(text, start, end, "end");
  input.dispatchEvent(new Event("input"));
}

// Answers whether the browser let it be copied.
export function copy(text) {
  return navigator.clipboard?.writeText(text).then(() => true, () => false) ??
    copyByHand(text);
}

// Without a secure context (plain HTTP, another machine) there is no clipboard
// to write to, but a selection can still be copied.
function copyByHand(text) {
  const box = h("textarea", { class: "unseen" });
  const before = document.activeElement;
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus();
  return done;
}

// How much goes into the fields for names, as the server told.
export function limitNames({ name_characters: most }) {
  for (const id of ["name-input", "welcome-room-input", "room-input", "settings-name"]) {
    if (most) $(id).maxLength = most;
  }
}
