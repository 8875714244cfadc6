// The rows of the timeline, as plain objects: days, the unread line, groups by
// author, runs of comings and goings folded into one.

const GROUP_MS = 5 * 60 * 1000;

// The rows for `entries` (in the order of their ids) and the messages still on
// their way. `lineId` is where reading stopped, or null for no line. Where the
// server's clock was wrong, times go back and a day may come again.
export function rowsOf(entries, pending, lineId) {
  const rows = [];
  const days = new Map();
  let day = "";
  let lined = lineId === null;
  for (const entry of entries) {
    const today = dayOf(entry.at);
    if (today !== day) {
      day = today;
      const times = (days.get(day) ?? 0) + 1;
      days.set(day, times);
      rows.push({ kind: "day", key: `d${day} ${times}`, at: entry.at });
    }
    if (!lined && entry.id > lineId && entry.type === "message" && !entry.mine) {
      lined = true;
      rows.push({ kind: "line", key: "unread-line" });
    }
    place(rows, entry);
  }
  for (const entry of pending) place(rows, entry);
  return rows;
}

function place(rows, entry) {
  const before = rows.at(-1);
  if (entry.type === "gap") rows.push({ kind: "gap", key: entry.key });
  else if (entry.type === "system") placeSystem(rows, before, entry);
  else rows.push(messageRow(before, entry));
}

function messageRow(before, entry) {
  const joins = before?.kind === "message" &&
    before.entry.user === entry.user &&
    Math.abs(entry.at - before.entry.at) < GROUP_MS &&
    !isAction(before.entry) && !isAction(entry);
  if (joins) before.last = false;
  return { kind: "message", key: entry.key, entry, first: !joins, last: true };
}

function placeSystem(rows, before, entry) {
  const folds = entry.event === "join" || entry.event === "leave";
  if (folds && before?.kind === "traffic") before.entries.push(entry);
  else if (folds) rows.push({ kind: "traffic", key: entry.key, entries: [entry] });
  else if (entry.event === "topic") {
    rows.push({ kind: "topic", key: entry.key, entries: [entry] });
  }
}

// Who came and who went, once each, by what they did last; those who came and
// went again cancel out and are not told, unless nothing else would be left.
export function trafficOf(entries) {
  const first = new Map();
  const last = new Map();
  for (const entry of entries) {
    if (!first.has(entry.user)) first.set(entry.user, entry.event);
    last.set(entry.user, entry.event);
  }
  const people = [...last.keys()];
  const told = people.filter((user) => first.get(user) === last.get(user));
  const shown = told.length > 0 ? told : people;
  return {
    joined: shown.filter((user) => last.get(user) === "join"),
    left: shown.filter((user) => last.get(user) === "leave"),
  };
}

export function isAction(entry) {
  return entry.text.startsWith("/me ");
}

function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}
