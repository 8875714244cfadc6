// The keys that work everywhere.

import { composes } from "./input.js";

// `deeds` has one function each: find, up, down, unreadUp, unreadDown, write, help,
// escape.
export function listenToKeys(deeds) {
  document.addEventListener("keydown", (event) => {
    if (composes(event) || event.defaultPrevented) return;
    const deed = deedOf(event);
    if (!deed) return;
    event.preventDefault();
    deeds[deed]();
  });
}

function deedOf(event) {
  const { key, altKey: alt, shiftKey: shift } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control && !alt && key.toLowerCase() === "k") return "find";
  if (document.querySelector("dialog[open]")) return null;
  if (alt && !control && key === "ArrowUp") return shift ? "unreadUp" : "up";
  if (alt && !control && key === "ArrowDown") return shift ? "unreadDown" : "down";
  if (control || alt) return null;
  if (key === "Escape") return "escape";
  if (isWriting(event.target)) return null;
  if (key === "/") return "write";
  if (key === "?") return "help";
  return null;
}

function isWriting(el) {
  return el.matches?.("input:not([type=radio], [type=checkbox]), textarea") ?? false;
}
