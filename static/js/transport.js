// Keeps one door open: begins with the best, steps down when the network does
// not let it through, tries the best again later, and comes back with growing,
// jittered pauses after an outage.

import {
  HttpApi, isAlive, LongPollDoor, offline, PlainPollDoor, SocketDoor, socketUrl,
  StreamDoor,
} from "./doors.js";

const DOORS = [
  { name: "ws", open: SocketDoor },
  { name: "sse", open: StreamDoor },
  { name: "longpoll", open: LongPollDoor },
  { name: "poll", open: PlainPollDoor },
];

const MISSES_MAX = 2;
const BRIEF_MS = 2000;
const STEADY_MS = 10000;
const CLIMB_MS = 60000;
const HURRY_MS = 1500;
const PAUSE_MS = 500;
const PAUSE_MAX_MS = 30000;

// `on` hears opened(hello), feed(object) and changed(status, door). `first`
// names the door to begin with, for trying the fallbacks.
export function Transport({ user, resume, current, on, first = "" }) {
  const api = HttpApi(user);
  const ctx = { user, api, resume, current };
  const floor = Math.max(0, DOORS.findIndex((each) => each.name === first));
  let level = floor;
  let misses = 0;
  let attempt = 0;
  let door = null;
  let openedAt = 0;
  let timer = 0;
  let climbing = 0;
  let status = "connecting";

  function start() {
    addEventListener("online", wake);
    addEventListener("offline", () => door?.check(HURRY_MS));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) wake();
    });
    open();
  }

  function set(next) {
    status = next;
    on.changed(status, DOORS[level].name);
  }

  function open() {
    clearTimeout(timer);
    openedAt = 0;
    const mine = DOORS[level].open(ctx, {
      opened: (hello) => door === mine && opened(hello),
      feed: (object) => door === mine && on.feed(object),
      closed: (code) => door === mine && closed(code),
    });
    door = mine;
  }

  function opened(hello) {
    const again = openedAt > 0;
    openedAt = Date.now();
    if (again) return;
    set("open");
    on.opened(hello);
    clearTimeout(climbing);
    if (level > floor) climbing = setTimeout(climb, CLIMB_MS);
  }

  async function closed(code) {
    const lived = openedAt > 0 ? Date.now() - openedAt : 0;
    door = null;
    clearTimeout(climbing);
    set(navigator.onLine ? "waiting" : "offline");
    if (lived > STEADY_MS) attempt = 0;
    if (lived > BRIEF_MS) misses = 0;
    else if (code !== 1012 && await isAlive()) miss();
    if (!door) retryLater();
  }

  // The server is there, but this door does not let us through.
  function miss() {
    misses += 1;
    if (misses < MISSES_MAX || level >= DOORS.length - 1) return;
    level += 1;
    misses = 0;
    attempt = 0;
  }

  function retryLater() {
    const longest = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** attempt);
    attempt += 1;
    clearTimeout(timer);
    timer = setTimeout(open, longest * (0.5 + Math.random() / 2));
  }

  // The network is back, or somebody looks: no reason to sit out a pause.
  function wake() {
    if (door) {
      door.check();
      return;
    }
    attempt = 0;
    open();
  }

  // A lower door works; see whether the best one does by now.
  function climb() {
    const probe = new WebSocket(socketUrl(user));
    const lower = door;
    probe.onmessage = () => {
      probe.close();
      if (door !== lower || !lower) return;
      lower.close();
      level = floor;
      misses = 0;
      open();
    };
    probe.onerror = () => {
      climbing = setTimeout(climb, CLIMB_MS);
    };
  }

  return {
    api, start, wake,
    request: (command) => door?.request(command) ?? Promise.reject(offline()),
    subscribe: (room) => door?.subscribe(room) ?? Promise.reject(offline()),
    unsubscribe: (room) => door?.unsubscribe(room),
    status: () => status,
  };
}
