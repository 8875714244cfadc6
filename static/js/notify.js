// What calls for attention outside the page: the title, the favicon's dot,
// system notices and a sound. Asked for only from a click; sound is off until
// it is turned on.

import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { loud } from "./rooms.js";
import { load, save } from "./storage.js";

const TEXT_MAX = 140;

export function Notices({ go }) {
  let audio = null;
  let lastBeep = 0;

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

  // A message came in that the reader is not looking at.
  function arrived(entry, room) {
    if (entry.mine || room.level === "none") return;
    if (room.level === "mentions" && !entry.mention) return;
    beep();
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
    if (!sound() || Date.now() - lastBeep < 1000) return;
    lastBeep = Date.now();
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
    lastBeep = 0;
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
