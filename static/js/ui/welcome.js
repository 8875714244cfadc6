// Arriving: a name, a room, in.

import { meantBy, nameOf, problemOf } from "../model/names.js";
import { HttpApi } from "../net/http.js";
import { language, t } from "../words/words.js";
import { $, h } from "./dom.js";
import { isTouch, limitNames } from "./input.js";

const CHIPS_MAX = 12;

export class Welcome {
  #form = $("welcome-form");
  #name = $("name-input");
  #room = $("welcome-room-input");
  #enter;
  #rooms = [];
  #limits = {};

  // Calls `enter(name, room)` at the end.
  constructor({ name, room, enter }) {
    this.#enter = enter;
    this.#name.value = name;
    this.#room.value = room;
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#room.oninput = () => this.retranslate();
    $("welcome-rooms").onclick = (event) => {
      const chosen = event.target.closest("button")?.dataset.room;
      if (chosen === undefined) return;
      this.#room.value = chosen;
      this.retranslate();
      (this.#name.value ? $("enter") : this.#name).focus();
    };
  }

  async show() {
    $("welcome").hidden = false;
    if (!isTouch()) this.#name.focus();
    const api = new HttpApi("");
    const ask = (type) => api.request({ type }).catch(() => ({}));
    ask("version").then(({ limits = {} }) => {
      this.#limits = limits;
      limitNames(limits);
    });
    const { rooms = [] } = await ask("rooms");
    this.#rooms = rooms.sort((a, b) => b.online - a.online || b.members - a.members)
      .slice(0, CHIPS_MAX);
    if (!this.#room.value) this.#room.value = this.#rooms[0]?.room ?? "geral";
    this.retranslate();
  }

  retranslate() {
    const place = this.#place();
    $("welcome-rooms").replaceChildren(...this.#rooms.map((each) =>
      h("li", {}, chipFor(each, each.room === place))));
    for (const button of this.#form.querySelectorAll("[data-lang]")) {
      const on = button.dataset.lang === language();
      button.setAttribute("aria-pressed", String(on));
    }
  }

  #submit() {
    const chosen = nameOf(this.#name.value);
    const problem = problemOf(chosen, this.#limits);
    $("name-error").textContent = problem ? t(problem) : "";
    this.#name.setAttribute("aria-invalid", String(problem !== ""));
    const place = this.#place();
    if (problem) this.#name.focus();
    else if (problemOf(place, this.#limits)) this.#room.focus();
    else {
      $("welcome").hidden = true;
      this.#enter(chosen, place);
    }
  }

  // A room that is offered is entered as it is.
  #place() {
    return meantBy(this.#room.value, this.#rooms.map((each) => each.room));
  }
}

function chipFor({ room, online }, here) {
  const words = t("peopleOnline", { n: online });
  const chip = h("button", { type: "button", class: "chip",
    "aria-pressed": String(here), title: words },
  "#", h("bdi", { class: "name", text: room }),
  online > 0 ? h("small", { text: String(online) }) : null,
  h("span", { class: "unseen", text: words }));
  chip.dataset.room = room;
  return chip;
}
