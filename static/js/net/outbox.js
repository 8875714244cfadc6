// The outbox: messages, and changes of messages, on their way. Each is kept in
// this browser under its client_id until the server has it, so that neither a
// lost connection nor a reload loses one, and a second try is not a second
// message.

import { Pauses } from "./retry.js";
import { keyOf, keysOf, load, onOtherTab, save } from "./storage.js";

const ADOPT_MS = 30000;
const TRIES_MAX = 5;

// Temporary as these are, one message that always meets them holds the others
// up only for so many tries.
const LIMITED = new Set(["strange", "internal"]);

export class Outbox {
  #send;
  #changed;
  #sent;
  #pauses;
  #prefix;
  #items = new Map();
  #sending = false;
  #timer = 0;
  #notBefore = 0;

  // `send(item)` promises the server's answer or throws a Refusal; `changed` hears
  // every new list; `sent(item, answer)` each success. An item is {client, room,
  // text, at, state, code, rev}, and `target` where it changes a message.
  constructor({ user, send, changed, sent, pauses = new Pauses() }) {
    this.#send = send;
    this.#changed = changed;
    this.#sent = sent;
    this.#pauses = pauses;
    this.#prefix = `${keyOf("outbox", user)}:`;
    for (const key of keysOf(this.#prefix)) this.#restore(load(key));
    onOtherTab(this.#prefix, (key) => {
      if (!load(key)) this.#items.delete(key.slice(this.#prefix.length));
      this.#tell();
    });
    setInterval(() => this.#adopt(), ADOPT_MS);
  }

  list() {
    return [...this.#items.values()].sort((a, b) => a.at - b.at);
  }

  // Whether something may be at the server already, or get there by itself.
  busy() {
    return this.list().some((each) => each.state !== "failed");
  }

  // `target` is the id of a message that gets another text; a change of it that
  // still waits is replaced.
  add({ room, text, at, target = null }) {
    const waiting = target === null ? null
      : this.list().find((each) => each.target === target && each.room === room &&
        each.state !== "sending");
    const item = waiting ?? {
      client: crypto.randomUUID?.() ?? randomName(), room, text, at, target, rev: 0,
    };
    this.#items.set(item.client, item);
    this.#keep(item, { text, state: "queued", code: "", tries: 0 });
    this.flush();
  }

  retry(client) {
    const item = this.#items.get(client);
    if (item) this.#keep(item, { state: "queued", code: "", tries: 0 });
    this.#notBefore = 0;
    this.flush();
  }

  discard(client) {
    this.#items.delete(client);
    save(this.#prefix + client, null);
    this.#tell();
  }

  // Sends what waits: now, or when the server said.
  flush() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    const rest = this.#notBefore - performance.now();
    if (rest > 0) this.#later(rest);
    else this.#run();
  }

  // Gives what could not be sent to another name.
  moveTo(name) {
    for (const item of this.list()) {
      save(`${keyOf("outbox", name)}:${item.client}`, item);
      save(this.#prefix + item.client, null);
    }
    this.#items.clear();
  }

  #tell() {
    this.#changed(this.list());
  }

  #restore(item) {
    if (!item?.client) return;
    const state = item.state === "failed" ? "failed" : "queued";
    this.#items.set(item.client, { target: null, ...item, state });
  }

  // What another tab left behind when it was closed.
  #adopt() {
    const left = keysOf(this.#prefix).map((key) => load(key)).filter((item) => item &&
      !this.#items.has(item.client) && Date.now() - item.at > ADOPT_MS);
    for (const item of left) this.#restore(item);
    if (left.length === 0) return;
    this.#tell();
    this.flush();
  }

  #keep(item, changes) {
    Object.assign(item, changes, { rev: item.rev + 1 });
    save(this.#prefix + item.client, item);
    this.#tell();
  }

  #later(pause) {
    this.#timer = setTimeout(() => this.flush(), pause);
  }

  // One at a time, so that order survives.
  async #run() {
    this.#sending = true;
    let pause = 0;
    let next = null;
    while (pause === 0 && (next = this.list().find((each) => each.state === "queued"))) {
      pause = await this.#attempt(next);
    }
    this.#sending = false;
    if (pause > 0) this.#later(pause);
  }

  // Answers how long to wait before the next attempt: 0 when the next item may
  // go.
  async #attempt(item) {
    this.#keep(item, { state: "sending" });
    try {
      const answer = await this.#send(item);
      this.#pauses.reset();
      this.#sent(item, answer);
      this.discard(item.client);
      return 0;
    } catch (refusal) {
      return this.#refused(item, refusal);
    }
  }

  #refused(item, { code, temporary = false, retryAfter = 0 }) {
    if (!this.#items.has(item.client)) return 0;
    if (code === "client_id_reused") {
      // Another text went under that id: this one gets its own.
      this.discard(item.client);
      this.add(item);
      return 0;
    }
    const tries = (item.tries ?? 0) + Number(LIMITED.has(code));
    if (!temporary || tries >= TRIES_MAX) {
      this.#keep(item, { state: "failed", code: code ?? "other", tries });
      return 0;
    }
    this.#keep(item, { state: "queued", code, tries });
    const asked = retryAfter * 1000;
    if (asked > 0) this.#notBefore = performance.now() + asked;
    return Math.max(this.#pauses.next(), asked);
  }
}

// For a page without a secure context, where randomUUID is missing.
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
