// One person's session: turns what the user wants into commands, and keeps the
// store in step with the server through every reconnect.

import { meantBy, nameOf } from "../model/names.js";
import { Refusal } from "./http.js";
import { Lists } from "./lists.js";
import { Outbox } from "./outbox.js";
import { insist } from "./retry.js";
import { Transport } from "./transport.js";

const TYPING_MS = 4000;

const isGone = ({ code }) => code === "room_not_found" || code === "not_a_member";

export class Session {
  user;
  // As the server told; nothing before.
  limits = {};
  version = "";
  #store;
  #on;
  #outbox;
  #transport;
  #lists;
  #build = null;
  #life = 0;
  #typed = { room: "", at: 0 };
  #doubted = new Set();
  #verifying = false;

  // `on` hears arrived(entry, room), status(status, door), told(limits), upgraded(),
  // lost(room) and trouble(refusal). `first` names the door to begin with;
  // `peopleShown()` says whether the list of people is on screen.
  constructor({ user, store, on, first, peopleShown }) {
    this.user = user;
    this.#store = store;
    this.#on = on;
    this.#outbox = new Outbox({
      user, send: (item) => this.#deliver(item),
      sent: (item, answer) => this.#confirmed(item, answer),
      changed: (items) => store.setPending(items),
    });
    this.#transport = new Transport({
      user, first,
      resume: (room) => store.room(room)?.resume ?? 0,
      current: () => store.state.current,
      on: {
        opened: (hello) => this.#opened(hello),
        feed: (object) => this.#feed(object),
        changed: (status, door) => this.#changed(status, door),
      },
    });
    this.#lists = new Lists({
      store, peopleShown,
      ask: (command) => this.#ask(command),
      isOpen: () => this.status() === "open",
    });
  }

  start() {
    this.#store.setPending(this.#outbox.list());
    this.#transport.start();
    this.#lists.start();
  }

  status() {
    return this.#transport.status();
  }

  wake() {
    this.#transport.wake();
  }

  refresh() {
    this.#lists.refresh();
  }

  seePeople(how) {
    this.#lists.people(how);
  }

  // A name from an address may be in another spelling than the room's.
  async roomMeantBy(name) {
    if (name === nameOf(name) || this.#store.room(name)) return name;
    const rooms = (await this.#ask({ type: "rooms" }))?.rooms ?? [];
    return meantBy(name, rooms.map((each) => each.room));
  }

  async join(name) {
    const known = this.#store.room(name) !== null;
    const answer = await this.#transport.request({ type: "join", room: name });
    const room = this.#store.open(answer.room ?? name);
    room.listed.members = answer.member_count ?? answer.members?.length ?? 0;
    this.#store.setPending(this.#outbox.list());
    if (known && room.synced) return;
    await this.#bring(room.name, true);
    this.#lists.rooms();
  }

  async leave(name) {
    await this.#transport.request({ type: "leave", room: name }).catch((refusal) => {
      if (!isGone(refusal)) throw refusal;
    });
    this.#transport.unsubscribe(name);
    this.#store.close(name);
    this.#lists.rooms();
  }

  send(room, text) {
    this.#typed = { room: "", at: 0 };
    this.#outbox.add({ room, text, at: Date.now() });
  }

  edit(target, room, text) {
    this.#outbox.add({ room, text, at: Date.now(), target });
  }

  retry(client) {
    this.#outbox.retry(client);
  }

  discard(client) {
    this.#outbox.discard(client);
  }

  remove(entry, room) {
    return this.#transport.request({ type: "delete", room, id: entry.id });
  }

  setTopic(room, topic) {
    return this.#transport.request({ type: "topic", room, topic });
  }

  typing(room) {
    const now = Date.now();
    if (this.#typed.room === room && now - this.#typed.at < TYPING_MS) return;
    this.#typed = { room, at: now };
    this.#transport.request({ type: "typing", room }).catch(() => {});
  }

  // Takes my rooms along to another name, or throws. It joins before the old
  // name leaves, so that no room closes in between. What may be with the server
  // already cannot be sent again as another: it has to leave first.
  async handOver(next) {
    if (this.#outbox.busy()) throw new Refusal({ code: "still_sending" });
    const names = [...this.#store.state.rooms.keys()];
    for (const room of names) {
      await this.#transport.api.request({ type: "join", room, username: next });
    }
    for (const room of names) await this.#ask({ type: "leave", room });
    this.#outbox.moveTo(next);
  }

  // What is begun in one life of the connection ends with it.
  #changed(status, door) {
    this.#life += 1;
    this.#on.status(status, door);
  }

  async #opened(hello) {
    const mine = this.#life;
    const { rooms } = this.#store.state;
    // First of all: what comes before a room's own feed is on may leave a hole
    // behind it, and is no point to come back with.
    for (const room of rooms.values()) {
      room.synced = false;
      room.people.missed();
    }
    this.#outbox.flush();
    const facts = hello?.build ? hello : await this.#ask({ type: "version" }) ?? {};
    this.#greet({ ...facts, last_id: hello?.last_id ?? facts.last_id });
    const names = (await this.#ask({ type: "user_rooms" }))?.rooms ?? [];
    if (mine !== this.#life) return;
    for (const name of names) this.#store.open(name);
    const known = new Set(names);
    await Promise.all([...rooms.keys()].map((name) => this.#bring(name, known.has(name))));
    await this.#lists.rooms();
    this.#lists.people();
  }

  #greet({ limits, version, build: running, last_id: last }) {
    const { state } = this.#store;
    this.limits = limits ?? this.limits;
    this.#on.told(this.limits);
    this.version = version ?? this.version;
    if (state.bootId === Infinity) state.bootId = last ?? 0;
    const name = running ?? version ?? null;
    if (this.#build !== null && name !== null && name !== this.#build) this.#on.upgraded();
    this.#build ??= name;
  }

  // Comes back after the first attempt; where that did not work, others follow.
  #bring(name, member) {
    const mine = this.#life;
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return this.#enter(name, member);
    };
    return new Promise((tried) => {
      insist(() => attempt().finally(tried), () => mine === this.#life)
        .then(() => attempts > 1 && this.#lists.people(), (refusal) => {
          this.#store.close(name);
          this.#on.trouble(refusal);
          this.#on.lost(name);
        });
    });
  }

  // A server that forgot the room (it keeps rooms in memory) gets it back.
  async #enter(name, member) {
    if (!member) await this.#transport.request({ type: "join", room: name });
    await this.#transport.subscribe(name);
    const room = this.#store.room(name);
    if (room) room.synced = true;
  }

  #ask(command) {
    return this.#transport.api.request(command).catch(() => null);
  }

  #feed(object) {
    if (object.type === "missed") {
      for (const room of this.#store.state.rooms.values()) room.people.missed();
      this.#lists.people();
      return;
    }
    if (object.type === "rooms") {
      this.#lists.take(object.rooms);
      return;
    }
    const entry = this.#store.apply(object, Date.now());
    const room = this.#store.room(object.room);
    if (entry && entry.id > this.#store.state.bootId) this.#on.arrived(entry, room);
    if (object.type === "system" && object.user === this.user) this.#verify(object);
    if (object.type === "truncated") this.#lists.people();
  }

  // I left in another window, or was put out: believe the server, not an old
  // entry of the history. A run of such entries is one question, or two.
  async #verify({ event, room: doubt }) {
    if (event === "join" || event === "topic" || !this.#store.room(doubt)) return;
    this.#doubted.add(doubt);
    if (this.#verifying) return;
    this.#verifying = true;
    while (this.#doubted.size > 0) {
      const names = [...this.#doubted];
      this.#doubted.clear();
      const mine = await this.#ask({ type: "user_rooms" });
      for (const name of names) {
        if (mine && !mine.rooms.includes(name) && this.#store.room(name)) this.#lose(name);
      }
    }
    this.#verifying = false;
  }

  #lose(name) {
    this.#transport.unsubscribe(name);
    this.#store.close(name);
    this.#on.lost(name);
  }

  async #deliver(item) {
    const { room, target } = item;
    try {
      return await this.#post(item);
    } catch (refusal) {
      if (!isGone(refusal) || target !== null || !this.#store.room(room)) throw refusal;
      await this.#enter(room, false);
      return this.#post(item);
    }
  }

  // An answer without an id is nobody's that keeps messages.
  async #post({ room, text: message, client, target }) {
    const answer = await this.#transport.request(target === null
      ? { type: "send", room, message, client_id: client }
      : { type: "edit", room, message, id: target });
    if (!Number.isSafeInteger(answer.id)) throw new Refusal({ code: "strange" });
    return answer;
  }

  #confirmed({ room, text, client, target }, answer) {
    const { id, timestamp, sent_at } = answer;
    if (target !== null) {
      const edit = { type: "edit", room, target, message: text, timestamp, sent_at };
      this.#store.apply(edit, Date.now());
      return;
    }
    this.#store.confirm({
      type: "message", id, room, username: this.user, message: text, timestamp, sent_at,
      client_id: client,
    });
  }
}
