// Who is in the room: those online first, who is typing. A click mentions.

import { $, h, paintAvatar, reconcile, tell } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_MAX = 200;

export function Members(panel) {
  const list = $("member-list");

  list.addEventListener("click", (event) => {
    const name = event.target.closest("li[data-user]")?.dataset.user;
    if (name) tell(panel, "papo:mention", name);
  });

  function update(state) {
    const room = state.rooms.get(state.current);
    if (!room || panel.inert) return;
    const people = [...room.members]
      .map(([name, { online }]) => ({ name, online: Boolean(online) }))
      .sort((a, b) => b.online - a.online || a.name.localeCompare(b.name));
    reconcile(list, rowsOf(people), (row) => row.key, make,
      (el, row) => fill(el, row, room, state.me));
  }

  // People with a heading before each kind, and a last word on the rest.
  function rowsOf(people) {
    const rows = [];
    for (const online of [true, false]) {
      const these = people.filter((each) => each.online === online);
      if (these.length === 0) continue;
      const word = online ? "online" : "offline";
      rows.push({ key: `h-${word}`, word, count: these.length });
      for (const each of these) {
        if (rows.length < SHOWN_MAX) rows.push({ ...each, key: `u-${each.name}` });
      }
    }
    const hidden = people.length - rows.filter((row) => row.name).length;
    if (hidden > 0) rows.push({ key: "more", more: hidden });
    return rows;
  }

  function make(row) {
    if (!row.name) return h("li", { class: row.more ? "more" : "heading" });
    const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    paintAvatar(avatar, row.name);
    const el = h("li", { class: "member" }, h("button", { type: "button" },
      avatar, h("bdi", { class: "name", text: row.name }),
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
