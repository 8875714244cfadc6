// One person's session: turns what the user wants into commands, and keeps the
// store in step with the server through every reconnect.

import { keysOf, load, save, onOtherTab } from "./storage.js";
import { Transport } from "./transport.js";

const LIST_MS = 10000;
const MEMBERS_MS = 1500;
const TYPING_MS = 4000;
const DEFAULT_LIMITS = { message_bytes: 8192, name_bytes: 256 };

// `on` hears arrived(entry), status(status, door), upgraded(), lost(room) and
// trouble(refusal).
export function Session({ user, store, on, first }) {
  const session = {
    user, limits: DEFAULT_LIMITS, version: "",
    start, join, leave, send, edit, remove, setTopic, typing, refresh,
    handOver,
    retry: (client) => outbox.retry(client),
    discard: (client) => outbox.discard(client),
    wake: () => transport.wake(),
    status: () => transport.status(),
  };
  let build = null;
  let typed = { room: "", at: 0 };
  let membersTimer = 0;

  const outbox = Outbox({
    user, send: deliver, sent: confirmed, changed: store.setPending,
  });
  const transport = Transport({
    user, first,
    resume: (room) => store.room(room)?.resume ?? 0,
    current: () => store.state.current,
    on: { opened, feed, changed: (...words) => on.status(...words) },
  });

  function start() {
    store.setPending(outbox.list());
    transport.start();
    setInterval(listRooms, LIST_MS);
  }

  async function opened(hello) {
    const facts = hello?.build ? hello : await ask({ type: "version" }) ?? {};
    greet({ ...facts, last_id: hello?.last_id ?? facts.last_id });
    for (const room of store.state.rooms.values()) room.synced = false;
    const mine = (await ask({ type: "user_rooms" }))?.rooms ?? [];
    for (const name of mine) store.open(name);
    const known = new Set(mine);
    await Promise.all([...store.state.rooms.keys()].map((name) =>
      enter(name, known.has(name)).catch(refused(name))));
    await listRooms();
    refreshMembers();
    outbox.flush();
  }

  function greet({ limits, version, build: running, last_id: last }) {
    session.limits = { ...DEFAULT_LIMITS, ...limits };
    session.version = version ?? session.version;
    if (store.state.bootId === Infinity) store.state.bootId = last ?? 0;
    const name = running ?? version ?? null;
    if (build !== null && name !== null && name !== build) on.upgraded();
    build ??= name;
  }

  // A server that forgot the room (it keeps rooms in memory) gets it back.
  async function enter(name, member) {
    if (!member) await transport.request({ type: "join", room: name });
    await transport.subscribe(name);
    const room = store.room(name);
    if (room) room.synced = true;
  }

  function refused(name) {
    return (refusal) => {
      if (refusal.temporary) return;
      store.close(name);
      on.trouble(refusal);
      on.lost(name);
    };
  }

  function feed(object) {
    if (object.type === "look") {
      refreshMembers();
      return;
    }
    const entry = store.apply(object, Date.now());
    const room = store.room(object.room);
    if (entry && entry.id > store.state.bootId) on.arrived(entry, room);
    if (object.type === "system" && object.user === user) verify(object);
    if (room?.membersStale && room.name === store.state.current) refreshMembers();
  }

  // I left in another window, or was put out: believe the server, not an old
  // entry of the history.
  async function verify({ event, room }) {
    if (event === "join" || event === "topic" || !store.room(room)) return;
    const mine = await ask({ type: "user_rooms" });
    if (!mine || mine.rooms.includes(room) || !store.room(room)) return;
    transport.unsubscribe(room);
    store.close(room);
    on.lost(room);
  }

  function ask(command) {
    return transport.api.request(command).catch(() => null);
  }

  async function listRooms() {
    if (transport.status() !== "open" || document.hidden) return;
    const answer = await ask({ type: "rooms" });
    if (answer) store.setDirectory(answer.rooms);
  }

  // Many may come and go at once; ask once.
  function refreshMembers() {
    if (membersTimer) return;
    membersTimer = setTimeout(async () => {
      membersTimer = 0;
      const room = store.state.current;
      if (!store.room(room)?.synced) return;
      const answer = await ask({ type: "members", room });
      if (answer) store.setMembers(room, answer.members);
    }, store.room()?.members.size ? MEMBERS_MS : 0);
  }

  function refresh() {
    listRooms();
    if (store.room()?.membersStale) refreshMembers();
  }

  async function join(name) {
    const known = store.room(name) !== null;
    const answer = await transport.request({ type: "join", room: name });
    const room = store.open(answer.room ?? name);
    store.setPending(outbox.list());
    if (known && room.synced) return room.name;
    await transport.subscribe(room.name);
    room.synced = true;
    listRooms();
    return room.name;
  }

  async function leave(name) {
    await transport.request({ type: "leave", room: name }).catch((refusal) => {
      if (!/^(room_not_found|not_a_member)$/.test(refusal.code)) throw refusal;
    });
    transport.unsubscribe(name);
    store.close(name);
    listRooms();
  }

  function send(room, text) {
    typed = { room: "", at: 0 };
    outbox.add(room, text, Date.now());
  }

  async function deliver({ room, text, client }) {
    const command = { type: "send", room, message: text, client_id: client };
    try {
      return await transport.request(command);
    } catch (refusal) {
      const gone = refusal.code === "room_not_found" ||
        refusal.code === "not_a_member";
      if (!gone || !store.room(room)) throw refusal;
      await enter(room, false);
      return transport.request(command);
    }
  }

  function confirmed({ room, text, client }, { id, timestamp }) {
    store.confirm({
      type: "message", id, room, username: user, message: text, timestamp,
      client_id: client,
    });
  }

  function edit(entry, room, message) {
    return transport.request({ type: "edit", room, id: entry.id, message });
  }

  function remove(entry, room) {
    return transport.request({ type: "delete", room, id: entry.id });
  }

  function setTopic(room, topic) {
    return transport.request({ type: "topic", room, topic });
  }

  // Takes my rooms along to another name. It joins before the old name leaves,
  // so that no room closes in between.
  async function handOver(next) {
    for (const room of store.state.rooms.keys()) {
      await ask({ type: "join", room, username: next });
      await ask({ type: "leave", room });
    }
  }

  function typing(room) {
    const now = Date.now();
    if (typed.room === room && now - typed.at < TYPING_MS) return;
    typed = { room, at: now };
    transport.request({ type: "typing", room }).catch(() => {});
  }

  return session;
}

// The outbox: messages on their way. Each is kept in this browser under its
// client_id until the server has it, so that neither a lost connection nor a
// reload loses one, and a second try is not a second message.

const RETRY_MS = 2000;

// `send(item)` promises the server's answer or throws a Refusal; `changed`
// hears every new list; `sent(item, answer)` each success.
function Outbox({ user, send, changed, sent }) {
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
