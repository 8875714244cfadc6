// Nothing pushes the rooms that one is not in, nor who is in a room when that is
// not known yet. So lists are asked for: anew no sooner than these times, and the
// longer they are the later, about 4 kB a second, whatever the server holds.

const ROOMS_MS = 10000;
const PEOPLE_MS = 5000;
const EACH_ROOM_MS = 25;
const EACH_PERSON_MS = 15;
const FEW = 100;

export class Lists {
  #store;
  #ask;
  #isOpen;
  #peopleShown;
  #listedAt = -Infinity;

  // `ask(command)` promises the answer, or null; `isOpen()` says whether there is a
  // connection, `peopleShown()` whether the list of people is on screen.
  constructor({ store, ask, isOpen, peopleShown }) {
    this.#store = store;
    this.#ask = ask;
    this.#isOpen = isOpen;
    this.#peopleShown = peopleShown;
  }

  start() {
    setInterval(() => this.rooms(ROOMS_MS / 2), ROOMS_MS);
  }

  refresh() {
    this.rooms(ROOMS_MS / 2);
    this.people();
  }

  async rooms(pause = 0) {
    if (!this.#isOpen() || document.hidden) return;
    const { length } = this.#store.state.directory;
    const least = Math.max(pause, length * EACH_ROOM_MS);
    if (performance.now() - this.#listedAt < least) return;
    this.#listedAt = performance.now();
    const answer = await this.#ask({ type: "rooms" });
    if (answer) this.#store.setDirectory(answer.rooms);
  }

  // A door that polls brings the rooms along, and no presence: their numbers tell
  // whether somebody came or went.
  take(rooms) {
    this.#listedAt = performance.now();
    this.#store.setDirectory(rooms);
    const room = this.#store.room();
    if (!room) return;
    const { people, listed } = room;
    if (people.count() !== listed.members || people.online() !== listed.online) {
      people.missed();
    }
    this.people();
  }

  // Asks who is in the room on screen when that is not known, or something was
  // missed, and somebody sees it: in a large room, when the list is shown.
  people({ wanted = false } = {}) {
    const room = this.#store.room();
    if (!room?.synced || !room.people.stale || room.peopleTimer) return;
    if (!this.#isOpen()) return;
    const few = Math.max(room.people.count(), room.listed.members) <= FEW;
    if (document.hidden || !(wanted || few || this.#peopleShown())) return;
    const pause = Math.max(PEOPLE_MS, room.people.count() * EACH_PERSON_MS);
    const next = room.peopleAt + pause * (0.5 + Math.random() / 2);
    const wait = Math.max(0, next - performance.now());
    room.peopleTimer = setTimeout(() => this.#askPeople(room, wanted), wait);
  }

  async #askPeople(room, wanted) {
    if (this.#store.room() === room && room.synced) {
      room.peopleAt = performance.now();
      const settle = room.people.ask();
      settle((await this.#ask({ type: "members", room: room.name }))?.members ?? null);
      this.#store.changed();
    }
    room.peopleTimer = 0;
    this.people({ wanted });
  }
}
