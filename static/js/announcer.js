// Tells a screen reader what arrives, politely and not faster than one can
// listen: each message while few come, their number when many do.

import { $ } from "./dom.js";
import { t } from "./i18n.js";

const GATHER_MS = 700;
const EACH_MAX = 3;
const TEXT_MAX = 200;

export function Announcer() {
  let gathered = [];
  let timer = 0;

  // `here` says that the entry is in the room on screen.
  function arrived(entry, room, here) {
    if (entry.mine || (!here && !entry.mention)) return;
    gathered.push({ entry, room, here });
    timer ||= setTimeout(speak, GATHER_MS);
  }

  function speak() {
    timer = 0;
    const all = gathered;
    gathered = [];
    if (all.length > EACH_MAX) {
      say(t("spokeMany", { n: all.length, room: all[0].room.name }));
    } else {
      say(all.map(words).join(". "));
    }
  }

  function words({ entry, room, here }) {
    if (!here) return t("mentionIn", { who: entry.user, room: room.name });
    const text = entry.text.slice(0, TEXT_MAX);
    return t("spoke", { who: entry.user, text });
  }

  function say(text) {
    $("announcer").textContent = text;
  }

  return { arrived, say };
}
