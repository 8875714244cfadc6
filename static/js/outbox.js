// Messages on their way. Each is kept in this browser under its client_id
// until the server has it, so that neither a lost connection nor a reload
// loses one, and a second try is not a second message.

import { keysOf, load, save, onOtherTab } from "./storage.js";

const RETRY_MS = 2000;

// `send(item)` promises the server's answer or throws a Refusal; `changed`
// hears every new list; `sent(item, answer)` each success.
export function Outbox({ user, send, changed, sent }) {
  const prefix = `outbox:${user}:`;
  const items = new Map();
  let sending = false;
  let timer = 0;

  for (const key of keysOf(prefix)) restore(load(key));
  onOtherTab(prefix, (key) => {
    const kept = load(key);
    if (!kept) items.delete(key.slice(prefix.length));
    changed(list());
  });

  function restore(item) {
    if (!item?.client) return;
    const state = item.state === "failed" ? "failed" : "queued";
    items.set(item.client, { ...item, state });
  }

  const list = () => [...items.values()].sort((a, b) => a.at - b.at);

  function keep(item, changes) {
    Object.assign(item, changes, { rev: item.rev + 1 });
    save(prefix + item.client, item);
    changed(list());
  }

  function add(room, text, at) {
    const client = crypto.randomUUID?.() ?? randomName();
    const item = { client, room, text, at, state: "queued", code: "", rev: 0 };
    items.set(client, item);
    keep(item, {});
    flush();
  }

  function retry(client) {
    const item = items.get(client);
    if (item) keep(item, { state: "queued", code: "" });
    flush();
  }

  function discard(client) {
    items.delete(client);
    save(prefix + client, null);
    changed(list());
  }

  // Sends what waits, one at a time, so that order survives.
  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let next;
    while ((next = list().find((each) => each.state === "queued"))) {
      if (!await attempt(next)) break;
    }
    sending = false;
  }

  // Answers whether the next one may go.
  async function attempt(item) {
    keep(item, { state: "sending" });
    try {
      const answer = await send(item);
      sent(item, answer);
      discard(item.client);
      return true;
    } catch (refusal) {
      if (!items.has(item.client)) return true;
      if (!refusal.temporary) {
        keep(item, { state: "failed", code: refusal.code });
        return true;
      }
      keep(item, { state: "queued", code: refusal.code });
      const pause = refusal.retryAfter * 1000 || RETRY_MS;
      if (refusal.code !== "offline") timer = setTimeout(flush, pause);
      return false;
    }
  }

  return { add, retry, discard, flush, list };
}

// For a page without a secure context, where randomUUID is missing.
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
