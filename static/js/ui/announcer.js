// Tells a screen reader what arrives, politely and not faster than one can
// listen: each message while few come, their number when many do.

import { t } from "../words/words.js";
import { $ } from "./dom.js";

const GATHER_MS = 700;
const EACH_MAX = 3;
const SPOKEN_MAX = 200;

export class Announcer {
  #gathered = [];
  #timer = 0;

  // `here` says that the entry is in the room on screen.
  arrived(entry, room, here) {
    if (entry.mine || (!here && !entry.mention)) return;
    this.#gathered.push({ entry, room, here });
    this.#timer ||= setTimeout(() => this.#speak(), GATHER_MS);
  }

  #speak() {
    const all = this.#gathered;
    this.#timer = 0;
    this.#gathered = [];
    $("announcer").textContent = all.length > EACH_MAX
      ? t("spokeMany", { n: all.length, room: all[0].room.name })
      : all.map(wordsFor).join(". ");
  }
}

function wordsFor({ entry, room, here }) {
  if (!here) return t("mentionIn", { who: entry.user, room: room.name });
  return t("spoke", { who: entry.user, text: entry.text.slice(0, SPOKEN_MAX) });
}
