// The doors of last resort: asking again and again, over HTTP. The room on screen
// is waited for, or polled; the others are looked at in rounds, and fetched when
// their last id has moved. The more rooms the server has, the less often it is
// asked for all of them.

import { sleep } from "./retry.js";

const ROUND_MS = 4000;
const POLL_MS = 2000;
const PRESENT_MS = 10000;
const EACH_ROOM_MS = 25;
const NOWHERE_MS = 300;
const TURN_MS = 200;
const SLACK_S = 15;

// A door (transport.js). `wait` is how many seconds an answer may be waited for; 0
// polls.
export class PollDoor {
  #ctx;
  #events;
  #wait;
  #rooms = new Set();
  #stop = new AbortController();
  #opened = false;
  #lookAt = 0;
  #presentAt = 0;

  constructor(ctx, events, wait) {
    this.#ctx = ctx;
    this.#events = events;
    this.#wait = wait;
    if (wait > 0) this.#follow();
    this.#goRound();
  }

  request(command) {
    return this.#ctx.api.request(command);
  }

  async subscribe(room) {
    if (this.#ctx.resume(room) === 0) await this.#fetch(room);
    this.#rooms.add(room);
  }

  unsubscribe(room) {
    this.#rooms.delete(room);
  }

  check() {}

  close() {
    this.#stop.abort();
  }

  get #isOver() {
    return this.#stop.signal.aborted;
  }

  async #follow() {
    while (!this.#isOver) {
      const room = this.#ctx.current();
      if (!this.#rooms.has(room)) await sleep(NOWHERE_MS);
      else await this.#guard(() => this.#waitFor(room));
    }
  }

  // Gives up the wait when the reader turns to another room.
  async #waitFor(room) {
    const turned = new AbortController();
    const watch = setInterval(() => {
      if (this.#ctx.current() !== room || this.#isOver) turned.abort();
    }, TURN_MS);
    try {
      await this.#fetch(room, { wait: this.#wait },
        { timeout: (this.#wait + SLACK_S) * 1000, signal: turned.signal });
    } catch (refusal) {
      if (!turned.signal.aborted) throw refusal;
    } finally {
      clearInterval(watch);
    }
  }

  async #goRound() {
    while (!this.#isOver) {
      await this.#guard(() => this.#look());
      await sleep(this.#wait > 0 ? ROUND_MS : POLL_MS);
    }
  }

  async #look() {
    if (performance.now() >= this.#presentAt) {
      this.#presentAt = performance.now() + PRESENT_MS;
      await this.request({ type: "user_rooms" });
    }
    const here = this.#ctx.current();
    if (performance.now() >= this.#lookAt) await this.#lookAround();
    else if (this.#wait === 0 && this.#rooms.has(here)) await this.#fetch(here);
  }

  async #lookAround() {
    const list = (await this.request({ type: "rooms" })).rooms;
    this.#lookAt = performance.now() + list.length * EACH_ROOM_MS;
    if (!this.#opened) {
      this.#opened = true;
      const last = Math.max(0, ...list.map((each) => each.last_id));
      this.#events.opened({ last_id: last });
    }
    for (const { room, last_id: last } of list) {
      const followed = this.#wait > 0 && room === this.#ctx.current();
      if (!this.#rooms.has(room) || followed || last === this.#ctx.resume(room)) continue;
      await this.#fetch(room);
    }
    this.#events.feed({ type: "rooms", rooms: list });
  }

  async #fetch(room, more = {}, options = {}) {
    const after = this.#ctx.resume(room);
    const page = await this.#ctx.api.request(
      { type: "receive", room, after, changes: 1, ...more }, options);
    if (page.truncated) this.#events.feed({ type: "truncated", room, after });
    for (const object of page.messages) this.#events.feed(object);
  }

  async #guard(step) {
    try {
      await step();
    } catch (refusal) {
      if (refusal.code === "room_not_found" || this.#isOver) return;
      this.close();
      this.#events.closed(0);
    }
  }
}
