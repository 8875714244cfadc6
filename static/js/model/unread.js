// What of a room is unread: what came from others after `readId`, up to where
// its person has read, on whichever device. `lineId` is where the line stands
// that shows it, or null for none.

export const lastIdOf = (room) => room.entries.at(-1)?.id ?? room.readId;

function isUnread(room, entry) {
  return entry.type === "message" && !entry.mine && !entry.deleted &&
    room.readId !== null && entry.id > room.readId;
}

// Counts anew: something that was there is another now.
export function count(room) {
  room.changes += 1;
  room.unread = 0;
  room.mentions = 0;
  for (let i = room.entries.length - 1; i >= 0; i -= 1) {
    const entry = room.entries[i];
    if (room.readId === null || entry.id <= room.readId) break;
    countIn(room, entry);
  }
}

// Counts one more.
export function countIn(room, entry) {
  if (!isUnread(room, entry)) return;
  room.unread += 1;
  if (entry.mention) room.mentions += 1;
}

// The line stands where reading stopped, until it is taken away.
export function drawLine(room) {
  if (room.unread > 0 && room.lineId === null) room.lineId = room.readId;
}

// Answers whether that is news.
export function readUpTo(room, id) {
  if (room.readId === id && room.unread === 0) return false;
  room.readId = id;
  count(room);
  return true;
}
