// Arriving: a name, a room, in. Calls `enter(name, room)`.

import { $, bdi, bytesOf, h } from "./dom.js";
import { current as language, t } from "./i18n.js";
import { HttpApi } from "./doors.js";

const CHIPS_MAX = 12;
const NAME_BYTES = 256;

// Why a name cannot be, as a phrase, or "".
export function problemOf(name) {
  if (name === "") return "nameMissing";
  if ([...name].length > 64 || bytesOf(name) > NAME_BYTES) return "nameTooLong";
  return /\p{Cc}/u.test(name) ? "nameBad" : "";
}

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
      "#", bdi(each.room), each.online > 0 ? h("small", { text: String(each.online) }) : null,
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
