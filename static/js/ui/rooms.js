// The rooms at the side: mine, those of others, and who I am.

import { loud, others, sorted } from "../model/selectors.js";
import { t } from "../words/words.js";
import { hashOf } from "./address.js";
import { $, h, icon, paintAvatar, reconcile } from "./dom.js";

const OTHERS_MAX = 100;

// Draws `state`, and the connection's status.
export function drawRooms(state, status) {
  const mine = sorted(state.rooms);
  reconcile($("room-list"), mine, {
    key: (room) => room.name, make: makeRoom,
    update: (el, room) => fillMine(el.firstElementChild, room, room.name === state.current),
  });
  const offered = others(state).slice(0, OTHERS_MAX);
  $("directory").hidden = offered.length === 0;
  reconcile($("directory-list"), offered, {
    key: (each) => each.room, make: (each) => makeRoom({ name: each.room }),
    update: fillOther,
  });
  paintAvatar($("self-avatar"), state.me);
  $("self-name").textContent = state.me;
  $("connection-state").textContent = t(`state_${status}`);
  $("elsewhere").hidden = !mine.some((room) =>
    room.name !== state.current && loud(room));
}

function makeRoom({ name }) {
  const link = h("a", { class: "room", href: hashOf(name) },
    h("span", { class: "sign", "aria-hidden": "true", text: "#" }),
    h("bdi", { class: "name", text: name }), h("span", { class: "marks" }));
  link.dataset.room = name;
  return h("li", {}, link);
}

function fillMine(link, room, here) {
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

function marksOf({ level, mentions, unread }, waiting) {
  const marks = [];
  if (waiting) marks.push(labelled("draft", icon("edit"), t("draft")));
  if (level === "none") marks.push(labelled("quiet", icon("bell-off"), t("levelNone")));
  if (mentions > 0) marks.push(labelled("mentions", "@", t("mentioned", { n: mentions })));
  if (unread > 0) {
    const shown = unread > 99 ? "99+" : String(unread);
    marks.push(labelled("count", shown, t("unread", { n: unread })));
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
