// What stands before the page: arriving; the small dialogs, which promise what
// was chosen, or null; the room switcher, settings, help.

import { COMMANDS } from "./composer.js";
import { $, bytesOf, h, tell } from "./dom.js";
import { HttpApi } from "./doors.js";
import { current as language, t } from "./i18n.js";
import { loud, sorted } from "./shell.js";
import { load, save } from "./storage.js";

const FOUND_MAX = 12;
const CHIPS_MAX = 12;
const NAME_BYTES = 256;

// Why a name cannot be, as a phrase, or "".
export function problemOf(name) {
  if (name === "") return "nameMissing";
  if ([...name].length > 64 || bytesOf(name) > NAME_BYTES) return "nameTooLong";
  return /\p{Cc}/u.test(name) ? "nameBad" : "";
}

// Arriving: a name, a room, in. Calls `enter(name, room)`.
export function Welcome({ name, room, enter }) {
  const form = $("welcome-form");
  const nameInput = $("name-input");
  const roomInput = $("welcome-room-input");
  let rooms = [];
  nameInput.value = name;
  roomInput.value = room;

  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  roomInput.oninput = draw;
  $("welcome-rooms").onclick = (event) => {
    const chosen = event.target.closest("button")?.dataset.room;
    if (chosen === undefined) return;
    roomInput.value = chosen;
    draw();
    (nameInput.value ? $("enter") : nameInput).focus();
  };

  async function show() {
    $("welcome").hidden = false;
    if (!matchMedia("(pointer: coarse)").matches) nameInput.focus();
    const answer = await HttpApi("").request({ type: "rooms" }).catch(() => null);
    rooms = (answer?.rooms ?? []).sort((a, b) => b.online - a.online ||
      b.members - a.members).slice(0, CHIPS_MAX);
    if (!roomInput.value) roomInput.value = rooms[0]?.room ?? "geral";
    draw();
  }

  function draw() {
    $("welcome-rooms").replaceChildren(...rooms.map((each) => {
      const here = each.room === roomInput.value;
      const words = t("peopleOnline", { n: each.online });
      const chip = h("button", { type: "button", class: "chip",
        "aria-pressed": String(here), title: words },
      "#", h("bdi", { class: "name", text: each.room }),
      each.online > 0 ? h("small", { text: String(each.online) }) : null,
      h("span", { class: "unseen", text: words }));
      chip.dataset.room = each.room;
      return h("li", {}, chip);
    }));
    for (const button of form.querySelectorAll("[data-lang]")) {
      const on = button.dataset.lang === language();
      button.setAttribute("aria-pressed", String(on));
    }
  }

  function submit() {
    const chosen = nameInput.value.trim();
    const problem = problemOf(chosen);
    $("name-error").textContent = problem ? t(problem) : "";
    nameInput.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) {
      nameInput.focus();
      return;
    }
    const place = roomInput.value.trim();
    if (problemOf(place)) {
      roomInput.focus();
      return;
    }
    $("welcome").hidden = true;
    enter(chosen, place);
  }

  return { show, retranslate: draw };
}

// Every [data-close] closes its dialog; so does a click beside it.
export function Dialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      const closes = event.target.closest("[data-close]");
      if (closes || event.target === dialog) dialog.close();
    });
  }
}

// Shows a form with one field, and promises its trimmed text.
function askFor(dialog, form, input, text) {
  input.value = text;
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    let answer = null;
    form.onsubmit = (event) => {
      event.preventDefault();
      answer = input.value.trim();
      dialog.close();
    };
    dialog.addEventListener("close", () => resolve(answer), { once: true });
  });
}

export const askRoom = () =>
  askFor($("room-dialog"), $("room-form"), $("room-input"), "");

export const askTopic = (topic) =>
  askFor($("topic-dialog"), $("topic-form"), $("topic-input"), topic);

// For reading: the focus is on the whole, not on the first button.
function show(dialog) {
  dialog.showModal();
  dialog.focus();
}

export function confirmThat(text, action) {
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = t(action);
  $("confirm").showModal();
  return new Promise((resolve) => {
    let answer = false;
    $("confirm-yes").onclick = () => {
      answer = true;
      $("confirm").close();
    };
    $("confirm").addEventListener("close", () => resolve(answer), { once: true });
  });
}

// Name, language, theme, notices, sound. Tells papo:rename name and
// papo:language lang.
export function Settings({ notices }) {
  const dialog = $("settings");
  const form = $("settings-form");

  form.onsubmit = (event) => {
    event.preventDefault();
    tell(form, "papo:rename", $("settings-name").value.trim());
  };
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (name === "lang") tell(form, "papo:language", value);
    if (name === "theme") {
      save("theme", value);
      document.dispatchEvent(new Event("papo:theme"));
    }
    if (event.target.id === "sound") notices.setSound(event.target.checked);
  });
  $("allow-notices").onclick = async () => {
    await notices.toggle();
    draw();
  };
  $("open-help").onclick = () => {
    dialog.close();
    openHelp();
  };

  function open({ user, version }) {
    $("settings-name").value = user;
    $("about").textContent = t("aboutBuild", { version });
    draw();
    show(dialog);
  }

  function draw() {
    check("lang", language());
    check("theme", load("theme") ?? "auto");
    $("sound").checked = notices.sound();
    const status = notices.status();
    $("allow-notices").textContent = t(`notices${status}`);
    $("allow-notices").disabled = status === "Denied" || status === "None";
    $("allow-notices").setAttribute("aria-pressed", String(status === "On"));
  }

  function check(name, value) {
    for (const radio of form.elements[name]) radio.checked = radio.value === value;
  }

  return { open, retranslate: draw };
}

const KEYS = [
  [["Enter"], "key_send"], [["Shift", "Enter"], "key_break"],
  [["↑"], "key_edit"], [["/"], "key_write"], [["Ctrl", "K"], "key_switcher"],
  [["Alt", "↑ ↓"], "key_rooms"], [["Alt", "Shift", "↑ ↓"], "key_unread"],
  [["Esc"], "key_read"], [["↑ ↓"], "key_log"], [["?"], "key_help"],
];

const FORMATS = [
  ["**a**", "fmt_bold"], ["*a*", "fmt_italic"], ["`a`", "fmt_code"],
  ["```", "fmt_fence"], ["> a", "fmt_quote"], ["- a", "fmt_list"],
];

export function openHelp() {
  if ($("help").open) return;
  const row = (keys, words) => h("div", {},
    h("dt", {}, ...keys.map((key) => h("kbd", { text: key }))),
    h("dd", { text: words }));
  $("help-keys").replaceChildren(
    ...KEYS.map(([keys, words]) => row(keys, t(words))));
  $("help-commands").replaceChildren(...COMMANDS.map(({ name, takes }) =>
    row([takes ? `/${name} ${t(takes)}` : `/${name}`], t(`cmd_${name}`))));
  $("help-format").replaceChildren(
    ...FORMATS.map(([mark, words]) => row([mark], t(words))));
  show($("help"));
}

// Ctrl+K: type a few letters, press Enter, be there. `state()` answers the
// store's state; `go(name)` enters a room.
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
      .sort((a, b) => rank(b, lower) - rank(a, lower)).slice(0, FOUND_MAX);
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
      h("span", { class: "fine", text: each.note }));
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
