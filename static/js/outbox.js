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

// `send(item)` promises the server's answer or throws a Refusal; `changed`
// hears every new list; `sent(item, answer)` each success. An item is {client,
// room, text, at, state, code, rev}, and `target` where it changes a message.
export function Outbox({ user, send, changed, sent, pauses = Pauses() }) {
  const prefix = `${keyOf("outbox", user)}:`;
  const items = new Map();
  let sending = false;
  let timer = 0;
  let notBefore = 0;

  for (const key of keysOf(prefix)) restore(load(key));
  onOtherTab(prefix, (key) => {
    if (!load(key)) items.delete(key.slice(prefix.length));
    changed(list());
  });
  setInterval(adopt, ADOPT_MS);

  function restore(item) {
    if (!item?.client) return;
    const state = item.state === "failed" ? "failed" : "queued";
    items.set(item.client, { target: null, ...item, state });
  }

  // What another tab left behind when it was closed.
  function adopt() {
    const left = keysOf(prefix).map((key) => load(key))
      .filter((item) => item && !items.has(item.client) && Date.now() - item.at > ADOPT_MS);
    left.forEach(restore);
    if (left.length === 0) return;
    changed(list());
    flush();
  }

  const list = () => [...items.values()].sort((a, b) => a.at - b.at);

  function keep(item, changes) {
    Object.assign(item, changes, { rev: item.rev + 1 });
    save(prefix + item.client, item);
    changed(list());
  }

  // `target` is the id of a message that gets another text; a change of it that
  // still waits is replaced.
  function add({ room, text, at, target = null }) {
    const waiting = target === null ? null
      : list().find((each) => each.target === target && each.room === room &&
        each.state !== "sending");
    const item = waiting ?? {
      client: crypto.randomUUID?.() ?? randomName(), room, text, at, target, rev: 0,
    };
    items.set(item.client, item);
    keep(item, { text, state: "queued", code: "", tries: 0 });
    flush();
  }

  function retry(client) {
    const item = items.get(client);
    if (item) keep(item, { state: "queued", code: "", tries: 0 });
    notBefore = 0;
    flush();
  }

  function discard(client) {
    items.delete(client);
    save(prefix + client, null);
    changed(list());
  }

  // Sends what waits: now, or when the server said.
  function flush() {
    if (sending) return;
    clearTimeout(timer);
    const rest = notBefore - performance.now();
    if (rest > 0) timer = setTimeout(flush, rest);
    else run();
  }

  // One at a time, so that order survives.
  async function run() {
    sending = true;
    let pause = 0;
    let next = null;
    while (pause === 0 && (next = list().find((each) => each.state === "queued"))) {
      pause = await attempt(next);
    }
    sending = false;
    if (pause > 0) timer = setTimeout(flush, pause);
  }

  // Answers how long to wait before the next attempt: 0 when the next item may
  // go.
  async function attempt(item) {
    keep(item, { state: "sending" });
    try {
      const answer = await send(item);
      pauses.reset();
      sent(item, answer);
      discard(item.client);
      return 0;
    } catch (refusal) {
      return refused(item, refusal);
    }
  }

  function refused(item, { code, temporary = false, retryAfter = 0 }) {
    if (!items.has(item.client)) return 0;
    if (code === "client_id_reused") {
      // Another text went under that id: this one gets its own.
      discard(item.client);
      add(item);
      return 0;
    }
    const tries = (item.tries ?? 0) + Number(LIMITED.has(code));
    if (!temporary || tries >= TRIES_MAX) {
      keep(item, { state: "failed", code: code ?? "other", tries });
      return 0;
    }
    keep(item, { state: "queued", code, tries });
    const asked = retryAfter * 1000;
    if (asked > 0) notBefore = performance.now() + asked;
    return Math.max(pauses.next(), asked);
  }

  // Whether something may be at the server already, or get there by itself.
  const busy = () => list().some((each) => each.state !== "failed");

  // Gives what could not be sent to another name.
  function moveTo(name) {
    for (const item of list()) {
      save(`${keyOf("outbox", name)}:${item.client}`, item);
      save(prefix + item.client, null);
    }
    items.clear();
  }

  return { add, retry, discard, flush, list, busy, moveTo };
}

// For a page without a secure context, where randomUUID is missing.
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
