// Which entries of a room are drawn: the last ones, or as many as MOST from a
// place that the reader moves.

const LAST = 80;
const MOST = 300;
const STEP = LAST / 2;
const CONTEXT = 20;

export class Sight {
  // Counts from the first entry that the room ever had here, so that it stays true
  // when the store forgets the oldest; null for the last ones.
  #from = null;

  // At the end, or where much is unread, a little before that.
  enter(room) {
    this.#from = null;
    if (room.unread <= LAST) return;
    const at = room.entries.findIndex((each) => each.id > room.readId);
    this.#from = Math.max(CONTEXT, at) + room.dropped - CONTEXT;
  }

  isHeld() {
    return this.#from !== null;
  }

  // What is drawn now stays; it begins at `from`, counted as above.
  hold(from) {
    this.#from ??= from;
  }

  release() {
    this.#from = null;
  }

  // The places in room.entries.
  startOf({ entries, dropped }) {
    if (this.#from === null) return Math.max(0, entries.length - LAST);
    return Math.min(Math.max(0, this.#from - dropped), Math.max(0, entries.length - 1));
  }

  endOf(room) {
    return this.#from === null ? room.entries.length : this.startOf(room) + MOST;
  }

  isAtLatest(room) {
    return this.endOf(room) >= room.entries.length;
  }

  // These answer whether there was anywhere to go.
  moveUp({ dropped }) {
    return this.#move(Math.max(dropped, this.#from - STEP));
  }

  moveDown(room) {
    return !this.isAtLatest(room) && this.#move(this.#from + STEP);
  }

  #move(next) {
    const moves = this.#from !== null && next !== this.#from;
    if (moves) this.#from = next;
    return moves;
  }
}
