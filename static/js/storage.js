// What this browser remembers. Storage may be full, forbidden or hold what an
// older version wrote: then the page works on, and forgets when it is closed.

const PREFIX = "papo.";

export function load(key, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function save(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    return;
  }
}

// The keys that begin with `start`, without the common prefix.
export function keysOf(start) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX + start))
      .map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
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
    return "";
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

// A table kept per user (`drafts`, `read`, `levels`): room name to value.
// Other tabs write it too, so each write reads it anew.
export function Table(user, what) {
  const key = `${what}:${user}`;
  const read = () => new Map(Object.entries(load(key, {}) ?? {}));
  return {
    get: (room) => read().get(room) ?? null,
    set(room, value) {
      const table = read();
      if (value === null || value === "") table.delete(room);
      else table.set(room, value);
      save(key, Object.fromEntries(table));
    },
  };
}
