// What calls for attention outside the page: the title, the favicon's dot,
// system notices and a sound. Asked for only from a click; sound is off until
// it is turned on.

import { callOf } from "../model/selectors.js";
import { load, save } from "../net/storage.js";
import { t } from "../words/words.js";
import { $ } from "./dom.js";

const TEXT_MAX = 140;
const REST_MS = 1000;

export class Notices {
  #go;
  #audio = null;
  #lastAt = 0;

  // `go(name)` enters a room.
  constructor({ go }) {
    this.#go = go;
  }

  update({ rooms, current }) {
    const { count, dot } = callOf(rooms);
    const place = current ? `#${current} · papo` : "papo";
    const title = count > 0 ? `(${count > 99 ? "99+" : count}) ${place}` : place;
    if (document.title !== title) document.title = title;
    const href = dot ? "icons/papo-unread.svg" : "icons/papo.svg";
    const icon = $("favicon");
    if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  }

  // A message came in that the reader is not looking at. In a flood, one notice a
  // second is enough; the browser also takes its time to answer status().
  arrived(entry, room) {
    if (entry.mine || room.level === "none") return;
    const rests = Date.now() - this.#lastAt < REST_MS;
    if (!entry.mention && (room.level === "mentions" || rests)) return;
    this.#lastAt = Date.now();
    if (this.sound()) this.#beep();
    if (this.status() === "On") this.#show(entry, room);
  }

  sound() {
    return load("sound") === "on";
  }

  setSound(on) {
    save("sound", on ? "on" : "off");
    if (on) this.#beep();
  }

  status() {
    if (!("Notification" in window) || !window.isSecureContext) return "None";
    if (Notification.permission === "denied") return "Denied";
    if (Notification.permission === "default") return "Allow";
    return load("notices") === "off" ? "Off" : "On";
  }

  async toggle() {
    if (this.status() === "Allow") await Notification.requestPermission();
    else save("notices", this.status() === "On" ? "off" : "on");
  }

  #show(entry, room) {
    try {
      const notice = new Notification(
        t("inRoom", { who: entry.user, room: room.name }), {
          body: entry.text.slice(0, TEXT_MAX), tag: `papo:${room.name}`,
          icon: new URL("icons/papo.svg", document.baseURI).href,
        });
      notice.onclick = () => {
        window.focus();
        this.#go(room.name);
        notice.close();
      };
    } catch {
      // Some phones allow notices from a service worker only.
      return;
    }
  }

  #beep() {
    const audio = this.#audio ??= new AudioContext();
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
}
