// Ctrl+K: type a few letters, press Enter, be there.

import { $, h } from "./dom.js";
import { t } from "./i18n.js";
import { loud, sorted } from "./rooms.js";

const SHOWN_MAX = 12;

// `rooms()` answers the store's state; `go(name)` enters a room.
export function Switcher({ state, go }) {
  const dialog = $("switcher");
  const input = $("switcher-input");
  const list = $("switcher-list");
  let found = [];
  let chosen = 0;

  input.oninput = () => look();
  input.onkeydown = pressed;
  list.onclick = (event) => {
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) accept(at);
  };

  function open() {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    look();
  }

  function look() {
    const word = input.value.trim().replace(/^#/, "").trim();
    const lower = word.toLowerCase();
    const { rooms, directory, current } = state();
    const mine = sorted(rooms).filter((room) => room.name !== current || word)
      .sort((a, b) => loud(b) - loud(a))
      .map((room) => ({ name: room.name, note: room.unread > 0
        ? t("unread", { n: room.unread }) : t("yourRoom") }));
    const others = directory.filter((each) => !rooms.has(each.room))
      .map((each) => ({ name: each.room, note: t("memberOf", { n: each.members }) }));
    const all = [...mine, ...others];
    found = all.filter((each) => each.name.toLowerCase().includes(lower))
      .sort((a, b) => rank(b, lower) - rank(a, lower)).slice(0, SHOWN_MAX);
    if (word && !all.some((each) => each.name === word)) {
      found.push({ name: word, fresh: true, note: "" });
    }
    chosen = 0;
    draw();
  }

  const rank = (each, lower) => Number(each.name.toLowerCase().startsWith(lower));

  function draw() {
    list.replaceChildren(...found.map((each, i) => {
      const name = each.fresh ? t("switcherNew", { room: each.name }) : each.name;
      return h("li", { role: "option", id: `switcher-${i}`,
        "aria-selected": i === chosen, class: i === chosen ? "chosen" : "" },
      h("span", { class: "sign", "aria-hidden": "true", text: each.fresh ? "+" : "#" }),
      h("bdi", { class: "name", text: name }),
      h("span", { class: "note", text: each.note }));
    }));
    input.setAttribute("aria-activedescendant",
      found.length > 0 ? `switcher-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      accept(chosen);
    }
  }

  function accept(at) {
    const choice = found[at];
    dialog.close();
    if (choice) go(choice.name);
  }

  return { open };
}
