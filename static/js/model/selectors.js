// Questions to the store's state that several parts of the page ask.

import { foldOf, nameOf } from "./names.js";

// A muted room whispers: it counts, but does not stand out.
export const loud = (room) =>
  room.mentions > 0 || (room.unread > 0 && room.level !== "none");

export function sorted(rooms) {
  return [...rooms.values()].sort((a, b) => a.name.localeCompare(b.name));
}

// The name of the next or previous of my rooms, of all or of those `wanted`; null
// when there is none.
export function neighbour({ rooms, current }, step, wanted = () => true) {
  const names = sorted(rooms)
    .filter((room) => room.name === current || wanted(room))
    .map((room) => room.name);
  const at = names.indexOf(current);
  if (names.length === 0) return null;
  const from = at < 0 && step < 0 ? 0 : at;
  return names[(from + step + names.length) % names.length];
}

// The server's rooms that I am not in.
export const others = ({ rooms, directory }) =>
  directory.filter((each) => !rooms.has(each.room));

// What calls from all rooms together: `count` for the title, `dot` for the icon.
export function callOf(rooms) {
  let count = 0;
  let dot = false;
  for (const room of rooms.values()) {
    if (room.level === "all") count += room.unread;
    if (room.level === "mentions") count += room.mentions;
    dot ||= room.level !== "none" && loud(room);
  }
  return { count, dot };
}

// Whether nobody has said anything yet.
export const isHushed = (room) => room.synced && room.pending.length === 0 &&
  !room.entries.some((each) => each.type === "message");

export const lastOfMine = (room) =>
  room.entries.findLast((each) => each.mine && !each.deleted) ?? null;

// Whom one may call in `room`: who wrote last comes first, then who is there.
export function calledIn(room, me) {
  const names = new Set();
  for (const { user } of room.entries.toReversed()) if (user) names.add(user);
  for (const name of room.people.names()) names.add(name);
  names.delete(me);
  return [...names];
}

// The rooms that `typed` may mean, the best first: {name, unread} of mine, {name,
// members} of others, {name, fresh} for one that is not there yet.
export function roomsFor(state, typed, most) {
  const word = nameOf(typed.trim().replace(/^#/, ""));
  const folded = foldOf(word);
  const mine = sorted(state.rooms)
    .filter((room) => room.name !== state.current || word)
    .sort((a, b) => loud(b) - loud(a))
    .map(({ name, unread }) => ({ name, unread }));
  const all = [...mine,
    ...others(state).map(({ room: name, members }) => ({ name, members }))];
  const rank = ({ name }) => Number(foldOf(name).startsWith(folded));
  const found = all.filter(({ name }) => foldOf(name).includes(folded))
    .sort((a, b) => rank(b) - rank(a)).slice(0, most);
  if (word && !all.some(({ name }) => nameOf(name) === word)) {
    found.push({ name: word, fresh: true });
  }
  return found;
}
