// What the page knows: rooms, entries, members, what is unread. Pure: no DOM,
// no network, no clock of its own. Everything that the server pushes goes
// through apply(), in any order and any number of times with the same result,
// so that a resume may overlap what is already here.

import { People } from "./people.js";
import { mentions } from "./text.js";

// Entries kept of the room on screen, which one may scroll back through, and
// of every other; when there are more, TRIM go besides.
const SHOWN_MAX = 1000;
const OTHERS_MAX = 300;
const TRIM = 100;
const TYPING_MS = 7000;
const EDITS_MAX = 20;
const NO_EDITS = { open: null, texts: {} };

export function Store({ me, memory }) {
  const rooms = new Map();
  const listeners = new Set();
  const state = { me, rooms, current: null, directory: [], bootId: Infinity };

  function changed() {
    for (const listener of listeners) listener();
  }

  function open(name) {
    let room = rooms.get(name);
    if (!room) {
      room = newRoom(name, memory.read.get(name), memory.levels.get(name));
      room.draft = memory.drafts.get(name) ?? "";
      room.edits = memory.edits?.get(name) ?? NO_EDITS;
      rooms.set(name, room);
    }
    return room;
  }

  function close(name) {
    rooms.delete(name);
    if (state.current === name) state.current = null;
    changed();
  }

  // Makes `name` the room on screen. Its unread line stands where reading
  // stopped, until the reader leaves, answers or marks it read.
  function show(name) {
    const before = rooms.get(state.current);
    if (before && before.name !== name) {
      before.lineId = null;
      before.entriesMax = OTHERS_MAX;
    }
    state.current = name;
    const room = rooms.get(name);
    if (room) room.entriesMax = SHOWN_MAX;
    if (room && room.unread > 0 && room.lineId === null) {
      room.lineId = room.readId;
    }
    changed();
  }

  // `attentive` says that the reader sees the end of the current room.
  function look(attentive) {
    const room = rooms.get(state.current);
    if (!room) return;
    if (!attentive) {
      if (room.unread > 0 && room.lineId === null) room.lineId = room.readId;
      return;
    }
    if (room.unread > 0 || room.readId !== lastIdOf(room)) {
      setRead(room, lastIdOf(room));
    }
  }

  function markRead(name) {
    const room = rooms.get(name);
    if (!room) return;
    room.lineId = null;
    setRead(room, lastIdOf(room));
    changed();
  }

  function setRead(room, id) {
    if (room.readId === id && room.unread === 0) return;
    room.readId = id;
    memory.read.set(room.name, id);
    count(room);
    changed();
  }

  // Another tab of the same person has read on.
  function readElsewhere() {
    for (const room of rooms.values()) {
      const id = memory.read.get(room.name);
      if (id !== null && (room.readId === null || id > room.readId)) {
        room.readId = id;
        count(room);
      }
    }
    changed();
  }

  function setDraft(name, text) {
    const room = rooms.get(name);
    if (!room || room.draft === text) return;
    room.draft = text;
    memory.drafts.set(name, text);
    changed();
  }

  // The texts of messages that are being changed, by their ids; `open` is the
  // one in the message box. Without a text, the change is over.
  function setEdit(name, id, text = null) {
    const room = rooms.get(name);
    if (!room) return;
    const texts = { ...room.edits.texts, [id]: text };
    if (text === null) delete texts[id];
    const ids = Object.keys(texts);
    for (const old of ids.slice(0, -EDITS_MAX)) delete texts[old];
    room.edits = { open: text === null ? null : id, texts };
    memory.edits?.set(name, ids.length > 0 ? room.edits : null);
    changed();
  }

  function setLevel(name, level) {
    const room = rooms.get(name);
    if (!room) return;
    room.level = level;
    memory.levels.set(name, level);
    changed();
  }

  // Takes one object of the feed. Answers the entry when it is a message that
  // was not known before, else null.
  function apply(object, now) {
    const room = rooms.get(object.room);
    if (!room) return null;
    if (object.id && room.gapAfter) passGap(room, object.id);
    if (room.synced && object.id > room.resume) room.resume = object.id;
    const entry = take(room, object, now);
    changed();
    return entry;
  }

  // The server has my message. That is no reason to advance the resume point:
  // messages of others before it may still be on their way.
  function confirm(object) {
    const room = rooms.get(object.room);
    if (room) takeMessage(room, object);
    changed();
  }

  function take(room, object, now) {
    switch (object.type) {
      case "message":
        return takeMessage(room, object);
      case "system":
        takeSystem(room, object);
        return null;
      case "edit":
      case "delete":
        takeChange(room, object);
        return null;
      case "presence":
        takePresence(room, object);
        return null;
      case "typing":
        setTyping(room, object.user, object.typing === false ? 0 : now);
        return null;
      case "truncated":
        takeGap(room, object.after ?? room.resume);
        return null;
      default:
        return null;
    }
  }

  function takeMessage(room, object) {
    const known = room.byId.get(object.id);
    if (known) {
      const retimed = retime(known, object);
      if (amend(known, object) || retimed) count(room);
      return null;
    }
    const entry = messageOf(object, me);
    setTyping(room, entry.user, 0);
    if (entry.mine && entry.client) drop(room.pending, entry.client);
    insert(room, entry);
    if (entry.mine) readUpTo(room, entry.id);
    if (isUnread(room, entry)) {
      room.unread += 1;
      if (entry.mention) room.mentions += 1;
    }
    return entry;
  }

  // Whoever answers has read what was before, on whichever device.
  function readUpTo(room, id) {
    if (room.readId !== null && room.readId >= id) return;
    room.lineId = null;
    setRead(room, id);
  }

  function takeSystem(room, object) {
    const { event, user } = object;
    if (event === "join") room.people.came(user, object.id);
    else if (event !== "topic") room.people.went(user, object.id);
    if (room.byId.has(object.id)) return;
    insert(room, {
      key: `m${object.id}`, id: object.id, type: "system", event, user,
      at: timeOf(object), rev: 0,
      text: object.topic ?? object.message ?? "",
    });
    if (event === "topic" && object.topic !== undefined) {
      room.topic = object.topic;
    }
    if (event === "join" && user === me && room.readId === null) {
      room.readId = object.id;
      count(room);
    }
    if (event !== "join") setTyping(room, user, 0);
  }

  function takeChange(room, object) {
    const entry = room.byId.get(object.target);
    if (!entry) return;
    const change = object.type === "delete"
      ? { deleted: object.timestamp, message: "" }
      : { message: object.message, edited: object.timestamp, edited_at: object.sent_at };
    if (amend(entry, change)) count(room);
  }

  // Answers whether there was anything to do.
  function amend(entry, { message, edited, edited_at: editedAt, deleted }) {
    const gone = Boolean(deleted) || message === undefined;
    const text = gone ? "" : message;
    if (entry.text === text && entry.deleted === gone) return false;
    if (entry.edited && !gone && !(edited >= entry.edited)) return false;
    if (entry.deleted) return false;
    entry.text = text;
    if (edited) Object.assign(entry, { edited, editedAt: editedAt ?? edited });
    entry.deleted = gone;
    entry.mention = !gone && !entry.mine && mentions(text.normalize("NFC"), me);
    entry.rev += 1;
    return true;
  }

  function takePresence(room, object) {
    room.people.seen(object.user, Boolean(object.online));
    if (!object.online) setTyping(room, object.user, 0);
  }

  // History was lost between `after` and what follows: say so, once. What
  // follows tells where to resume: `after` may be a point of another life of
  // the server, ahead of all that will come.
  function takeGap(room, after) {
    room.people.missed();
    room.resume = 0;
    room.gapAfter = after;
    insertGap(room, after + 0.5);
  }

  // When what follows begins before the point, that was of another life, and
  // so is what is here: the history begins anew.
  function passGap(room, id) {
    const anew = id <= room.gapAfter;
    room.gapAfter = 0;
    if (!anew) return;
    room.entries.length = 0;
    room.byId.clear();
    room.changes += 1;
    insertGap(room, id - 0.5);
  }

  function insertGap(room, id) {
    if (!room.byId.has(id)) {
      insert(room, { key: `g${id}`, id, type: "gap", at: id / 1000, rev: 0 });
    }
  }

  function setTyping(room, user, since) {
    if (user === me) return;
    if (since) room.typing.set(user, since);
    else room.typing.delete(user);
  }

  // Forgets who stopped typing without saying so; answers whether any are left.
  function expireTyping(now) {
    let left = false;
    for (const room of rooms.values()) {
      for (const [user, since] of room.typing) {
        if (now - since < TYPING_MS) left = true;
        else room.typing.delete(user);
      }
    }
    changed();
    return left;
  }

  function setDirectory(list) {
    state.directory = list;
    for (const each of list) {
      const room = rooms.get(each.room);
      if (!room) continue;
      room.topic = each.topic ?? room.topic;
      room.listed = { members: each.members, online: each.online };
    }
    changed();
  }

  // What is on its way: messages, and changes of messages. A change that failed
  // and whose message is gone stands as a message of its own, so that its text is
  // not lost.
  function setPending(items) {
    for (const room of rooms.values()) {
      const here = items.filter((item) => item.room === room.name);
      room.waiting = new Map(here.filter((item) => item.target !== null)
        .map((item) => [item.target, item]));
      room.pending = here
        .filter((item) => (item.target === null ? !room.clients.has(item.client)
          : item.state === "failed" && !isThere(room.byId.get(item.target))))
        .map((item) => ({
          key: `c${item.client}`, id: null, type: "message", user: me,
          mine: true, text: item.text, at: item.at, client: item.client,
          state: item.state, code: item.code, rev: item.rev,
        }));
      room.changes += 1;
    }
    changed();
  }

  return {
    state, open, close, show, look, markRead, readElsewhere, setDraft, setEdit,
    setLevel, apply, confirm, changed, expireTyping, setDirectory, setPending,
    onChange: (listener) => listeners.add(listener),
    room: (name = state.current) => rooms.get(name) ?? null,
  };
}

function newRoom(name, readId, level) {
  return {
    name, topic: "", level: level ?? "all", draft: "", edits: NO_EDITS,
    entries: [], entriesMax: OTHERS_MAX, dropped: 0, byId: new Map(),
    clients: new Set(), pending: [], waiting: new Map(),
    people: People(), typing: new Map(),
    listed: { members: 0, online: 0 }, peopleAt: -Infinity, peopleTimer: 0,
    resume: 0, gapAfter: 0, synced: false,
    readId, lineId: null, unread: 0, mentions: 0, changes: 0,
  };
}

// When it was said, in ms. An id tells the order; where the server's clock was
// elsewhere, `sent_at` (seconds) tells the time.
function timeOf({ id, sent_at: sentAt }) {
  return sentAt > 0 ? sentAt * 1000 : id / 1000;
}

// My own message stands here before the feed brings its time along. Answers
// whether there was anything to do.
function retime(entry, object) {
  if (!object.sent_at || entry.at === timeOf(object)) return false;
  entry.at = timeOf(object);
  entry.rev += 1;
  return true;
}

function messageOf(object, me) {
  const mine = object.username === me;
  const deleted = object.message === undefined || Boolean(object.deleted);
  const text = deleted ? "" : object.message;
  const client = object.client_id ?? null;
  return {
    key: mine && client ? `c${client}` : `m${object.id}`,
    id: object.id, type: "message", user: object.username, mine, client, text,
    at: timeOf(object), edited: object.edited ?? 0,
    editedAt: object.edited_at ?? object.edited, deleted, state: "sent",
    mention: !mine && !deleted && mentions(text.normalize("NFC"), me), rev: 0,
  };
}

// Ids only grow, so nearly every entry belongs at the end.
function insert(room, entry) {
  const { entries, byId, clients } = room;
  let at = entries.length;
  while (at > 0 && entries[at - 1].id > entry.id) at -= 1;
  if (at < entries.length) room.changes += 1;
  entries.splice(at, 0, entry);
  byId.set(entry.id, entry);
  if (entry.client && entry.mine) clients.add(entry.client);
  if (entries.length > room.entriesMax) {
    const gone = entries.length - room.entriesMax + TRIM;
    room.dropped += gone;
    for (const old of entries.splice(0, gone)) {
      byId.delete(old.id);
      clients.delete(old.client);
    }
  }
}

const isThere = (entry) => Boolean(entry) && !entry.deleted;

// The entry as it will be when the change on its way has arrived.
export function foreseen(entry, { waiting }) {
  const change = waiting.get(entry.id);
  if (!change || entry.deleted) return entry;
  const { text, state, code, client, rev } = change;
  return { ...entry, text, state, code, client, rev: `${entry.rev}+${rev}` };
}

function drop(pending, client) {
  const at = pending.findIndex((each) => each.client === client);
  if (at >= 0) pending.splice(at, 1);
}

function lastIdOf(room) {
  return room.entries.at(-1)?.id ?? room.readId;
}

function isUnread(room, entry) {
  return entry.type === "message" && !entry.mine && !entry.deleted &&
    room.readId !== null && entry.id > room.readId;
}

function count(room) {
  room.changes += 1;
  room.unread = 0;
  room.mentions = 0;
  for (let i = room.entries.length - 1; i >= 0; i -= 1) {
    const entry = room.entries[i];
    if (room.readId === null || entry.id <= room.readId) break;
    if (!isUnread(room, entry)) continue;
    room.unread += 1;
    if (entry.mention) room.mentions += 1;
  }
}
