// Where the page begins: in the reader's language, with the name that this tab or
// this browser has, or by asking for one.

import { nameOf, problemOf } from "./model/names.js";
import { load, loadName, moveTables, save, saveName } from "./net/storage.js";
import { hashOf, roomOfHash } from "./ui/address.js";
import { Chat } from "./ui/chat.js";
import { tendDialogs } from "./ui/dialogs.js";
import { $ } from "./ui/dom.js";
import { speak } from "./ui/translate.js";
import { Welcome } from "./ui/welcome.js";
import { moved } from "./words/times.js";

const PLACE_MS = 30000;

const kept = loadName();
const name = nameOf(kept);
if (kept !== name) moveTables(kept, name);
let chat = null;

speakAsWished();
tendDialogs();
const welcome = new Welcome({
  name, room: roomOfHash(), enter: (who, room) => {
    saveName(who);
    history.replaceState(null, "", hashOf(room));
    begin(who);
  },
});
$("welcome-form").addEventListener("click", (event) => {
  const lang = event.target.closest("[data-lang]")?.dataset.lang;
  if (lang) choose(lang);
});
for (const word of ["focus", "languagechange", "pageshow"]) addEventListener(word, whereabouts);
document.addEventListener("visibilitychange", whereabouts);
setInterval(whereabouts, PLACE_MS);
if (problemOf(name)) welcome.show();
else begin(name);

function begin(who) {
  chat = new Chat(who, choose);
}

function speakAsWished() {
  speak(/^pt/i.test(load("lang") ?? navigator.language) ? "pt" : "en");
}

function choose(lang) {
  save("lang", lang);
  speak(lang);
  redraw();
}

// The reader travels, changes the browser's language, or stays up late. No event
// tells of the first and the last.
function whereabouts() {
  if (!moved()) return;
  speakAsWished();
  redraw();
}

function redraw() {
  welcome.retranslate();
  chat?.retranslate();
}
