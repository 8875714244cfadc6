// Emoji in the message box: by their names, or from a grid.

import { EMOJI, emojiOf } from "../model/emoji.js";
import { $, h } from "./dom.js";
import { typeInto } from "./input.js";

const NAME_MAX = 32;

// :name: becomes the emoji as its last colon is typed.
export function expandEmoji(input) {
  const at = input.selectionStart;
  const before = input.value.slice(Math.max(0, at - NAME_MAX), at);
  const match = /:([a-z0-9_+-]{1,30}):$/.exec(before);
  const char = match && emojiOf(match[1]);
  if (char) typeInto(input, char, at - match[0].length, at);
}

// `chosen(char)` hears what is clicked in the grid.
export function fillEmojiGrid(chosen) {
  const grid = $("emoji-grid");
  grid.append(...EMOJI.map(({ char, names }) => h("button", {
    type: "button", text: char, title: `:${names[0]}:`,
    "aria-label": names[0].replaceAll("_", " "),
  })));
  grid.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    $("emoji-menu").open = false;
    chosen(button.textContent);
  };
}
