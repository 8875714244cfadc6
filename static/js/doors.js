// How the page reaches the server: one command over HTTP, and four doors that
// bring the feed. URLs are relative to the page, so a sub-path works.

import { sleep } from "./retry.js";

// The server said no, or could not be reached (`code` is then "offline").
// `temporary` says that the same request may succeed later.
export class Refusal extends Error {
  constructor({ code, message, retryAfter = 0 }) {
    super(message ?? code);
    this.code = code;
    this.retryAfter = retryAfter;
    this.temporary = TEMPORARY.has(code);
  }
}

// "strange" is an answer that is not papo's, but of something on the way.
const TEMPORARY = new Set([
  "offline", "timeout", "rate_limited", "overloaded", "too_many_connections",
  "storage_unavailable", "internal", "strange",
]);

const RETRY_AFTER_MAX_S = 120;
const READS = new Set(["rooms", "members", "receive", "user_rooms", "version"]);

export const offline = () => new Refusal({ code: "offline" });

// Answers `request(command, options)`: the object that the server answers, or
// a thrown Refusal.
export function HttpApi(user) {
  return { request };

  async function request(command, { timeout = 15000, signal = null } = {}) {
    const { type, ref, ...members } = command;
    const all = { username: user, ...members };
    const stop = new AbortController();
    const abort = () => stop.abort();
    const timer = setTimeout(abort, timeout);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    try {
      return await answerOf(READS.has(type)
        ? await fetch(urlOf(type, all), { signal: stop.signal, cache: "no-store" })
        : await post(type, all, stop.signal));
    } catch (trouble) {
      throw trouble instanceof Refusal ? trouble : offline();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  function post(type, body, signal) {
    return fetch(urlOf(type), {
      method: "POST", signal, body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  }
}

async function answerOf(response) {
  const body = objectIn(await response.text());
  if (response.ok && body && body.status !== "error") return body;
  const code = body?.status === "error" ? body.code ?? "other"
    : codeOf(response.status);
  const retryAfter = secondsOf(response.headers.get("Retry-After"));
  throw new Refusal({ code, message: body?.message, retryAfter });
}

function objectIn(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

// A proxy's page, or that of a network that wants one to log in first: the
// status alone speaks.
function codeOf(status) {
  if (status === 429) return "rate_limited";
  return status >= 400 && status < 500 && status !== 408 ? "strange" : "offline";
}

// Retry-After is a number, or a date (RFC 9110 §10.2.3).
function secondsOf(text) {
  const seconds = /^\d+$/.test(text ?? "") ? Number(text)
    : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(seconds, RETRY_AFTER_MAX_S) : 0;
}

// `path` beside the page, with a query string.
function urlOf(path, members = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(members)) {
    for (const each of [value].flat()) url.searchParams.append(name, each);
  }
  return url;
}

// Whether the server answers at all: tells a blocked transport from an outage.
export async function isAlive() {
  try {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(urlOf("healthz"), { signal, cache: "no-store" });
    return response.ok && objectIn(await response.text()) !== null;
  } catch {
    return false;
  }
}

// The doors: four ways in, one shape. A door opens at once and reports through `events`:
//   opened(hello)  it works; `hello` may tell the build, limits and last id
//   feed(object)   one object of the feed; or {type: "missed"}: presence may have
//                  been, unseen; or {type: "rooms", rooms}: what the server has
//   closed(code)   it ended or never opened; called once, nothing follows
// and offers
//   request(command)    a promise of the answer, or a Refusal
//   subscribe(room)     a promise, kept when the room's feed is on
//   unsubscribe(room)
//   check(ms)           makes a dead connection notice, within `ms`
//   close()             closes without a report
// `ctx` gives `user`, `api` (HttpApi), `resume(room)` (the last id seen, 0 for
// none) and `current()` (the room on screen).

const OPEN_MS = 8000;
const REQUEST_MS = 15000;
const QUIET_MS = 25000;
const PING_MS = 6000;

export function socketUrl(user) {
  const url = urlOf("ws", { username: user });
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

export function SocketDoor(ctx, events) {
  const socket = new WebSocket(socketUrl(ctx.user));
  const asked = new Map();
  let nextRef = 1;
  let ended = false;
  let quiet = setTimeout(() => end(0), OPEN_MS);

  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = (event) => end(event.code);

  function receive(object) {
    if (ended) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => check(), QUIET_MS);
    if (object.type === "hello") events.opened(object);
    else if (object.type === "ok" || object.type === "error") settle(object);
    else events.feed(object);
  }

  function settle(answer) {
    const waiting = asked.get(answer.ref);
    if (!waiting) return;
    asked.delete(answer.ref);
    clearTimeout(waiting.timer);
    if (answer.type === "ok") waiting.resolve(answer);
    else waiting.reject(new Refusal(answer));
  }

  function request(command, wait = REQUEST_MS) {
    if (socket.readyState !== WebSocket.OPEN) return Promise.reject(offline());
    const ref = nextRef;
    nextRef += 1;
    socket.send(JSON.stringify({ ...command, ref }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(0), wait);
      asked.set(ref, { resolve, reject, timer });
    });
  }

  function check(wait = PING_MS) {
    if (socket.readyState === WebSocket.OPEN) {
      request({ type: "ping" }, wait).catch(() => {});
    }
  }

  function end(code) {
    if (ended) return;
    close();
    events.closed(code);
  }

  function close() {
    ended = true;
    clearTimeout(quiet);
    for (const { reject, timer } of asked.values()) {
      clearTimeout(timer);
      reject(offline());
    }
    asked.clear();
    socket.close();
  }

  return {
    request, check, close,
    subscribe: (room) =>
      request({ type: "subscribe", room, after: ctx.resume(room) }),
    unsubscribe: (room) =>
      request({ type: "unsubscribe", room }).catch(() => {}),
  };
}

const KINDS = [
  "message", "system", "edit", "delete", "presence", "typing", "truncated",
];

export function StreamDoor(ctx, events) {
  const rooms = new Set();
  let source = null;
  let ended = false;
  let again = false;
  let late = 0;
  let reopening = setTimeout(reopen, 0);

  // One stream carries all rooms, so it is opened anew when they change. The one
  // before ends, and so does the wait for it.
  function reopen() {
    clearTimeout(late);
    source?.close();
    const after = Math.min(...[...rooms].map(ctx.resume), Infinity);
    source = new EventSource(urlOf("events", {
      username: ctx.user, room: [...rooms],
      ...(Number.isFinite(after) && { after }),
    }));
    late = setTimeout(end, OPEN_MS);
    source.onopen = () => {
      clearTimeout(late);
      if (ended) return;
      events.opened(null);
      if (again) events.feed({ type: "missed" });
      again = true;
    };
    source.onerror = () => {
      clearTimeout(late);
      end();
    };
    for (const kind of KINDS) source.addEventListener(kind, receive);
  }

  function receive(event) {
    if (!ended) events.feed(JSON.parse(event.data));
  }

  async function subscribe(room) {
    if (rooms.has(room)) return;
    rooms.add(room);
    clearTimeout(reopening);
    reopening = setTimeout(reopen, 50);
  }

  function end() {
    if (ended) return;
    close();
    events.closed(0);
  }

  function close() {
    ended = true;
    clearTimeout(reopening);
    clearTimeout(late);
    source?.close();
  }

  return {
    close, subscribe,
    request: (command) => ctx.api.request(command),
    check: (wait = PING_MS) =>
      ctx.api.request({ type: "version" }, { timeout: wait }).catch(({ code }) => {
        if (code === "offline") end();
      }),
    unsubscribe: (room) => rooms.delete(room),
  };
}

async function fetchHistory(ctx, events, room, more = {}, options = {}) {
  const after = ctx.resume(room);
  const page = await ctx.api.request(
    { type: "receive", room, after, changes: 1, ...more }, options);
  if (page.truncated) events.feed({ type: "truncated", room, after });
  for (const object of page.messages) events.feed(object);
  return page;
}

const ROUND_MS = 4000;
const POLL_MS = 2000;
const PRESENT_MS = 10000;
const EACH_ROOM_MS = 25;
const WAIT_S = 25;

export const LongPollDoor = (ctx, events) => PollDoor(ctx, events, WAIT_S);
export const PlainPollDoor = (ctx, events) => PollDoor(ctx, events, 0);

// The room on screen is waited for (`wait` seconds; 0 polls it); the others
// are looked at in rounds, and fetched when their last id has moved. The more
// rooms the server has, the less often it is asked for all of them.
function PollDoor(ctx, events, wait) {
  const rooms = new Set();
  const stop = new AbortController();
  let opened = false;
  let lookAt = 0;
  let presentAt = 0;
  if (wait > 0) follow();
  round();

  async function follow() {
    while (!stop.signal.aborted) {
      const room = ctx.current();
      if (!rooms.has(room)) await sleep(300);
      else await guard(() => waitFor(room));
    }
  }

  // Gives up the wait when the reader turns to another room.
  async function waitFor(room) {
    const turned = new AbortController();
    const watch = setInterval(() => {
      if (ctx.current() !== room || stop.signal.aborted) turned.abort();
    }, 200);
    try {
      await fetchHistory(ctx, events, room, { wait },
        { timeout: (wait + 15) * 1000, signal: turned.signal });
    } catch (refusal) {
      if (!turned.signal.aborted) throw refusal;
    } finally {
      clearInterval(watch);
    }
  }

  async function round() {
    while (!stop.signal.aborted) {
      await guard(look);
      await sleep(wait > 0 ? ROUND_MS : POLL_MS);
    }
  }

  async function look() {
    if (performance.now() >= presentAt) {
      presentAt = performance.now() + PRESENT_MS;
      await ctx.api.request({ type: "user_rooms" });
    }
    if (performance.now() >= lookAt) await lookAround();
    else if (wait === 0 && rooms.has(ctx.current())) {
      await fetchHistory(ctx, events, ctx.current());
    }
  }

  async function lookAround() {
    const list = (await ctx.api.request({ type: "rooms" })).rooms;
    lookAt = performance.now() + list.length * EACH_ROOM_MS;
    if (!opened) {
      opened = true;
      events.opened({ last_id: Math.max(0, ...list.map((each) => each.last_id)) });
    }
    for (const { room, last_id: last } of list) {
      const followed = wait > 0 && room === ctx.current();
      if (!rooms.has(room) || followed || last === ctx.resume(room)) continue;
      await fetchHistory(ctx, events, room);
    }
    events.feed({ type: "rooms", rooms: list });
  }

  async function guard(step) {
    try {
      await step();
    } catch (refusal) {
      if (refusal.code === "room_not_found") return;
      if (stop.signal.aborted) return;
      close();
      events.closed(0);
    }
  }

  function close() {
    stop.abort();
  }

  return {
    close,
    check() {},
    request: (command) => ctx.api.request(command),
    subscribe: async (room) => {
      if (ctx.resume(room) === 0) await fetchHistory(ctx, events, room);
      rooms.add(room);
    },
    unsubscribe: (room) => rooms.delete(room),
  };
}
