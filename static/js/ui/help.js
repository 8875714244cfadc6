// Keys, commands and marks, on one page.

import { COMMANDS } from "../model/commands.js";
import { t } from "../words/words.js";
import { show } from "./dialogs.js";
import { $, h } from "./dom.js";
import { isTouch } from "./input.js";

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

const row = (keys, words) => h("div", {},
  h("dt", {}, ...keys.map((key) => h("kbd", { text: key }))),
  h("dd", { text: words }));

export function openHelp() {
  if ($("help").open) return;
  $("help-keys").replaceChildren(
    ...keysHere().map(([keys, words]) => row(keys, t(words))));
  $("help-commands").replaceChildren(...COMMANDS.map(({ name, takes }) =>
    row([takes ? `/${name} ${t(takes)}` : `/${name}`], t(`cmd_${name}`))));
  $("help-format").replaceChildren(
    ...FORMATS.map(([mark, words]) => row([mark], t(words))));
  show($("help"));
}
