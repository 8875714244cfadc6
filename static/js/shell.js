// The frame: drawers on a phone, the people panel, menus that close when one
// looks away, and the keys that work everywhere.

import { isDialogOpen } from "./dialogs.js";
import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { load, save } from "./storage.js";

// `moved()` is called when a panel came or went.
export function Shell(app, { moved }) {
  const narrow = matchMedia("(max-width: 760px)");
  const wide = matchMedia("(min-width: 1100px)");

  $("open-sidebar").onclick = () => toggle("sidebar-open");
  $("toggle-members").onclick = () => {
    toggle("members-open");
    if (wide.matches) save("people", isOpen("members-open") ? "on" : "off");
  };
  $("close-members").onclick = () => {
    set("members-open", false);
    if (wide.matches) save("people", "off");
    $("toggle-members").focus();
  };
  $("scrim").onclick = closeDrawers;
  narrow.addEventListener("change", settle);
  wide.addEventListener("change", settle);
  document.addEventListener("click", closeMenus);
  settle();

  const isOpen = (what) => app.classList.contains(what);

  function settle() {
    set("sidebar-open", false);
    set("members-open", wide.matches && load("people") !== "off");
  }

  function toggle(what) {
    set(what, !app.classList.contains(what));
  }

  function set(what, open) {
    app.classList.toggle(what, open);
    const sidebar = app.classList.contains("sidebar-open");
    const people = app.classList.contains("members-open");
    $("sidebar").inert = narrow.matches && !sidebar;
    $("members").inert = !people;
    $("conversation").inert = !wide.matches &&
      ((sidebar && narrow.matches) || people);
    $("open-sidebar").setAttribute("aria-expanded", String(sidebar));
    $("open-sidebar").setAttribute("aria-label", t("showRooms"));
    $("toggle-members").setAttribute("aria-expanded", String(people));
    moved();
    if (open && what === "sidebar-open") $("sidebar").querySelector("a, button").focus();
    if (open && !wide.matches && what === "members-open") $("close-members").focus();
  }

  // Answers whether there was one to close.
  function closeDrawers() {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return true;
    }
    const sidebar = narrow.matches && app.classList.contains("sidebar-open");
    const people = !wide.matches && app.classList.contains("members-open");
    if (sidebar) set("sidebar-open", false);
    if (people) set("members-open", false);
    if (sidebar) $("open-sidebar").focus();
    if (people) $("toggle-members").focus();
    return sidebar || people;
  }

  function closeMenus(event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  }

  return { closeDrawers };
}

// `on` has one function per deed.
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
