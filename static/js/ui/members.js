// Who is in the room: those online first, who is typing. A click tells mention.

import { language, t } from "../words/words.js";
import { $, avatarOf, h, reconcile, tell } from "./dom.js";

const SHOWN_MAX = 200;

export class Members {
  #panel;
  #drawn = "";

  constructor(panel) {
    this.#panel = panel;
    $("member-list").addEventListener("click", (event) => {
      const name = event.target.closest("li[data-user]")?.dataset.user;
      if (name) tell(panel, "mention", name);
    });
  }

  update(state) {
    const room = state.rooms.get(state.current);
    if (!room || this.#panel.inert) return;
    const sight = [room.people.revision, language(), room.name, ...room.typing.keys()]
      .join();
    if (sight === this.#drawn) return;
    this.#drawn = sight;
    reconcile($("member-list"), rowsOf(room.people), {
      key: (row) => row.key, make,
      update: (el, row) => fill(el, row, room, state.me),
    });
  }
}

// People with a heading before each kind, and a last word on the rest.
function rowsOf(people) {
  const rows = [];
  let left = SHOWN_MAX;
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
  const hidden = people.count() - (SHOWN_MAX - left);
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
