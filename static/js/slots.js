// Streams and long polls hold a connection each, and a browser gives one host
// six of them with HTTP/1.1, for all tabs together: the seventh tab would not
// even load. So only so many tabs hold one; the others poll, with short
// requests, until a tab that holds one is gone.
//
// A slot is a Web Lock: the browser gives it back when a tab closes, crashes or
// is discarded, and a frozen tab, which may hold its connection too, keeps it.
// Where there are no locks (plain HTTP from another machine, forbidden storage),
// a tab holds a connection while it is seen: in each window that is one.

const SLOTS = 4;

// `free()` is called when this tab may hold a connection; `lost()` when no more.
export function Slot({ free, lost }) {
  let waiting = null;
  let release = null;
  let watches = false;
  if (isRoomy()) return { held: () => true, want() {}, giveBack() {} };

  // Waits in line for each of them; the first that comes is taken.
  function want() {
    if (release || waiting) return;
    const stop = new AbortController();
    waiting = stop;
    if (!navigator.locks) return watch();
    for (let i = 0; i < SLOTS; i += 1) {
      navigator.locks.request(`papo.connection.${i}`, { signal: stop.signal },
        () => hold(stop)).catch(({ name }) => {
        if (name !== "AbortError" && waiting === stop) watch();
      });
    }
  }

  function hold(stop) {
    if (waiting !== stop) return null;
    waiting = null;
    stop.abort();
    const held = new Promise((resolve) => { release = resolve; });
    free();
    return held;
  }

  function watch() {
    if (!watches) document.addEventListener("visibilitychange", look);
    watches = true;
    look();
  }

  function look() {
    if (!document.hidden && waiting) hold(waiting);
    else if (document.hidden && release) {
      giveBack();
      waiting = new AbortController();
      lost();
    }
  }

  function giveBack() {
    const before = waiting;
    waiting = null;
    before?.abort();
    release?.();
    release = null;
  }

  return { held: () => release !== null, want, giveBack };
}

// HTTP/2 and 3 carry all of them over one connection.
function isRoomy() {
  const [page] = performance.getEntriesByType?.("navigation") ?? [];
  return /^h[23]/.test(page?.nextHopProtocol ?? "");
}
