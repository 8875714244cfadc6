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

export class Slot {
  #free;
  #lost;
  #roomy = isRoomy();
  #waiting = null;
  #release = null;
  #watches = false;

  // `free()` is called when this tab may hold a connection; `lost()` when no more.
  constructor({ free, lost }) {
    this.#free = free;
    this.#lost = lost;
  }

  held() {
    return this.#roomy || this.#release !== null;
  }

  // Waits in line for each of them; the first that comes is taken.
  want() {
    if (this.held() || this.#waiting) return;
    const stop = new AbortController();
    this.#waiting = stop;
    if (!navigator.locks) {
      this.#watch();
      return;
    }
    for (let i = 0; i < SLOTS; i += 1) {
      navigator.locks.request(`papo.connection.${i}`, { signal: stop.signal },
        () => this.#hold(stop)).catch(({ name }) => {
        if (name !== "AbortError" && this.#waiting === stop) this.#watch();
      });
    }
  }

  giveBack() {
    const before = this.#waiting;
    this.#waiting = null;
    before?.abort();
    this.#release?.();
    this.#release = null;
  }

  #hold(stop) {
    if (this.#waiting !== stop) return null;
    this.#waiting = null;
    stop.abort();
    const held = new Promise((resolve) => { this.#release = resolve; });
    this.#free();
    return held;
  }

  #watch() {
    if (!this.#watches) document.addEventListener("visibilitychange", () => this.#look());
    this.#watches = true;
    this.#look();
  }

  #look() {
    if (!document.hidden && this.#waiting) this.#hold(this.#waiting);
    else if (document.hidden && this.#release) {
      this.giveBack();
      this.#waiting = new AbortController();
      this.#lost();
    }
  }
}

// HTTP/2 and 3 carry all of them over one connection.
function isRoomy() {
  const [page] = performance.getEntriesByType?.("navigation") ?? [];
  return /^h[23]/.test(page?.nextHopProtocol ?? "");
}
