// What stands before the page: arriving; the small dialogs, which promise what
// was chosen, or null; the room switcher, settings, help.

import { COMMANDS } from "./commands.js";
import { $, composes, h, isTouch, tell } from "./dom.js";
import { HttpApi } from "./doors.js";
import { current as language, t } from "./i18n.js";
import { foldOf, meantBy, nameOf, problemOf } from "./names.js";
import { loud, sorted } from "./shell.js";
import { load, save } from "./storage.js";

const FOUND_MAX = 12;
const CHIPS_MAX = 12;

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
    if (!isTouch()) nameInput.focus();
    const answer = await HttpApi("").request({ type: "rooms" }).catch(() => null);
    rooms = (answer?.rooms ?? []).sort((a, b) => b.online - a.online ||
      b.members - a.members).slice(0, CHIPS_MAX);
    if (!roomInput.value) roomInput.value = rooms[0]?.room ?? "geral";
    draw();
  }

  function draw() {
    $("welcome-rooms").replaceChildren(...rooms.map((each) => {
      const here = each.room === placeOf(roomInput.value);
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
    const chosen = nameOf(nameInput.value);
    const problem = problemOf(chosen);
    $("name-error").textContent = problem ? t(problem) : "";
    nameInput.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) {
      nameInput.focus();
      return;
    }
    const place = placeOf(roomInput.value);
    if (problemOf(place)) {
      roomInput.focus();
      return;
    }
    $("welcome").hidden = true;
    enter(chosen, place);
  }

  // A room that is offered is entered as it is.
  const placeOf = (typed) => meantBy(typed, rooms.map((each) => each.room));

  return { show, retranslate: draw };
}

// Every [data-close] closes its dialog; so does a click beside it, which began
// there, unless something is written in it.
export function Dialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    let began = null;
    dialog.addEventListener("pointerdown", (event) => {
      began = event.target;
    });
    dialog.addEventListener("click", (event) => {
      const beside = event.target === dialog && began === dialog;
      if (event.target.closest("[data-close]") || (beside && !holdsText(dialog))) {
        dialog.close();
      }
    });
  }
}

const holdsText = (dialog) => [...dialog.querySelectorAll("form input.input")]
  .some((input) => input.value !== input.defaultValue);

// Shows a form with one field, whose trimmed text goes to `deed`. That promises
// "", and the form is done; or what is wrong, and it stays as it is.
function askFor(dialog, { text, deed }) {
  const form = dialog.querySelector("form");
  const input = form.querySelector("input");
  complain(form, "");
  input.defaultValue = text;
  input.value = text;
  dialog.showModal();
  input.select();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const trouble = await deed(input.value.trim());
    complain(form, trouble);
    if (trouble) input.focus();
    else dialog.close();
  };
}

function complain(form, words) {
  const error = form.querySelector(".field-error");
  error.textContent = words;
  form.querySelector("input").setAttribute("aria-invalid", String(words !== ""));
}

export const askRoom = (deed) => askFor($("room-dialog"), { text: "", deed });
export const askTopic = (text, deed) => askFor($("topic-dialog"), { text, deed });

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

// Name, language, theme, notices, sound. `rename(name)` promises what is wrong, or
// "". Tells papo:language lang.
export function Settings({ notices, rename }) {
  const dialog = $("settings");
  const form = $("settings-form");

  form.onsubmit = async (event) => {
    event.preventDefault();
    complain(form, "");
    complain(form, await rename(nameOf($("settings-name").value)));
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
    $("settings-name").defaultValue = user;
    $("settings-name").value = user;
    complain(form, "");
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

const keysHere = () => [
  [isTouch() ? ["Ctrl", "Enter"] : ["Enter"], "key_send"],
  [isTouch() ? ["Enter"] : ["Shift", "Enter"], "key_break"],
  ...KEYS,
];
const KEYS = [
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
    ...keysHere().map(([keys, words]) => row(keys, t(words))));
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
    const word = nameOf(input.value.trim().replace(/^#/, ""));
    const folded = foldOf(word);
    const { rooms, directory, current } = state();
    const mine = sorted(rooms).filter((room) => room.name !== current || word)
      .sort((a, b) => loud(b) - loud(a))
      .map((room) => ({ name: room.name, note: room.unread > 0
        ? t("unread", { n: room.unread }) : t("yourRoom") }));
    const others = directory.filter((each) => !rooms.has(each.room))
      .map((each) => ({ name: each.room, note: t("memberOf", { n: each.members }) }));
    const all = [...mine, ...others];
    found = all.filter((each) => foldOf(each.name).includes(folded))
      .sort((a, b) => rank(b, folded) - rank(a, folded)).slice(0, FOUND_MAX);
    if (word && !all.some((each) => nameOf(each.name) === word)) {
      found.push({ name: word, fresh: true, note: "" });
    }
    chosen = 0;
    draw();
  }

  const rank = (each, folded) => Number(foldOf(each.name).startsWith(folded));

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
    if (composes(event)) return;
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
