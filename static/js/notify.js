// What calls for attention outside the page: the title, the favicon's dot,
// system notices and a sound. Asked for only from a click; sound is off until
// it is turned on.

import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { loud } from "./shell.js";
import { load, save } from "./storage.js";

const TEXT_MAX = 140;
const REST_MS = 1000;

export function Notices({ go }) {
  let audio = null;
  let lastAt = 0;

  function update(state) {
    let count = 0;
    let dot = false;
    for (const room of state.rooms.values()) {
      if (room.level === "all") count += room.unread;
      if (room.level === "mentions") count += room.mentions;
      dot ||= room.level === "none" ? false : loud(room);
    }
    const place = state.current ? `#${state.current} · papo` : "papo";
    const title = count > 0 ? `(${count > 99 ? "99+" : count}) ${place}` : place;
    if (document.title !== title) document.title = title;
    const href = dot ? "icons/papo-unread.svg" : "icons/papo.svg";
    if ($("favicon").getAttribute("href") !== href) {
      $("favicon").setAttribute("href", href);
    }
  }

  // A message came in that the reader is not looking at. In a flood, one notice a
  // second is enough; the browser also takes its time to answer status().
  function arrived(entry, room) {
    if (entry.mine || room.level === "none") return;
    if (!entry.mention && (room.level === "mentions" || Date.now() - lastAt < REST_MS)) return;
    lastAt = Date.now();
    if (sound()) beep();
    if (status() !== "On") return;
    show(entry, room);
  }

  function show(entry, room) {
    try {
      const notice = new Notification(
        t("inRoom", { who: entry.user, room: room.name }), {
          body: entry.text.slice(0, TEXT_MAX), tag: `papo:${room.name}`,
          icon: new URL("icons/papo.svg", document.baseURI).href,
        });
      notice.onclick = () => {
        window.focus();
        go(room.name);
        notice.close();
      };
    } catch {
      // Some phones allow notices from a service worker only.
      return;
    }
  }

  function beep() {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(0.12, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
    gain.connect(audio.destination);
    for (const [note, after] of [[660, 0], [880, 0.09]]) {
      const tone = audio.createOscillator();
      tone.frequency.value = note;
      tone.connect(gain);
      tone.start(start + after);
      tone.stop(start + after + 0.2);
    }
  }

  const sound = () => load("sound") === "on";

  function setSound(on) {
    save("sound", on ? "on" : "off");
    if (on) beep();
  }

  function status() {
    if (!("Notification" in window) || !window.isSecureContext) return "None";
    if (Notification.permission === "denied") return "Denied";
    if (Notification.permission === "default") return "Allow";
    return load("notices") === "off" ? "Off" : "On";
  }

  async function toggle() {
    if (status() === "Allow") await Notification.requestPermission();
    else save("notices", status() === "On" ? "off" : "on");
  }

  return { update, arrived, status, toggle, sound, setSound };
}

// What the page says about itself: the connection when it is away for longer
// than a hiccup, an upgrade, and passing remarks.

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
const SPOKEN_MAX = 200;

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
    const text = entry.text.slice(0, SPOKEN_MAX);
    return t("spoke", { who: entry.user, text });
  }

  function say(text) {
    $("announcer").textContent = text;
  }

  return { arrived, say };
}
