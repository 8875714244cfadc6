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

export function People() {
  const members = new Set();
  const there = new Set();
  let sorted = [];
  let longNames = [];
  let kept = null;
  let lastId = 0;
  let online = 0;

  const people = {
    // Whether a list has come, and whether something was missed since.
    known: false, stale: true,
    // Counts changes, for who draws.
    revision: 0,
    came: (name, id) => take({ id, name, does: came }),
    went: (name, id) => take({ id, name, does: went }),
    seen: (name, is) => take({ id: 0, name, does: is ? appeared : vanished }),
    missed, ask, first,
    isOnline: (name) => there.has(name),
    // In the order of joining.
    names: () => members.values(),
    count: () => members.size,
    online: () => online,
    // Names with a space in them, folded: what a mention may hold.
    longNames: () => longNames,
  };

  function take(event) {
    if (event.id !== 0) {
      if (event.id <= lastId) return;
      lastId = event.id;
    }
    kept?.push(event);
    event.does(event.name);
    people.revision += 1;
  }

  // Ids may begin anew too: the server may be in another life.
  function missed() {
    people.stale = true;
    lastId = 0;
    if (!people.known) there.clear();
  }

  function came(name) {
    if (!members.delete(name)) {
      sorted.splice(placeOf(name), 0, name);
      if (there.has(name)) online += 1;
      if (/\s/.test(name)) renameLong();
    }
    members.add(name);
  }

  function went(name) {
    if (!members.delete(name)) return;
    sorted.splice(placeOf(name), 1);
    if (there.has(name)) online -= 1;
    if (/\s/.test(name)) renameLong();
  }

  function appeared(name) {
    if (members.has(name) && !there.has(name)) online += 1;
    there.add(name);
  }

  function vanished(name) {
    if (members.has(name) && there.has(name)) online -= 1;
    there.delete(name);
  }

  // Where `name` belongs in `sorted`.
  function placeOf(name) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(sorted[middle], name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Call when the list is being asked for, and the answer with its members, or
  // with null when there is none.
  function ask() {
    kept = [];
    return (list) => {
      const meanwhile = kept;
      kept = null;
      if (list) settle(list, meanwhile);
    };
  }

  // What is known of those who only listen is older than a gap: forgotten.
  function settle(list, meanwhile) {
    members.clear();
    if (people.known) there.clear();
    online = 0;
    for (const { username, online: is } of list) {
      members.add(username);
      if (is) there.add(username);
      else there.delete(username);
      if (is) online += 1;
    }
    sorted = [...members].sort(compare);
    renameLong();
    for (const { name, does } of meanwhile) does(name);
    people.known = true;
    people.stale = false;
    people.revision += 1;
  }

  function renameLong() {
    longNames = sorted.filter((name) => /\s/.test(name))
      .slice(0, LONG_NAMES_MAX).map(foldOf);
  }

  // By name, the first `most` of those who are online, or of the others.
  function first(most, is) {
    const found = [];
    for (const name of sorted) {
      if (found.length >= most) break;
      if (there.has(name) === is) found.push(name);
    }
    return found;
  }

  return people;
}

// Names that sort alike are told apart by their characters.
function compare(a, b) {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
