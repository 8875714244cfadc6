// The frame: drawers on a phone, the people panel, menus that close when one looks
// away.

import { load, save } from "../net/storage.js";
import { t } from "../words/words.js";
import { $ } from "./dom.js";
import { isNarrow, isWide, onWidth } from "./width.js";

const SIDEBAR = "sidebar-open";
const MEMBERS = "members-open";

export class Frame {
  #app;
  #moved;

  // `moved()` is called when a panel came or went.
  constructor(app, { moved }) {
    this.#app = app;
    this.#moved = moved;
    $("open-sidebar").onclick = () => this.#toggle(SIDEBAR);
    $("toggle-members").onclick = () => {
      this.#toggle(MEMBERS);
      this.#remember();
    };
    $("close-members").onclick = () => {
      this.#set(MEMBERS, false);
      this.#remember();
      $("toggle-members").focus();
    };
    $("scrim").onclick = () => this.closeDrawers();
    $("sidebar").onclick = (event) => {
      if (event.target.closest("a")) this.closeDrawers();
    };
    onWidth(() => this.#settle());
    document.addEventListener("click", closeMenus);
    this.#settle();
  }

  // Answers whether there was one to close.
  closeDrawers() {
    if (closeMenu()) return true;
    const sidebar = isNarrow() && this.#isOpen(SIDEBAR);
    const people = !isWide() && this.#isOpen(MEMBERS);
    if (sidebar) this.#set(SIDEBAR, false);
    if (people) this.#set(MEMBERS, false);
    if (sidebar) $("open-sidebar").focus();
    if (people) $("toggle-members").focus();
    return sidebar || people;
  }

  #isOpen(what) {
    return this.#app.classList.contains(what);
  }

  // Whether people are wanted where there is room for them.
  #remember() {
    if (isWide()) save("people", this.#isOpen(MEMBERS) ? "on" : "off");
  }

  #settle() {
    this.#set(SIDEBAR, false);
    this.#set(MEMBERS, isWide() && load("people") !== "off");
  }

  #toggle(what) {
    this.#set(what, !this.#isOpen(what));
  }

  #set(what, open) {
    this.#app.classList.toggle(what, open);
    const sidebar = this.#isOpen(SIDEBAR);
    const people = this.#isOpen(MEMBERS);
    $("sidebar").inert = isNarrow() ? !sidebar : people && !isWide();
    $("members").inert = !people;
    $("conversation").inert = !isWide() && ((sidebar && isNarrow()) || people);
    $("open-sidebar").setAttribute("aria-expanded", String(sidebar));
    $("open-sidebar").setAttribute("aria-label", t("showRooms"));
    $("toggle-members").setAttribute("aria-expanded", String(people));
    this.#moved();
    if (open && what === SIDEBAR) $("sidebar").querySelector("a, button").focus();
    if (open && !isWide() && what === MEMBERS) $("close-members").focus();
  }
}

// Answers whether there was one.
function closeMenu() {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}
