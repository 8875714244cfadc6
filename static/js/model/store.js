// What the page knows: rooms, entries, members, what is unread. Without a browser,
// a network or a clock of its own: what it should remember goes into tables that
// it is given, and the time comes along. Everything that the server pushes goes
// through apply(), in any order and any number of times with the same result, so
// that a resume may overlap what is already here.

import {
  amend, changeIn, insert, messageOf, passGap, retime, systemOf, takeGap,
} from "./history.js";
import { People } from "./people.js";
import { drop, setPending } from "./pending.js";
import { count, countIn, drawLine, lastIdOf, readUpTo } from "./unread.js";

// Entries kept of the room on screen, which one may scroll back through, and of
// every other.
const SHOWN_MAX = 1000;
const OTHERS_MAX = 300;
const TYPING_MS = 7000;
const EDITS_MAX = 20;
const NO_EDITS = { open: null, texts: {} };

export class Store {
  state;
  #memory;
  #listeners = new Set();

  // `memory` has a table each for what is `read`, for `levels`, `drafts` and
  // `edits`, by room: {get(room), set(room, value)}.
  constructor({ me, memory }) {
    this.state = { me, rooms: new Map(), current: null, directory: [], bootId: Infinity };
    this.#memory = memory;
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  changed() {
    for (const listener of this.#listeners) listener();
  }

  // The room of that name, else the one on screen; null when it is not here.
  room(name = this.state.current) {
    return this.state.rooms.get(name) ?? null;
  }

  open(name) {
    const { rooms } = this.state;
    if (!rooms.has(name)) rooms.set(name, newRoom(name, this.#memory));
    return rooms.get(name);
  }

  close(name) {
    this.state.rooms.delete(name);
    if (this.state.current === name) this.state.current = null;
    this.changed();
  }

  // Makes `name` the room on screen. Its unread line stands where reading
  // stopped, until the reader leaves, answers or marks it read.
  show(name) {
    const before = this.room();
    if (before && before.name !== name) {
      before.lineId = null;
      before.entriesMax = OTHERS_MAX;
    }
    this.state.current = name;
    const room = this.room();
    if (room) {
      room.entriesMax = SHOWN_MAX;
      drawLine(room);
    }
    this.changed();
  }

  // `attentive` says that the reader sees the end of the current room.
  look(attentive) {
    const room = this.room();
    if (!room) return;
    if (attentive) this.#read(room, lastIdOf(room));
    else drawLine(room);
  }

  markRead(name) {
    const room = this.room(name);
    if (!room) return;
    room.lineId = null;
    this.#read(room, lastIdOf(room));
    this.changed();
  }

  #read(room, id) {
    if (!readUpTo(room, id)) return;
    this.#memory.read.set(room.name, id);
    this.changed();
  }

  // Another tab of the same person has read on.
  readElsewhere() {
    for (const room of this.state.rooms.values()) {
      const id = this.#memory.read.get(room.name);
      if (id !== null && (room.readId === null || id > room.readId)) readUpTo(room, id);
    }
    this.changed();
  }

  setDraft(name, text) {
    const room = this.room(name);
    if (!room || room.draft === text) return;
    room.draft = text;
    this.#memory.drafts.set(name, text);
    this.changed();
  }

  // The texts of messages that are being changed, by their ids; `open` is the
  // one in the message box. Without a text, the change is over.
  setEdit(name, id, text = null) {
    const room = this.room(name);
    if (!room) return;
    const texts = { ...room.edits.texts, [id]: text };
    if (text === null) delete texts[id];
    const ids = Object.keys(texts);
    for (const old of ids.slice(0, -EDITS_MAX)) delete texts[old];
    room.edits = { open: text === null ? null : id, texts };
    this.#memory.edits.set(name, ids.length > 0 ? room.edits : null);
    this.changed();
  }

  setLevel(name, level) {
    const room = this.room(name);
    if (!room) return;
    room.level = level;
    this.#memory.levels.set(name, level);
    this.changed();
  }

  // Takes one object of the feed. Answers the entry when it is a message that
  // was not known before, else null.
  apply(object, now) {
    const room = this.state.rooms.get(object.room);
    if (!room) return null;
    if (object.id && room.gapAfter) passGap(room, object.id);
    if (room.synced && object.id > room.resume) room.resume = object.id;
    const entry = this.#take(room, object, now);
    this.changed();
    return entry;
  }

  // The server has my message. That is no reason to advance the resume point:
  // messages of others before it may still be on their way.
  confirm(object) {
    const room = this.room(object.room);
    if (room) this.#takeMessage(room, object);
    this.changed();
  }

  #take(room, object, now) {
    const { type, user } = object;
    if (type === "message") return this.#takeMessage(room, object);
    if (type === "system") this.#takeSystem(room, object);
    if (type === "edit" || type === "delete") this.#takeChange(room, object);
    if (type === "presence") this.#takePresence(room, object);
    if (type === "typing") this.#setTyping(room, user, object.typing === false ? 0 : now);
    if (type === "truncated") {
      room.people.missed();
      takeGap(room, object.after ?? room.resume);
    }
    return null;
  }

  #takeMessage(room, object) {
    const { me } = this.state;
    const known = room.byId.get(object.id);
    if (known) {
      const retimed = retime(known, object);
      if (amend(known, object, me) || retimed) count(room);
      return null;
    }
    const entry = messageOf(object, me);
    this.#setTyping(room, entry.user, 0);
    if (entry.mine && entry.client) drop(room, entry.client);
    insert(room, entry);
    if (entry.mine) this.#answered(room, entry.id);
    countIn(room, entry);
    return entry;
  }

  // Whoever answers has read what was before, on whichever device.
  #answered(room, id) {
    if (room.readId !== null && room.readId >= id) return;
    room.lineId = null;
    this.#read(room, id);
  }

  #takeSystem(room, object) {
    const { event, user } = object;
    if (event === "join") room.people.came(user, object.id);
    else if (event !== "topic") room.people.went(user, object.id);
    if (room.byId.has(object.id)) return;
    insert(room, systemOf(object));
    if (event === "topic" && object.topic !== undefined) room.topic = object.topic;
    if (event === "join" && user === this.state.me && room.readId === null) {
      room.readId = object.id;
      count(room);
    }
    if (event !== "join") this.#setTyping(room, user, 0);
  }

  #takeChange(room, object) {
    const entry = room.byId.get(object.target);
    if (entry && amend(entry, changeIn(object), this.state.me)) count(room);
  }

  #takePresence(room, { user, online }) {
    room.people.seen(user, Boolean(online));
    if (!online) this.#setTyping(room, user, 0);
  }

  #setTyping(room, user, since) {
    if (user === this.state.me) return;
    if (since) room.typing.set(user, since);
    else room.typing.delete(user);
  }

  // Forgets who stopped typing without saying so.
  expireTyping(now) {
    for (const { typing } of this.state.rooms.values()) {
      for (const [user, since] of typing) if (now - since >= TYPING_MS) typing.delete(user);
    }
    this.changed();
  }

  setDirectory(list) {
    this.state.directory = list;
    for (const { room: name, topic, members, online } of list) {
      const room = this.room(name);
      if (room) Object.assign(room, { topic: topic ?? room.topic, listed: { members, online } });
    }
    this.changed();
  }

  // What is on its way (net/outbox.js).
  setPending(items) {
    for (const room of this.state.rooms.values()) setPending(room, items, this.state.me);
    this.changed();
  }
}

function newRoom(name, memory) {
  return {
    name, topic: "", level: memory.levels.get(name) ?? "all",
    draft: memory.drafts.get(name) ?? "", edits: memory.edits.get(name) ?? NO_EDITS,
    entries: [], entriesMax: OTHERS_MAX, dropped: 0, byId: new Map(),
    clients: new Set(), pending: [], waiting: new Map(),
    people: new People(), typing: new Map(),
    listed: { members: 0, online: 0 }, peopleAt: -Infinity, peopleTimer: 0,
    resume: 0, gapAfter: 0, synced: false,
    readId: memory.read.get(name), lineId: null, unread: 0, mentions: 0, changes: 0,
  };
}
