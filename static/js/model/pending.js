// What is on its way to the server: messages, and changes of messages, as the
// outbox lists them (net/outbox.js).

const isThere = (entry) => Boolean(entry) && !entry.deleted;

// Shares out what is on its way in `room`. A change that failed and whose message
// is gone stands as a message of its own, so that its text is not lost.
export function setPending(room, items, me) {
  const here = items.filter((item) => item.room === room.name);
  room.waiting = new Map(here.filter((item) => item.target !== null)
    .map((item) => [item.target, item]));
  room.pending = here.filter((item) => (item.target === null
    ? !room.clients.has(item.client)
    : item.state === "failed" && !isThere(room.byId.get(item.target))))
    .map((item) => entryOf(item, me));
  room.changes += 1;
}

function entryOf({ client, text, at, state, code, rev }, me) {
  return {
    key: `c${client}`, id: null, type: "message", user: me, mine: true,
    text, at, client, state, code, rev,
  };
}

// The message of this client_id has arrived.
export function drop(room, client) {
  const at = room.pending.findIndex((each) => each.client === client);
  if (at >= 0) room.pending.splice(at, 1);
}

// The entry as it will be when the change on its way has arrived.
export function foreseen(entry, { waiting }) {
  const change = waiting.get(entry.id);
  if (!change || entry.deleted) return entry;
  const { text, state, code, client, rev } = change;
  return { ...entry, text, state, code, client, rev: `${entry.rev}+${rev}` };
}
