// What was said in one room: its entries, in the order of their ids. Each may
// come in any order and any number of times, with the same result.

import { mentions } from "./markdown.js";

// When there are more entries than a room may keep, TRIM go besides.
const TRIM = 100;

// When it was said, in ms. An id tells the order; where the server's clock was
// elsewhere, `sent_at` (seconds) tells the time.
function timeOf({ id, sent_at: sentAt }) {
  return sentAt > 0 ? sentAt * 1000 : id / 1000;
}

const calls = (text, me) => mentions(text.normalize("NFC"), me);

export function messageOf(object, me) {
  const mine = object.username === me;
  const deleted = object.message === undefined || Boolean(object.deleted);
  const text = deleted ? "" : object.message;
  const client = object.client_id ?? null;
  return {
    key: mine && client ? `c${client}` : `m${object.id}`,
    id: object.id, type: "message", user: object.username, mine, client, text,
    at: timeOf(object), edited: object.edited ?? 0,
    editedAt: object.edited_at ?? object.edited, deleted, state: "sent",
    mention: !mine && !deleted && calls(text, me), rev: 0,
  };
}

export function systemOf(object) {
  return {
    key: `m${object.id}`, id: object.id, type: "system", event: object.event,
    user: object.user, at: timeOf(object), rev: 0,
    text: object.topic ?? object.message ?? "",
  };
}

// Ids only grow, so nearly every entry belongs at the end.
export function insert(room, entry) {
  const { entries, byId, clients } = room;
  let at = entries.length;
  while (at > 0 && entries[at - 1].id > entry.id) at -= 1;
  if (at < entries.length) room.changes += 1;
  entries.splice(at, 0, entry);
  byId.set(entry.id, entry);
  if (entry.client && entry.mine) clients.add(entry.client);
  if (entries.length > room.entriesMax) forgetOldest(room);
}

function forgetOldest(room) {
  const gone = room.entries.length - room.entriesMax + TRIM;
  room.dropped += gone;
  for (const old of room.entries.splice(0, gone)) {
    room.byId.delete(old.id);
    room.clients.delete(old.client);
  }
}

// My own message stands here before the feed brings its time along. Answers
// whether there was anything to do.
export function retime(entry, object) {
  if (!object.sent_at || entry.at === timeOf(object)) return false;
  entry.at = timeOf(object);
  entry.rev += 1;
  return true;
}

// What an edit or a deletion says of its message.
export const changeIn = (object) => (object.type === "delete"
  ? { deleted: object.timestamp, message: "" }
  : { message: object.message, edited: object.timestamp, edited_at: object.sent_at });

// Answers whether there was anything to do.
export function amend(entry, change, me) {
  const { edited, edited_at: editedAt = edited } = change;
  const gone = Boolean(change.deleted) || change.message === undefined;
  const text = gone ? "" : change.message;
  if (entry.text === text && entry.deleted === gone) return false;
  if (entry.edited && !gone && !(edited >= entry.edited)) return false;
  if (entry.deleted) return false;
  entry.text = text;
  if (edited) Object.assign(entry, { edited, editedAt });
  entry.deleted = gone;
  entry.mention = !gone && !entry.mine && calls(text, me);
  entry.rev += 1;
  return true;
}

// History was lost between `after` and what follows: say so, once. What follows
// tells where to resume: `after` may be a point of another life of the server,
// ahead of all that will come.
export function takeGap(room, after) {
  room.resume = 0;
  room.gapAfter = after;
  insertGap(room, after + 0.5);
}

// When what follows begins before the point, that was of another life, and so is
// what is here: the history begins anew.
export function passGap(room, id) {
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
