// What the page says about itself: the connection when it is away for longer
// than a hiccup, an upgrade, and passing remarks.

import { $ } from "./dom.js";
import { t } from "./i18n.js";

const AWAY_MS = 5000;
const TOAST_MS = 5000;

// `retry()` tries to connect at once.
export function Banner({ retry }) {
  let status = "connecting";
  let timer = 0;
  let shown = false;
  let toastTimer = 0;

  $("banner-action").onclick = retry;
  $("upgrade-reload").onclick = () => location.reload();

  function connection(next, door) {
    status = next;
    document.documentElement.dataset.connection = status;
    document.documentElement.dataset.door = door;
    if (status === "open") {
      clearTimeout(timer);
      timer = 0;
      shown = false;
    } else {
      timer ||= setTimeout(() => {
        shown = true;
        draw();
      }, AWAY_MS);
    }
    draw();
  }

  function draw() {
    $("banner").hidden = !shown;
    const away = navigator.onLine ? "banner_waiting" : "banner_offline";
    $("banner-text").textContent = shown ? t(away) : "";
    $("banner-action").textContent = t("tryNow");
  }

  function upgraded() {
    $("upgrade").hidden = false;
  }

  function toast(text) {
    const el = $("toast");
    el.textContent = text;
    el.classList.add("shown");
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => {
      el.classList.remove("shown");
      el.textContent = "";
    }, TOAST_MS);
  }

  return { connection, upgraded, toast, retranslate: draw };
}

// Tells a screen reader what arrives, politely and not faster than one can
// listen: each message while few come, their number when many do.

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
