// What is offered while one writes: what may follow @, : and / in the message box.

import { COMMANDS } from "../model/commands.js";
import { findEmoji } from "../model/emoji.js";
import { bestOf, foldOf } from "../model/names.js";
import { t } from "../words/words.js";
import { avatarOf, bdi, h } from "./dom.js";
import { isTouch, typeInto } from "./input.js";
import { Listbox } from "./listbox.js";

const SHOWN_MAX = 8;
const TOKEN_MAX = 90;
const TOKEN = /(?:^|[\s(])([@:/])([^\s@:/]{0,40})$/u;

export class Completion {
  #input;
  #list;
  #box;
  #people;
  #start = 0;  // of what is being completed
  #composing = false;

  // `people()` answers the names to offer, the best first.
  constructor(input, list, { people }) {
    this.#input = input;
    this.#list = list;
    this.#box = new Listbox(input, list);
    this.#people = people;
    input.addEventListener("compositionstart", () => {
      this.#composing = true;
    });
    input.addEventListener("compositionend", () => {
      this.#composing = false;
    });
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const choice = this.#box.at(event);
      if (choice) this.#accept(choice);
    });
  }

  look() {
    const { value, selectionStart: at, selectionEnd } = this.#input;
    const before = value.slice(Math.max(0, at - TOKEN_MAX), at);
    const match = at === selectionEnd ? TOKEN.exec(before) : null;
    if (match) this.#start = at - match[2].length - 1;
    this.#offer(match ? this.#offers(match[1], foldOf(match[2])) : []);
  }

  close() {
    this.#offer([]);
  }

  // Answers whether the key was for the list.
  key(event) {
    if (this.#box.isEmpty()) return false;
    const { key, shiftKey } = event;
    if (this.#box.moves(event)) return true;
    if (key === "Escape") {
      this.close();
      return true;
    }
    if (key !== "Tab" && key !== "Enter") return false;
    if (shiftKey || (isTouch() && key === "Enter")) return false;
    const choice = this.#box.chosen();
    if (key === "Enter" && this.#isWhole(choice)) {
      this.close();
      return false;
    }
    this.#accept(choice);
    return true;
  }

  #offer(found) {
    this.#list.hidden = found.length === 0;
    this.#box.offer(found, ({ parts }) => parts);
  }

  #offers(sign, word) {
    if (sign === "@") return peopleFor(bestOf(this.#people(), word, SHOWN_MAX));
    if (sign === ":") return word.length < 2 ? [] : emojiFor(word);
    return this.#start === 0 ? commandsFor(word) : [];
  }

  // What is offered stands there already: Enter is not for the list.
  #isWhole({ text }) {
    return this.#input.value.slice(this.#start).trim() === text.trim();
  }

  #accept({ text }) {
    // An input method that still composes ends first, with its own text.
    if (this.#composing) this.#input.blur();
    typeInto(this.#input, text, this.#start, this.#input.selectionEnd);
    this.close();
  }
}

const peopleFor = (names) => names.map((name) => ({
  text: `@${name} `, parts: [avatarOf(name), bdi(name)],
}));

const emojiFor = (word) => findEmoji(word, SHOWN_MAX).map(({ char, name }) => ({
  text: `${char} `, parts: [h("b", { text: char }), `:${name}:`],
}));

const commandsFor = (word) => COMMANDS.filter(({ name }) => name.startsWith(word))
  .map(({ name, takes }) => ({
    text: `/${name}${takes ? " " : ""}`,
    parts: [h("strong", { text: `/${name}` }), t(`cmd_${name}`)],
  }));
