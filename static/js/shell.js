// What stands around the timeline: rooms, head, people, and the drawers and keys
// to reach them. Rooms are links (#/name), so the address bar, the middle button
// and the keyboard just work.

import { $, avatarOf, composes, h, icon, paintAvatar, reconcile, tell } from "./dom.js";
import { current as language, t } from "./i18n.js";
import { load, save } from "./storage.js";

const OTHERS_MAX = 100;
const PEOPLE_MAX = 200;

export const hashOf = (room) => `#/${encodeURIComponent(room)}`;

// The room that the address names, in its own spelling, or "".
export function roomOfHash() {
  if (!location.hash.startsWith("#/")) return "";
  try {
    return decodeURIComponent(location.hash.slice(2)).trim();
  } catch {
    return "";
  }
}

export function Rooms() {
  function update(state, status) {
    const mine = sorted(state.rooms);
    reconcile($("room-list"), mine, (room) => room.name, makeRoom,
      (el, room) => fillRoom(el, room, state.current));
    const others = state.directory
      .filter((each) => !state.rooms.has(each.room)).slice(0, OTHERS_MAX);
    $("directory").hidden = others.length === 0;
    reconcile($("directory-list"), others, (each) => each.room,
      (each) => makeRoom({ name: each.room }), fillOther);
    paintAvatar($("self-avatar"), state.me);
    $("self-name").textContent = state.me;
    $("connection-state").textContent = t(`state_${status}`);
    const elsewhere = mine.some((room) =>
      room.name !== state.current && loud(room));
    $("elsewhere").hidden = !elsewhere;
  }

  function makeRoom({ name }) {
    const link = h("a", { class: "room", href: hashOf(name) },
      h("span", { class: "sign", "aria-hidden": "true", text: "#" }),
      h("bdi", { class: "name", text: name }), h("span", { class: "marks" }));
    link.dataset.room = name;
    return h("li", {}, link);
  }

  function fillRoom(el, room, current) {
    const link = el.firstElementChild;
    const here = room.name === current;
    const waiting = !here && (room.draft.trim() !== "" || room.edits.open !== null);
    const sig = [here, room.unread, room.mentions, waiting, room.level, t("draft")]
      .join(" ");
    if (link.dataset.sig === sig) return;
    link.dataset.sig = sig;
    link.classList.toggle("here", here);
    link.classList.toggle("unread", loud(room));
    link.classList.toggle("muted", room.level === "none");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    link.lastElementChild.replaceChildren(...marksOf(room, waiting));
  }

  function marksOf(room, waiting) {
    const marks = [];
    if (waiting) marks.push(labelled("draft", icon("edit"), t("draft")));
    if (room.level === "none") {
      marks.push(labelled("quiet", icon("bell-off"), t("levelNone")));
    }
    if (room.mentions > 0) {
      marks.push(labelled("mentions", "@", t("mentioned", { n: room.mentions })));
    }
    if (room.unread > 0) {
      const shown = room.unread > 99 ? "99+" : String(room.unread);
      marks.push(labelled("count", shown, t("unread", { n: room.unread })));
    }
    return marks;
  }

  function labelled(kind, shown, words) {
    return h("span", { class: kind, title: words },
      h("span", { "aria-hidden": "true" }, ...[shown].flat()),
      h("span", { class: "unseen", text: words }));
  }

  function fillOther(el, { members, online }) {
    const marks = el.firstElementChild.lastElementChild;
    const words = t("memberOf", { n: members });
    if (marks.title === words && marks.dataset.n === String(online)) return;
    marks.title = words;
    marks.dataset.n = online;
    marks.replaceChildren(labelled("people", [icon("people"), String(members)], words));
  }

  return { update };
}

// A muted room whispers: it counts, but does not stand out.
export const loud = (room) =>
  room.mentions > 0 || (room.unread > 0 && room.level !== "none");

export function sorted(rooms) {
  return [...rooms.values()].sort((a, b) => a.name.localeCompare(b.name));
}

// The head of the conversation.
export function RoomHead() {
  return {
    update(state) {
      const room = state.rooms.get(state.current);
      $("nowhere").hidden = Boolean(room);
      $("app").classList.toggle("empty", !room);
      if (!room) return;
      $("room-title").textContent = room.name;
      $("room-topic").textContent = room.topic || "";
      $("room-topic").title = room.topic || "";
      const online = room.people.known ? room.people.online() : room.listed.online;
      $("online-count").textContent = online || "";
      const words = `${t("showPeople")} (${t("peopleOnline", { n: online })})`;
      $("people-words").textContent = words;
      $("toggle-members").title = words;
      for (const radio of document.getElementsByName("level")) {
        radio.checked = radio.value === room.level;
      }
      showTyping(room);
    },
  };
}

function showTyping(room) {
  const [a, b, c] = [...room.typing.keys()];
  const key = c ? "typing3" : b ? "typing2" : "typing1";
  const text = a ? t(key, { a: `\u2068${a}\u2069`, b: `\u2068${b}\u2069` }) : "";
  if ($("typing").textContent !== text) $("typing").textContent = text;
}

// Who is in the room: those online first, who is typing. A click mentions.
export function Members(panel) {
  const list = $("member-list");

  list.addEventListener("click", (event) => {
    const name = event.target.closest("li[data-user]")?.dataset.user;
    if (name) tell(panel, "papo:mention", name);
  });

  let drawn = "";

  function update(state) {
    const room = state.rooms.get(state.current);
    if (!room || panel.inert) return;
    const sight = [room.people.revision, language(), room.name, ...room.typing.keys()]
      .join();
    if (sight === drawn) return;
    drawn = sight;
    reconcile(list, rowsOf(room.people), (row) => row.key, make,
      (el, row) => fill(el, row, room, state.me));
  }

  // People with a heading before each kind, and a last word on the rest.
  function rowsOf(people) {
    const rows = [];
    let left = PEOPLE_MAX;
    if (!people.known) return rows;
    for (const online of [true, false]) {
      const count = online ? people.online() : people.count() - people.online();
      if (count === 0) continue;
      const word = online ? "online" : "offline";
      rows.push({ key: `h-${word}`, word, count });
      const names = people.first(left, online);
      left -= names.length;
      for (const name of names) rows.push({ key: `u-${name}`, name, online });
    }
    const hidden = people.count() - (PEOPLE_MAX - left);
    if (hidden > 0) rows.push({ key: "more", more: hidden });
    return rows;
  }

  function make(row) {
    if (!row.name) return h("li", { class: row.more ? "more" : "heading" });
    const el = h("li", { class: "member" }, h("button", { type: "button" },
      avatarOf(row.name), h("bdi", { class: "name", text: row.name }),
      h("span", { class: "detail" })));
    el.dataset.user = row.name;
    return el;
  }

  function fill(el, row, room, me) {
    if (row.more) el.textContent = t("morePeople", { n: row.more });
    else if (row.word) el.textContent = `${t(row.word)} — ${row.count}`;
    else fillMember(el, row, room.typing.has(row.name), row.name === me);
  }

  function fillMember(el, { online }, typing, mine) {
    el.dataset.online = String(online);
    el.dataset.typing = String(typing);
    const words = mine ? t("you") : typing ? t("isTyping") : "";
    const detail = el.querySelector(".detail");
    if (detail.textContent !== words) detail.textContent = words;
  }

  return { update };
}

// The frame: drawers on a phone, the people panel, menus that close when one looks
// away. `moved()` is called when a panel came or went.
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
  $("sidebar").onclick = (event) => {
    if (event.target.closest("a")) closeDrawers();
  };
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
    $("sidebar").inert = narrow.matches ? !sidebar : people && !wide.matches;
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

// The keys that work everywhere; `on` has one function per deed.
export function Shortcuts(on) {
  document.addEventListener("keydown", (event) => {
    if (composes(event) || event.defaultPrevented) return;
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
