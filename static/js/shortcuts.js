// Keys that work everywhere on the page. `on` has one function per deed.

import { isDialogOpen } from "./dialogs.js";

export function Shortcuts(on) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const deed = deedOf(event);
    if (!deed) return;
    event.preventDefault();
    on[deed](event);
  });
}

function deedOf(event) {
  const { key, altKey: alt, shiftKey: shift } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control && !alt && key.toLowerCase() === "k") return "find";
  if (isDialogOpen()) return null;
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
