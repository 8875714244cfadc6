// One person's chat. Nouns travel down: one state, drawn by idempotent updates at
// most once a frame. Verbs bubble up: papo:* events, heard here.

import { nameOf, problemOf } from "../model/names.js";
import { foreseen } from "../model/pending.js";
import { lastOfMine, loud } from "../model/selectors.js";
import { Store } from "../model/store.js";
import { Session } from "../net/session.js";
import {
  holdsInput, keyOf, moveTables, onOtherTab, saveName, Table,
} from "../net/storage.js";
import { errorText, t } from "../words/words.js";
import { roomOfHash } from "./address.js";
import { Announcer } from "./announcer.js";
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { askRoom, askTopic, confirmThat } from "./dialogs.js";
import { $ } from "./dom.js";
import { Drawing } from "./drawing.js";
import { Frame } from "./frame.js";
import { drawHead } from "./head.js";
import { openHelp } from "./help.js";
import { copy, limitNames } from "./input.js";
import { listenToKeys } from "./keys.js";
import { Members } from "./members.js";
import { Notices } from "./notices.js";
import { drawRooms } from "./rooms.js";
import { Settings } from "./settings.js";
import { Switcher } from "./switcher.js";
import { Timeline } from "./timeline.js";
import { Visits } from "./visits.js";

const TYPING_MS = 1000;

// What is wrong with a deed, in words; "" when it is done.
const wrongWith = (deed) => deed.then(() => "", errorText);

const memoryOf = (user) => ({
  read: new Table(user, "read"), levels: new Table(user, "levels"),
  drafts: new Table(user, "drafts", { byTab: true }),
  edits: new Table(user, "edits", { byTab: true }),
});

export class Chat {
  #user;
  #store;
  #session;
  #visits;
  #banner = new Banner({ retry: () => this.#session.wake() });
  #announcer = new Announcer();
  #notices = new Notices({ go: (room) => this.#visits.go(room) });
  #drawing = new Drawing(() => this.#draw());
  #settings;
  #frame;
  #switcher;
  #members;
  #timeline;
  #composer;
  #typingTimer = 0;

  constructor(user, speak) {
    this.#user = user;
    this.#store = new Store({ me: user, memory: memoryOf(user) });
    this.#session = this.#newSession();
    this.#visits = new Visits({
      store: this.#store, session: this.#session,
      page: {
        closeDrawers: () => this.#frame.closeDrawers(),
        write: () => this.#composer.focus(),
        trouble: (refusal) => this.#trouble(refusal),
      },
    });
    this.#build();
    $("app").hidden = false;
    this.#watch();
    this.#listen({ ...this.#verbs(), language: speak });
    this.#listenToButtons();
    this.#listenToKeys();
    this.#visits.prepare();
    this.#session.start();
    this.#visits.follow();
  }

  retranslate() {
    for (const each of [this.#settings, this.#banner, this.#composer]) each.retranslate();
    this.#drawing.now();
  }

  #newSession() {
    return new Session({
      user: this.#user, store: this.#store,
      first: new URLSearchParams(location.search).get("door") ?? "",
      on: {
        arrived: (entry, room) => this.#arrived(entry, room),
        status: (status, door) => this.#status(status, door),
        told: limitNames,
        lost: (room) => this.#lost(room),
        trouble: (refusal) => this.#trouble(refusal),
        upgraded: () => this.#banner.upgraded(),
      },
      peopleShown: () => !$("members").inert,
    });
  }

  #build() {
    this.#settings = new Settings({
      notices: this.#notices, rename: (name) => this.#rename(name),
    });
    this.#frame = new Frame($("app"), {
      moved: () => {
        this.#session.seePeople();
        this.#drawing.soon();
      },
    });
    this.#switcher = new Switcher({
      state: () => this.#store.state, go: (room) => this.#visits.go(room),
    });
    this.#members = new Members($("members"));
    this.#timeline = new Timeline($("timeline"));
    this.#composer = new Composer($("composer"));
  }

  #watch() {
    this.#store.onChange(() => this.#drawing.soon());
    onOtherTab(keyOf("read", this.#user), () => this.#store.readElsewhere());
    addEventListener("beforeunload", (event) => {
      if (holdsInput()) event.preventDefault();
    });
    $("skip").onclick = (event) => {
      event.preventDefault();
      this.#composer.focus();
    };
    addEventListener("focus", () => this.#look());
    addEventListener("blur", () => this.#look());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#session.refresh();
      this.#look();
    });
  }

  #draw() {
    this.#look();
    const { state } = this.#store;
    drawRooms(state, this.#session.status());
    drawHead(state);
    this.#members.update(state);
    this.#composer.update(state, this.#session.limits);
    this.#timeline.update(state);
    this.#notices.update(state);
    this.#expectTyping();
  }

  #expectTyping() {
    this.#typingTimer ||= setTimeout(() => {
      this.#typingTimer = 0;
      const rooms = [...this.#store.state.rooms.values()];
      if (rooms.some(({ typing }) => typing.size > 0)) this.#store.expireTyping(Date.now());
    }, TYPING_MS);
  }

  // Whether the reader sees the end of the room on screen.
  #attentive() {
    return !document.hidden && document.hasFocus() && this.#timeline.following();
  }

  #look() {
    this.#store.look(this.#attentive());
  }

  #arrived(entry, room) {
    const here = room.name === this.#store.state.current;
    this.#announcer.arrived(entry, room, here && !document.hidden);
    if (!here || !this.#attentive()) this.#notices.arrived(entry, room);
  }

  #status(now, door) {
    this.#banner.connection(now, door);
    this.#drawing.soon();
    if (now === "open" && !this.#store.state.current) this.#visits.follow();
  }

  #lost(room) {
    this.#banner.toast(t("left_room", { room }));
    if (roomOfHash() === room) this.#visits.go("");
  }

  #trouble(refusal) {
    this.#banner.toast(errorText(refusal));
  }

  // What the parts of the page tell.
  #verbs() {
    const [store, session] = [this.#store, this.#session];
    return {
      send: ({ room, text }) => {
        store.markRead(room);
        session.send(room, text);
        this.#timeline.toEnd();
      },
      save: (changed) => this.#save(changed),
      command: (command) => this.#obey(command),
      draft: ({ room, text }) => store.setDraft(room, text),
      change: ({ room, id, text }) => store.setEdit(room, id, text),
      typing: (room) => session.typing(room),
      "edit-last": () => this.#editLast(),
      edit: (entry) => this.#composer.edit(entry),
      delete: (entry) => this.#delete(entry),
      quote: (entry) => this.#composer.quote(entry.text),
      mention: (who) => {
        this.#frame.closeDrawers();
        this.#composer.add(`@${who} `);
      },
      copy: (text) => this.#copy(text),
      retry: (client) => session.retry(client),
      discard: (client) => session.discard(client),
      toast: (text) => this.#banner.toast(text),
      look: () => this.#look(),
      people: () => session.seePeople({ wanted: true }),
    };
  }

  #listen(verbs) {
    for (const [verb, deed] of Object.entries(verbs)) {
      document.addEventListener(`papo:${verb}`, (event) => deed(event.detail));
    }
  }

  #listenToButtons() {
    const deeds = {
      "new-room": () => this.#openNewRoom(),
      "nowhere-new": () => this.#openNewRoom(),
      "open-switcher": () => this.#switcher.open(),
      "open-settings": () => this.#settings.open(this.#session),
      "edit-topic": () => this.#changeTopic(),
      "copy-link": () => this.#copy(location.href),
      invite: () => this.#copy(location.href),
      "leave-room": () => this.#visits.leave(this.#store.state.current),
    };
    for (const [id, deed] of Object.entries(deeds)) {
      $(id).onclick = () => {
        $("room-menu").open = false;
        deed();
      };
    }
    $("notice-level").onchange = (event) =>
      this.#store.setLevel(this.#store.state.current, event.target.value);
  }

  #listenToKeys() {
    const visits = this.#visits;
    listenToKeys({
      find: () => this.#switcher.open(),
      up: () => visits.goOn(-1),
      down: () => visits.goOn(1),
      unreadUp: () => visits.goOn(-1, loud),
      unreadDown: () => visits.goOn(1, loud),
      write: () => this.#composer.focus(),
      help: openHelp,
      escape: () => this.#escape(),
    });
  }

  #escape() {
    if (this.#frame.closeDrawers()) return;
    if (!this.#store.state.current) return;
    this.#store.markRead(this.#store.state.current);
    this.#timeline.toEnd();
  }

  #save({ room: name, id, text }) {
    const room = this.#store.room(name);
    const entry = room?.byId.get(id);
    const same = entry && foreseen(entry, room).text === text;
    if (!same) this.#session.edit(id, name, text);
  }

  // The text of a command is given back where it could not be done.
  async #obey({ command, argument, room, text }) {
    let words = "";
    if (command === "join") this.#visits.go(nameOf(argument.replace(/^#/, "")));
    else if (command === "leave") this.#visits.leave(room);
    else if (command === "topic") words = await wrongWith(this.#session.setTopic(room, argument));
    else openHelp();
    if (words) this.#banner.toast(words);
    this.#composer.settle(room, text, words === "");
  }

  #openNewRoom() {
    askRoom(async (typed) => {
      const room = nameOf(typed);
      if (room === "") return t("roomMissing");
      const problem = problemOf(room, this.#session.limits);
      if (problem) return t(problem);
      this.#visits.go(room);
      return "";
    });
  }

  #changeTopic() {
    const { name, topic = "" } = this.#store.room();
    askTopic(topic, async (next) =>
      (next === topic ? "" : wrongWith(this.#session.setTopic(name, next))));
  }

  #editLast() {
    const room = this.#store.room();
    const mine = room && lastOfMine(room);
    if (mine) this.#composer.edit(mine);
  }

  async #delete(entry) {
    const room = this.#store.state.current;
    if (!await confirmThat(t("confirmDelete"), "delete")) return;
    this.#session.remove(entry, room).catch((refusal) => this.#trouble(refusal));
  }

  async #copy(text) {
    this.#banner.toast(await copy(text) ? t("copied") : text);
  }

  async #rename(next) {
    const problem = problemOf(next, this.#session.limits);
    if (problem) return t(problem);
    if (next === this.#user) return "";
    const words = await wrongWith(this.#session.handOver(next));
    if (words) return words;
    moveTables(this.#user, next);
    saveName(next);
    location.reload();
    return "";
  }
}
