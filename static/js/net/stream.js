// The second door: server-sent events, and commands over HTTP beside them.

import { urlOf } from "./http.js";

const OPEN_MS = 8000;
const GATHER_MS = 50;
const PING_MS = 6000;
const KINDS = [
  "message", "system", "edit", "delete", "presence", "typing", "truncated",
];

// A door (transport.js).
export class StreamDoor {
  #ctx;
  #events;
  #rooms = new Set();
  #source = null;
  #ended = false;
  #again = false;
  #late = 0;
  #reopening = setTimeout(() => this.#reopen(), 0);

  constructor(ctx, events) {
    this.#ctx = ctx;
    this.#events = events;
  }

  request(command) {
    return this.#ctx.api.request(command);
  }

  async subscribe(room) {
    if (this.#rooms.has(room)) return;
    this.#rooms.add(room);
    clearTimeout(this.#reopening);
    this.#reopening = setTimeout(() => this.#reopen(), GATHER_MS);
  }

  unsubscribe(room) {
    this.#rooms.delete(room);
  }

  check(wait = PING_MS) {
    this.#ctx.api.request({ type: "version" }, { timeout: wait }).catch(({ code }) => {
      if (code === "offline") this.#end();
    });
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#reopening);
    clearTimeout(this.#late);
    this.#source?.close();
  }

  // One stream carries all rooms, so it is opened anew when they change. The one
  // before ends, and so does the wait for it.
  #reopen() {
    clearTimeout(this.#late);
    this.#source?.close();
    const after = Math.min(...[...this.#rooms].map(this.#ctx.resume), Infinity);
    const source = new EventSource(urlOf("events", {
      username: this.#ctx.user, room: [...this.#rooms],
      ...(Number.isFinite(after) && { after }),
    }));
    this.#source = source;
    this.#late = setTimeout(() => this.#end(), OPEN_MS);
    source.onopen = () => this.#opened();
    source.onerror = () => {
      clearTimeout(this.#late);
      this.#end();
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => this.#receive(event));
    }
  }

  #opened() {
    clearTimeout(this.#late);
    if (this.#ended) return;
    this.#events.opened(null);
    if (this.#again) this.#events.feed({ type: "missed" });
    this.#again = true;
  }

  #receive(event) {
    if (!this.#ended) this.#events.feed(JSON.parse(event.data));
  }

  #end() {
    if (this.#ended) return;
    this.close();
    this.#events.closed(0);
  }
}
