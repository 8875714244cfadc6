// Keeps one door open: begins with the best, steps down when the network does not
// let it through, tries the best again later, and comes back with growing, jittered
// pauses after an outage.
//
// A door is one of four ways to the server, all of one shape. It opens at once,
// with a `ctx` of `user`, `api` (HttpApi), `resume(room)` (the last id seen, 0 for
// none) and `current()` (the room on screen), and reports through `events`:
//   opened(hello)  it works; `hello` may tell the build, limits and last id
//   feed(object)   one object of the feed; or {type: "missed"}: presence may have
//                  been, unseen; or {type: "rooms", rooms}: what the server has
//   closed(code)   it ended or never opened; called once, nothing follows
// It offers
//   request(command)    a promise of the answer, or a Refusal
//   subscribe(room)     a promise, kept when the room's feed is on
//   unsubscribe(room)
//   check(ms)           makes a dead connection notice, within `ms`
//   close()             closes without a report

import { HttpApi, isAlive, offline } from "./http.js";
import { PollDoor } from "./poll.js";
import { Probe } from "./probe.js";
import { Pauses } from "./retry.js";
import { Slot } from "./slots.js";
import { SocketDoor } from "./socket.js";
import { StreamDoor } from "./stream.js";

const LONG_POLL_S = 25;
const DOORS = [
  { name: "ws", open: (...told) => new SocketDoor(...told) },
  { name: "sse", open: (...told) => new StreamDoor(...told), lasts: true },
  { name: "longpoll", open: (...told) => new PollDoor(...told, LONG_POLL_S), lasts: true },
  { name: "poll", open: (...told) => new PollDoor(...told, 0) },
];

const MISSES_MAX = 2;
const BRIEF_MS = 2000;
const STEADY_MS = 10000;
const HURRY_MS = 1500;
const SLOT_MS = 200;
const PAUSE_MS = 500;

export class Transport {
  api;
  #ctx;
  #on;
  #floor;
  #level;
  #used;
  #slot;
  #probe;
  #pauses = new Pauses({ first: PAUSE_MS });
  #misses = 0;
  #ends = 0;
  #door = null;
  #openedAt = 0;
  #timer = 0;
  #status = "connecting";

  // `on` hears opened(hello), feed(object) and changed(status, door). `first` names
  // the door to begin with, for trying the fallbacks.
  constructor({ user, resume, current, on, first = "" }) {
    this.api = new HttpApi(user);
    this.#ctx = { user, api: this.api, resume, current };
    this.#on = on;
    this.#floor = Math.max(0, DOORS.findIndex((each) => each.name === first));
    this.#level = this.#floor;
    this.#used = DOORS[this.#level];
    this.#slot = new Slot({ free: () => this.#turn(), lost: () => this.#turn() });
    this.#probe = new Probe(user, () => this.#climb());
  }

  start() {
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.#door?.check(HURRY_MS));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.wake();
    });
    addEventListener("pagehide", () => this.#putAway());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#comeBack());
    this.#open();
  }

  status() {
    return this.#status;
  }

  request(command) {
    return this.#door?.request(command) ?? Promise.reject(offline());
  }

  subscribe(room) {
    return this.#door?.subscribe(room) ?? Promise.reject(offline());
  }

  unsubscribe(room) {
    return this.#door?.unsubscribe(room);
  }

  // The network is back, or somebody looks: no reason to sit out a pause.
  wake() {
    if (this.#door) {
      this.#door.check();
      return;
    }
    this.#pauses.reset();
    this.#open();
  }

  // A page that the browser keeps for the way back holds nothing meanwhile.
  #putAway() {
    this.#probe.stop();
    this.#turn();
    clearTimeout(this.#timer);
    this.#slot.giveBack();
  }

  #comeBack() {
    this.#set("connecting");
    this.#turn();
  }

  #set(next) {
    this.#status = next;
    this.#on.changed(next, this.#used.name);
  }

  // A door that holds a connection needs a slot. Without, one polls meanwhile.
  #open() {
    const wanted = DOORS[this.#level];
    clearTimeout(this.#timer);
    if (wanted.lasts) this.#slot.want();
    else this.#slot.giveBack();
    if (!wanted.lasts || this.#slot.held()) this.#use(wanted);
    else this.#timer = setTimeout(() => this.#use(DOORS.at(-1)), SLOT_MS);
  }

  // There is a slot now, or no more.
  #turn() {
    const before = this.#door;
    this.#door = null;
    this.#ends += 1;
    before?.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), 0);
  }

  #use(which) {
    clearTimeout(this.#timer);
    this.#used = which;
    this.#openedAt = 0;
    const mine = which.open(this.#ctx, {
      opened: (hello) => this.#door === mine && this.#opened(hello),
      feed: (object) => this.#door === mine && this.#on.feed(object),
      closed: (code) => this.#door === mine && this.#closed(code),
    });
    this.#door = mine;
  }

  #opened(hello) {
    const again = this.#openedAt > 0;
    this.#openedAt = performance.now();
    if (again) return;
    this.#set("open");
    this.#on.opened(hello);
    if (this.#level > this.#floor) this.#probe.later();
  }

  async #closed(code) {
    const lived = this.#openedAt > 0 ? performance.now() - this.#openedAt : 0;
    this.#door = null;
    this.#ends += 1;
    const mine = this.#ends;
    const stands = () => !this.#door && mine === this.#ends;
    this.#probe.stop();
    this.#set(navigator.onLine ? "waiting" : "offline");
    if (lived > STEADY_MS) this.#pauses.reset();
    if (lived > BRIEF_MS) this.#misses = 0;
    else if (code !== 1012 && this.#used === DOORS[this.#level] && await isAlive() &&
        stands()) this.#miss();
    if (stands()) this.#retryLater();
  }

  // The server is there, but this door does not let us through.
  #miss() {
    this.#misses += 1;
    if (this.#misses < MISSES_MAX || this.#level >= DOORS.length - 1) return;
    this.#level += 1;
    this.#misses = 0;
    this.#pauses.reset();
  }

  #retryLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), this.#pauses.next());
  }

  // The best door works.
  #climb() {
    this.#door?.close();
    this.#level = this.#floor;
    this.#misses = 0;
    this.#open();
  }
}
