// What this browser remembers. Storage may be full, forbidden or hold what an
// older version wrote: then the page works on, keeps what it could not write as
// long as it is open, and warns who would close it.
//
// Keys are words joined with colons; names in them are encoded, and so is the
// path of a server that shares its origin with others.

const PREFIX = "papo.";
const INPUT = /^(?:outbox|drafts|edits)\b/;

const encode = (part) => part.replace(/[%:@]/g, encodeURIComponent);
const place = new URL(".", document.baseURI).pathname;
const scope = place === "/" ? "" : `@${encode(place)}`;
const unwritten = new Map();

// The key of `what` this server's user `user` has.
export const keyOf = (what, user) => `${what}${scope}:${encode(user)}`;

export function load(key, otherwise = null) {
  if (unwritten.has(key)) return unwritten.get(key) ?? otherwise;
  return read(local, key) ?? otherwise;
}

export function save(key, value) {
  if (write(local, key, value)) unwritten.delete(key);
  else unwritten.set(key, value);
}

// Whether closing the page would lose what somebody wrote.
export function holdsInput() {
  return [...unwritten].some(([key, value]) =>
    INPUT.test(key) && value !== null && Object.keys(value).length > 0);
}

const local = () => localStorage;
const session = () => sessionStorage;

function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    if (value === null) storage().removeItem(PREFIX + key);
    else storage().setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// The keys that begin with `start`, without the common prefix.
export function keysOf(start) {
  try {
    const written = Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length));
    return [...new Set([...written, ...unwritten.keys()])]
      .filter((key) => key.startsWith(start));
  } catch {
    return [...unwritten.keys()].filter((key) => key.startsWith(start));
  }
}

// Calls `changed(key)` when another tab changed a key that begins with `start`.
export function onOtherTab(start, changed) {
  addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX + start)) {
      changed(event.key.slice(PREFIX.length));
    }
  });
}

// The name of this tab, so that two tabs can be two people; else the last one
// chosen in this browser.
export function loadName() {
  try {
    return sessionStorage.getItem("papo.name") ?? load("name") ?? "";
  } catch {
    return load("name") ?? "";
  }
}

export function saveName(name) {
  save("name", name);
  try {
    sessionStorage.setItem("papo.name", name);
  } catch {
    return;
  }
}

const mapOf = (kept) => new Map(Object.entries(kept ?? {}));

// A table kept per user (`drafts`, `read`, `levels`): room name to value.
// Other tabs write it too, so each write reads it anew. Of what is written by
// hand (`byTab`), a tab has its own besides, so that none undoes another's.
export class Table {
  #key;
  #byTab;

  constructor(user, what, { byTab = false } = {}) {
    this.#key = keyOf(what, user);
    this.#byTab = byTab;
  }

  get(room) {
    const mine = this.#mine();
    return (mine.has(room) ? mine : this.#all()).get(room) ?? null;
  }

  set(room, value) {
    const kept = value === "" ? null : value;
    const all = this.#all();
    if (kept === null) all.delete(room);
    else all.set(room, kept);
    save(this.#key, Object.fromEntries(all));
    if (!this.#byTab) return;
    const mine = this.#mine().set(room, kept);
    write(session, this.#key, Object.fromEntries(mine));
  }

  #all() {
    return mapOf(load(this.#key));
  }

  #mine() {
    return mapOf(this.#byTab ? read(session, this.#key) : null);
  }
}

// Gives what `user` left to another name, where that has nothing of its own.
export function moveTables(user, next) {
  for (const what of ["read", "levels", "drafts"]) {
    const [from, to] = [keyOf(what, user), keyOf(what, next)];
    const tab = read(session, from);
    save(to, { ...load(from, {}), ...tab, ...load(to, {}) });
    save(from, null);
    write(session, from, null);
  }
}
