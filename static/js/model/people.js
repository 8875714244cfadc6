// The people of one room. A whole list is asked for once; from then on the
// room's own events keep it in step, so that a crowd that comes and goes costs
// what its events cost, and no more.
//
// Why that is exact: comings and goings are taken in the order of their ids,
// each once, and what arrives while a list is on its way is taken again on top
// of it. Whoever has an event among those is as their last one says; whoever
// has none is as the list says. A coming moves to the end, so the order of
// joining is kept too. Presence has no id: after a gap, the list is asked for.

import { foldOf } from "./names.js";

const LONG_NAMES_MAX = 200;
const collator = new Intl.Collator();

export class People {
  // Whether a list has come, and whether something was missed since.
  known = false;
  stale = true;
  // Counts changes, for who draws.
  revision = 0;
  #members = new Set();
  #there = new Set();
  #sorted = [];
  #longNames = [];
  #kept = null;
  #lastId = 0;
  #online = 0;

  came(name, id) {
    this.#take(id, () => this.#add(name));
  }

  went(name, id) {
    this.#take(id, () => this.#remove(name));
  }

  seen(name, is) {
    this.#take(0, () => (is ? this.#appear(name) : this.#vanish(name)));
  }

  // Ids may begin anew too: the server may be in another life.
  missed() {
    this.stale = true;
    this.#lastId = 0;
    if (!this.known) this.#there.clear();
  }

  // Call when the list is being asked for, and the answer with its members, or
  // with null when there is none.
  ask() {
    this.#kept = [];
    return (list) => {
      const meanwhile = this.#kept;
      this.#kept = null;
      if (list) this.#settle(list, meanwhile);
    };
  }

  isOnline(name) {
    return this.#there.has(name);
  }

  // In the order of joining.
  names() {
    return this.#members.values();
  }

  count() {
    return this.#members.size;
  }

  online() {
    return this.#online;
  }

  // Names with a space in them, folded: what a mention may hold.
  longNames() {
    return this.#longNames;
  }

  // By name, the first `most` of those who are online, or of the others.
  first(most, is) {
    const found = [];
    for (const name of this.#sorted) {
      if (found.length >= most) break;
      if (this.#there.has(name) === is) found.push(name);
    }
    return found;
  }

  #take(id, deed) {
    if (id !== 0) {
      if (id <= this.#lastId) return;
      this.#lastId = id;
    }
    this.#kept?.push(deed);
    deed();
    this.revision += 1;
  }

  #add(name) {
    if (!this.#members.delete(name)) {
      this.#sorted.splice(this.#placeOf(name), 0, name);
      if (this.#there.has(name)) this.#online += 1;
      if (/\s/.test(name)) this.#renameLong();
    }
    this.#members.add(name);
  }

  #remove(name) {
    if (!this.#members.delete(name)) return;
    this.#sorted.splice(this.#placeOf(name), 1);
    if (this.#there.has(name)) this.#online -= 1;
    if (/\s/.test(name)) this.#renameLong();
  }

  #appear(name) {
    if (this.#members.has(name) && !this.#there.has(name)) this.#online += 1;
    this.#there.add(name);
  }

  #vanish(name) {
    if (this.#members.has(name) && this.#there.has(name)) this.#online -= 1;
    this.#there.delete(name);
  }

  // What is known of those who only listen is older than a gap: forgotten.
  #settle(list, meanwhile) {
    this.#members.clear();
    if (this.known) this.#there.clear();
    this.#online = 0;
    for (const { username, online } of list) {
      this.#members.add(username);
      if (online) this.#there.add(username);
      else this.#there.delete(username);
      if (online) this.#online += 1;
    }
    this.#sorted = [...this.#members].sort(compare);
    this.#renameLong();
    for (const deed of meanwhile) deed();
    this.known = true;
    this.stale = false;
    this.revision += 1;
  }

  #renameLong() {
    this.#longNames = this.#sorted.filter((name) => /\s/.test(name))
      .slice(0, LONG_NAMES_MAX).map(foldOf);
  }

  // Where `name` belongs in the order of names.
  #placeOf(name) {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#sorted[middle], name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// Names that sort alike are told apart by their characters.
function compare(a, b) {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
