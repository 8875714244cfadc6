// Keeps one door open: begins with the best, steps down when the network does
// not let it through, tries the best again later, and comes back with growing,
// jittered pauses after an outage.

import {
  HttpApi, isAlive, LongPollDoor, offline, PlainPollDoor, SocketDoor, socketUrl,
  StreamDoor,
} from "./doors.js";
import { Pauses } from "./retry.js";
import { Slot } from "./slots.js";

const DOORS = [
  { name: "ws", open: SocketDoor },
  { name: "sse", open: StreamDoor, lasts: true },
  { name: "longpoll", open: LongPollDoor, lasts: true },
  { name: "poll", open: PlainPollDoor },
];

const MISSES_MAX = 2;
const BRIEF_MS = 2000;
const STEADY_MS = 10000;
const CLIMB_MS = 60000;
const HURRY_MS = 1500;
const PROBE_MS = 8000;
const SLOT_MS = 200;
const PAUSE_MS = 500;

// `on` hears opened(hello), feed(object) and changed(status, door). `first`
// names the door to begin with, for trying the fallbacks.
export function Transport({ user, resume, current, on, first = "" }) {
  const api = HttpApi(user);
  const ctx = { user, api, resume, current };
  const floor = Math.max(0, DOORS.findIndex((each) => each.name === first));
  const slot = Slot({ free: turn, lost: turn });
  let level = floor;
  let used = DOORS[level];
  let misses = 0;
  let ends = 0;
  const pauses = Pauses({ first: PAUSE_MS });
  let door = null;
  let openedAt = 0;
  let timer = 0;
  let climbing = 0;
  let probe = null;
  let status = "connecting";

  function start() {
    addEventListener("online", wake);
    addEventListener("offline", () => door?.check(HURRY_MS));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) wake();
    });
    addEventListener("pagehide", putAway);
    addEventListener("pageshow", ({ persisted }) => persisted && comeBack());
    open();
  }

  // A page that the browser keeps for the way back holds nothing meanwhile.
  function putAway() {
    stopClimbing();
    turn();
    clearTimeout(timer);
    slot.giveBack();
  }

  function comeBack() {
    set("connecting");
    turn();
  }

  function set(next) {
    status = next;
    on.changed(status, used.name);
  }

  // A door that holds a connection needs a slot. Without, one polls meanwhile.
  function open() {
    clearTimeout(timer);
    if (DOORS[level].lasts) slot.want();
    else slot.giveBack();
    if (!DOORS[level].lasts || slot.held()) use(DOORS[level]);
    else timer = setTimeout(() => use(DOORS.at(-1)), SLOT_MS);
  }

  // There is a slot now, or no more.
  function turn() {
    const before = door;
    door = null;
    ends += 1;
    before?.close();
    clearTimeout(timer);
    timer = setTimeout(open, 0);
  }

  function use(which) {
    clearTimeout(timer);
    used = which;
    openedAt = 0;
    const mine = which.open(ctx, {
      opened: (hello) => door === mine && opened(hello),
      feed: (object) => door === mine && on.feed(object),
      closed: (code) => door === mine && closed(code),
    });
    door = mine;
  }

  function opened(hello) {
    const again = openedAt > 0;
    openedAt = performance.now();
    if (again) return;
    set("open");
    on.opened(hello);
    if (level > floor) climbLater();
  }

  async function closed(code) {
    const lived = openedAt > 0 ? performance.now() - openedAt : 0;
    door = null;
    ends += 1;
    const mine = ends;
    stopClimbing();
    set(navigator.onLine ? "waiting" : "offline");
    if (lived > STEADY_MS) pauses.reset();
    if (lived > BRIEF_MS) misses = 0;
    else if (code !== 1012 && used === DOORS[level] && await isAlive() && !door &&
        mine === ends) miss();
    if (!door && mine === ends) retryLater();
  }

  // The server is there, but this door does not let us through.
  function miss() {
    misses += 1;
    if (misses < MISSES_MAX || level >= DOORS.length - 1) return;
    level += 1;
    misses = 0;
    pauses.reset();
  }

  function retryLater() {
    clearTimeout(timer);
    timer = setTimeout(open, pauses.next());
  }

  // The network is back, or somebody looks: no reason to sit out a pause.
  function wake() {
    if (door) {
      door.check();
      return;
    }
    pauses.reset();
    open();
  }

  // A lower door works; see whether the best one does by now. Silence is an
  // answer too, and a probe says nothing once its door is gone.
  function climb() {
    const mine = new WebSocket(socketUrl(user));
    probe = mine;
    mine.onmessage = () => {
      if (probe !== mine) return;
      stopClimbing();
      door?.close();
      level = floor;
      misses = 0;
      open();
    };
    mine.onclose = () => {
      if (probe === mine) climbLater();
    };
    climbing = setTimeout(climbLater, PROBE_MS);
  }

  function climbLater() {
    stopClimbing();
    climbing = setTimeout(climb, CLIMB_MS);
  }

  function stopClimbing() {
    clearTimeout(climbing);
    const old = probe;
    probe = null;
    old?.close();
  }

  return {
    api, start, wake,
    request: (command) => door?.request(command) ?? Promise.reject(offline()),
    subscribe: (room) => door?.subscribe(room) ?? Promise.reject(offline()),
    unsubscribe: (room) => door?.unsubscribe(room),
    status: () => status,
  };
}
