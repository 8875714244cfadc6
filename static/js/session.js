// One person's session: turns what the user wants into commands, and keeps the
// store in step with the server through every reconnect.

import { Refusal } from "./doors.js";
import { Outbox } from "./outbox.js";
import { meantBy, nameOf } from "./names.js";
import { insist } from "./retry.js";
import { Transport } from "./transport.js";

// Lists are asked for anew no sooner than these, and the longer they are the
// later: about 4 kB a second, whatever the server holds.
const LIST_MS = 10000;
const PEOPLE_MS = 5000;
const EACH_ROOM_MS = 25;
const EACH_PERSON_MS = 15;
const FEW = 100;
const TYPING_MS = 4000;
const DEFAULT_LIMITS = { message_bytes: 8192, name_bytes: 256 };

// `on` hears arrived(entry), status(status, door), upgraded(), lost(room) and
// trouble(refusal). `peopleShown()` says whether the list of people is on screen.
export function Session({ user, store, on, first, peopleShown = () => true }) {
  const session = {
    user, limits: DEFAULT_LIMITS, version: "",
    start, join, leave, send, edit, remove, setTopic, typing, refresh,
    handOver, seePeople, roomMeantBy,
    retry: (client) => outbox.retry(client),
    discard: (client) => outbox.discard(client),
    wake: () => transport.wake(),
    status: () => transport.status(),
  };
  let build = null;
  let life = 0;
  let typed = { room: "", at: 0 };
  let listedAt = -Infinity;
  const doubted = new Set();
  let verifying = false;

  const outbox = Outbox({
    user, send: deliver, sent: confirmed, changed: store.setPending,
  });
  const transport = Transport({
    user, first,
    resume: (room) => store.room(room)?.resume ?? 0,
    current: () => store.state.current,
    on: { opened, feed, changed },
  });

  function start() {
    store.setPending(outbox.list());
    transport.start();
    setInterval(() => listRooms(LIST_MS / 2), LIST_MS);
  }

  // What is begun in one life of the connection ends with it.
  function changed(status, door) {
    life += 1;
    on.status(status, door);
  }

  async function opened(hello) {
    const mine = life;
    // First of all: what comes before a room's own feed is on may leave a hole
    // behind it, and is no point to come back with.
    for (const room of store.state.rooms.values()) {
      room.synced = false;
      room.people.missed();
    }
    outbox.flush();
    const facts = hello?.build ? hello : await ask({ type: "version" }) ?? {};
    greet({ ...facts, last_id: hello?.last_id ?? facts.last_id });
    const names = (await ask({ type: "user_rooms" }))?.rooms ?? [];
    if (mine !== life) return;
    for (const name of names) store.open(name);
    const known = new Set(names);
    await Promise.all([...store.state.rooms.keys()].map((name) =>
      bring(name, known.has(name))));
    await listRooms();
    seePeople();
  }

  // Comes back after the first attempt; where that did not work, others follow.
  function bring(name, member) {
    const mine = life;
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return enter(name, member);
    };
    return new Promise((tried) => {
      insist(() => attempt().finally(tried), () => mine === life)
        .then(() => attempts > 1 && seePeople(), refused(name));
    });
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
      store.close(name);
      on.trouble(refusal);
      on.lost(name);
    };
  }

  function feed(object) {
    if (object.type === "missed") {
      for (const room of store.state.rooms.values()) room.people.missed();
      seePeople();
      return;
    }
    if (object.type === "rooms") {
      takeRooms(object.rooms);
      return;
    }
    const entry = store.apply(object, Date.now());
    const room = store.room(object.room);
    if (entry && entry.id > store.state.bootId) on.arrived(entry, room);
    if (object.type === "system" && object.user === user) verify(object);
    if (object.type === "truncated") seePeople();
  }

  // I left in another window, or was put out: believe the server, not an old
  // entry of the history. A run of such entries is one question, or two.
  async function verify({ event, room: doubt }) {
    if (event === "join" || event === "topic" || !store.room(doubt)) return;
    doubted.add(doubt);
    if (verifying) return;
    verifying = true;
    while (doubted.size > 0) {
      const names = [...doubted];
      doubted.clear();
      const mine = await ask({ type: "user_rooms" });
      for (const name of names) {
        if (mine && !mine.rooms.includes(name) && store.room(name)) lose(name);
      }
    }
    verifying = false;
  }

  function lose(name) {
    transport.unsubscribe(name);
    store.close(name);
    on.lost(name);
  }

  function ask(command) {
    return transport.api.request(command).catch(() => null);
  }

  // Nothing pushes the rooms that I am not in.
  async function listRooms(pause = 0) {
    if (transport.status() !== "open" || document.hidden) return;
    const { length } = store.state.directory;
    const least = Math.max(pause, length * EACH_ROOM_MS);
    if (performance.now() - listedAt < least) return;
    listedAt = performance.now();
    const answer = await ask({ type: "rooms" });
    if (answer) store.setDirectory(answer.rooms);
  }

  // A door that polls brings the rooms along, and no presence: their numbers
  // tell whether somebody came or went.
  function takeRooms(list) {
    listedAt = performance.now();
    store.setDirectory(list);
    const room = store.room();
    if (!room) return;
    const { people, listed } = room;
    if (people.count() !== listed.members || people.online() !== listed.online) {
      people.missed();
    }
    seePeople();
  }

  // Asks who is in the room on screen when that is not known, or something was
  // missed, and somebody sees it: in a large room, when the list is shown.
  function seePeople({ wanted = false } = {}) {
    const room = store.room();
    if (!room?.synced || !room.people.stale || room.peopleTimer) return;
    if (transport.status() !== "open") return;
    const few = Math.max(room.people.count(), room.listed.members) <= FEW;
    if (document.hidden || !(wanted || few || peopleShown())) return;
    const pause = Math.max(PEOPLE_MS, room.people.count() * EACH_PERSON_MS);
    const next = room.peopleAt + pause * (0.5 + Math.random() / 2);
    const wait = Math.max(0, next - performance.now());
    room.peopleTimer = setTimeout(() => askPeople(room, wanted), wait);
  }

  async function askPeople(room, wanted) {
    if (store.room() === room && room.synced) {
      room.peopleAt = performance.now();
      const settle = room.people.ask();
      settle((await ask({ type: "members", room: room.name }))?.members ?? null);
      store.changed();
    }
    room.peopleTimer = 0;
    seePeople({ wanted });
  }

  function refresh() {
    listRooms(LIST_MS / 2);
    seePeople();
  }

  // A name from an address may be in another spelling than the room's.
  async function roomMeantBy(name) {
    if (name === nameOf(name) || store.room(name)) return name;
    const rooms = (await ask({ type: "rooms" }))?.rooms ?? [];
    return meantBy(name, rooms.map((each) => each.room));
  }

  async function join(name) {
    const known = store.room(name) !== null;
    const answer = await transport.request({ type: "join", room: name });
    const room = store.open(answer.room ?? name);
    room.listed.members = answer.member_count ?? answer.members?.length ?? 0;
    store.setPending(outbox.list());
    if (known && room.synced) return room.name;
    await bring(room.name, true);
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
    outbox.add({ room, text, at: Date.now() });
  }

  async function deliver(item) {
    const { room, target } = item;
    try {
      return await post(item);
    } catch (refusal) {
      const gone = refusal.code === "room_not_found" ||
        refusal.code === "not_a_member";
      if (!gone || target !== null || !store.room(room)) throw refusal;
      await enter(room, false);
      return post(item);
    }
  }

  // An answer without an id is nobody's that keeps messages.
  async function post({ room, text: message, client, target }) {
    const answer = await transport.request(target === null
      ? { type: "send", room, message, client_id: client }
      : { type: "edit", room, message, id: target });
    if (!Number.isSafeInteger(answer.id)) throw new Refusal({ code: "strange" });
    return answer;
  }

  function confirmed({ room, text, client, target }, answer) {
    const { id, timestamp, sent_at } = answer;
    if (target !== null) {
      const edit = { type: "edit", room, target, message: text, timestamp, sent_at };
      store.apply(edit, Date.now());
      return;
    }
    store.confirm({
      type: "message", id, room, username: user, message: text, timestamp, sent_at,
      client_id: client,
    });
  }

  function edit(target, room, text) {
    outbox.add({ room, text, at: Date.now(), target });
  }

  function remove(entry, room) {
    return transport.request({ type: "delete", room, id: entry.id });
  }

  function setTopic(room, topic) {
    return transport.request({ type: "topic", room, topic });
  }

  // Takes my rooms along to another name, or throws. It joins before the old
  // name leaves, so that no room closes in between. What may be with the server
  // already cannot be sent again as another: it has to leave first.
  async function handOver(next) {
    if (outbox.busy()) throw new Refusal({ code: "still_sending" });
    const names = [...store.state.rooms.keys()];
    for (const room of names) {
      await transport.api.request({ type: "join", room, username: next });
    }
    for (const room of names) await ask({ type: "leave", room });
    outbox.moveTo(next);
  }

  function typing(room) {
    const now = Date.now();
    if (typed.room === room && now - typed.at < TYPING_MS) return;
    typed = { room, at: now };
    transport.request({ type: "typing", room }).catch(() => {});
  }

  return session;
}
