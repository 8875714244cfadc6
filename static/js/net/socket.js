// The best door: a WebSocket, which carries commands and the feed alike.

import { offline, Refusal, urlOf } from "./http.js";

const OPEN_MS = 8000;
const REQUEST_MS = 15000;
const QUIET_MS = 25000;
const PING_MS = 6000;

export function socketUrl(user) {
  const url = urlOf("ws", { username: user });
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

// A door (transport.js).
export class SocketDoor {
  #ctx;
  #events;
  #socket;
  #asked = new Map();
  #nextRef = 1;
  #ended = false;
  #quiet = setTimeout(() => this.#end(0), OPEN_MS);

  constructor(ctx, events) {
    this.#ctx = ctx;
    this.#events = events;
    this.#socket = new WebSocket(socketUrl(ctx.user));
    this.#socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    this.#socket.onclose = (event) => this.#end(event.code);
  }

  request(command, wait = REQUEST_MS) {
    if (!this.#isOpen()) return Promise.reject(offline());
    const ref = this.#nextRef;
    this.#nextRef += 1;
    this.#socket.send(JSON.stringify({ ...command, ref }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(0), wait);
      this.#asked.set(ref, { resolve, reject, timer });
    });
  }

  subscribe(room) {
    return this.request({ type: "subscribe", room, after: this.#ctx.resume(room) });
  }

  unsubscribe(room) {
    return this.request({ type: "unsubscribe", room }).catch(() => {});
  }

  check(wait = PING_MS) {
    if (this.#isOpen()) this.request({ type: "ping" }, wait).catch(() => {});
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#quiet);
    for (const { reject, timer } of this.#asked.values()) {
      clearTimeout(timer);
      reject(offline());
    }
    this.#asked.clear();
    this.#socket.close();
  }

  #isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #receive(object) {
    if (this.#ended) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.check(), QUIET_MS);
    if (object.type === "hello") this.#events.opened(object);
    else if (object.type === "ok" || object.type === "error") this.#settle(object);
    else this.#events.feed(object);
  }

  #settle(answer) {
    const waiting = this.#asked.get(answer.ref);
    if (!waiting) return;
    this.#asked.delete(answer.ref);
    clearTimeout(waiting.timer);
    if (answer.type === "ok") waiting.resolve(answer);
    else waiting.reject(new Refusal(answer));
  }

  #end(code) {
    if (this.#ended) return;
    this.close();
    this.#events.closed(code);
  }
}
