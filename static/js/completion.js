// What is offered while one writes.

import { COMMANDS } from "./commands.js";
import { avatarOf, bdi, h, isTouch, typeInto } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { t } from "./i18n.js";
import { foldOf } from "./names.js";

// What may follow @, : and / in the message box: a listbox that the arrows
// move through while the focus stays in the text (the ARIA combobox pattern).

const SHOWN_MAX = 8;
const TOKEN_MAX = 90;
const TOKEN = /(?:^|[\s(])([@:/])([^\s@:/]{0,40})$/u;

// `people()` answers the names to offer, the best first.
export function Completion(input, list, { people }) {
  let found = [];
  let chosen = 0;
  let token = null;
  let composing = false;

  input.addEventListener("compositionstart", () => {
    composing = true;
  });
  input.addEventListener("compositionend", () => {
    composing = false;
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) accept(at);
  });

  function look() {
    const at = input.selectionStart;
    const before = input.value.slice(Math.max(0, at - TOKEN_MAX), at);
    const match = at === input.selectionEnd ? TOKEN.exec(before) : null;
    token = match && { start: at - match[2].length - 1 };
    found = match ? offers(match[1], foldOf(match[2])) : [];
    chosen = 0;
    draw();
  }

  function offers(sign, word) {
    if (sign === "@") return peopleFor(word);
    if (sign === ":") return word.length < 2 ? [] : emojiFor(word);
    return token.start === 0 ? commandsFor(word) : [];
  }

  function peopleFor(word) {
    return bestOf(people(), word, SHOWN_MAX).map((name) => ({
      text: `@${name} `, parts: [avatarOf(name), bdi(name)],
    }));
  }

  function emojiFor(word) {
    return findEmoji(word, SHOWN_MAX).map(({ char, name }) => ({
      text: `${char} `, parts: [h("b", { text: char }), `:${name}:`],
    }));
  }

  function commandsFor(word) {
    return COMMANDS.filter(({ name }) => name.startsWith(word))
      .map(({ name, takes }) => ({
        text: `/${name}${takes ? " " : ""}`,
        parts: [h("strong", { text: `/${name}` }), t(`cmd_${name}`)],
      }));
  }

  function draw() {
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map((each, i) => h("li", {
      role: "option", id: `completion-${i}`, "aria-selected": i === chosen,
      class: i === chosen ? "chosen" : "",
    }, ...each.parts)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (list.hidden) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `completion-${chosen}`);
  }

  function accept(at) {
    const { text } = found[at];
    // An input method that still composes ends first, with its own text.
    if (composing) input.blur();
    typeInto(input, text, token.start, input.selectionEnd);
    close();
  }

  // What is offered stands there already: Enter is not for the list.
  function isWhole() {
    return input.value.slice(token.start).trim() === found[chosen].text.trim();
  }

  function close() {
    found = [];
    draw();
  }

  // Answers whether the key was for the list.
  function key(event) {
    if (found.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen = (chosen + step + found.length) % found.length;
    else if (event.key === "Escape") found = [];
    else if (event.key === "Tab" || event.key === "Enter") {
      if (event.shiftKey || (isTouch() && event.key === "Enter")) return false;
      if (isWhole() && event.key === "Enter") {
        close();
        return false;
      }
      accept(chosen);
    } else return false;
    draw();
    return true;
  }

  return { look, key, close };
}

// Of `names`, those that begin with `word`, then those that hold it elsewhere;
// each is looked at once.
export function bestOf(names, word, most) {
  const begins = [];
  const holds = [];
  for (const name of names) {
    const at = foldOf(name).indexOf(word);
    if (at === 0) begins.push(name);
    else if (at > 0 && holds.length < most) holds.push(name);
    if (begins.length === most) break;
  }
  return [...begins, ...holds].slice(0, most);
}
