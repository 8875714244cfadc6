// Where everything meets. Nouns travel down: one state, drawn by idempotent
// update()s at most once a frame. Verbs bubble up: papo:* events, heard here.

import { $, copyByHand, isTouch } from "./dom.js";
import { Composer } from "./composer.js";
import {
  askRoom, askTopic, confirmThat, Dialogs, openHelp, Settings, Switcher, Welcome,
} from "./dialogs.js";
import { errorText, moved, setLanguage, t } from "./i18n.js";
import { nameOf, problemOf } from "./names.js";
import { Announcer, Banner, Notices } from "./notify.js";
import {
  hashOf, loud, Members, RoomHead, roomOfHash, Rooms, Shell, Shortcuts, sorted,
} from "./shell.js";
import { insist } from "./retry.js";
import { Session } from "./session.js";
import {
  holdsInput, keyOf, load, loadName, moveTables, onOtherTab, saveName, save, Table,
} from "./storage.js";
import { foreseen, Store } from "./store.js";
import { Timeline } from "./timeline.js";

const FRAME_MS = 60;
const HIDDEN_MS = 250;
const CHEAP_MS = 8;
const REST_MAX_MS = 500;
const PLACE_MS = 30000;

const language = () => (/^pt/i.test(load("lang") ?? navigator.language) ? "pt" : "en");
let redraw = () => welcome.retranslate();
setLanguage(language());
Dialogs();
const kept = loadName();
const name = nameOf(kept);
if (kept !== name) moveTables(kept, name);
const welcome = Welcome({
  name, room: roomOfHash(), enter: (who, room) => {
    saveName(who);
    history.replaceState(null, "", hashOf(room));
    Chat(who);
  },
});
$("welcome-form").addEventListener("click", (event) => {
  const lang = event.target.closest("[data-lang]")?.dataset.lang;
  if (lang) speak(lang);
});
for (const word of ["focus", "languagechange", "pageshow"]) addEventListener(word, whereabouts);
document.addEventListener("visibilitychange", whereabouts);
setInterval(whereabouts, PLACE_MS);
if (problemOf(name)) welcome.show();
else Chat(name);

function speak(lang) {
  save("lang", lang);
  setLanguage(lang);
  redraw();
}

// The reader travels, changes the browser's language, or stays up late. No event
// tells of the first and the last.
function whereabouts() {
  if (!moved()) return;
  setLanguage(language());
  redraw();
}

function Chat(user) {
  const app = $("app");
  let frame = 0;
  let cost = 0;
  let typingTimer = 0;
  const memory = {
    read: Table(user, "read"), levels: Table(user, "levels"),
    drafts: Table(user, "drafts", { byTab: true }),
    edits: Table(user, "edits", { byTab: true }),
  };
  const store = Store({ me: user, memory });
  const session = Session({
    user, store, first: new URLSearchParams(location.search).get("door") ?? "",
    on: { arrived, status, lost, trouble, upgraded: () => banner.upgraded() },
    peopleShown: () => !$("members").inert,
  });
  const banner = Banner({ retry: () => session.wake() });
  const announcer = Announcer();
  const notices = Notices({ go });
  const settings = Settings({ notices, rename });
  const shell = Shell(app, {
    moved: () => {
      session.seePeople();
      soon();
    },
  });
  const switcher = Switcher({ state: () => store.state, go });
  const rooms = Rooms();
  const head = RoomHead();
  const members = Members($("members"));
  const timeline = Timeline($("timeline"));
  const composer = Composer($("composer"));
  app.hidden = false;
  store.onChange(soon);
  onOtherTab(keyOf("read", user), store.readElsewhere);
  addEventListener("beforeunload", (event) => {
    if (holdsInput()) event.preventDefault();
  });
  addEventListener("hashchange", () => visit(roomOfHash()));
  $("skip").onclick = (event) => {
    event.preventDefault();
    composer.focus();
  };
  addEventListener("focus", look);
  addEventListener("blur", look);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) session.refresh();
    look();
  });
  listen();
  shortcuts();
  if (roomOfHash() && roomOfHash() === nameOf(roomOfHash())) store.open(roomOfHash());
  session.start();
  visit(roomOfHash());

  // At most once a frame, and never more than a third of the time: in a flood
  // the page stays quick to the hand. A hidden page gets no frames, but its
  // title still counts, hence the timer beside.
  function soon() {
    if (frame) return;
    const rest = Math.min(REST_MAX_MS, cost < CHEAP_MS ? 0 : 2 * cost);
    frame = setTimeout(draw, rest + (document.hidden ? HIDDEN_MS : FRAME_MS));
    if (document.hidden) return;
    if (rest === 0) requestAnimationFrame(() => frame && draw());
  }

  function draw() {
    clearTimeout(frame);
    frame = 0;
    const began = performance.now();
    look();
    const { state } = store;
    rooms.update(state, session.status());
    head.update(state);
    members.update(state);
    composer.update(state, session);
    timeline.update(state);
    notices.update(state);
    expectTyping();
    cost = performance.now() - began;
  }

  function expectTyping() {
    if (typingTimer) return;
    typingTimer = setTimeout(() => {
      typingTimer = 0;
      for (const room of store.state.rooms.values()) {
        if (room.typing.size > 0) return void store.expireTyping(Date.now());
      }
    }, 1000);
  }

  function attentive() {
    return !document.hidden && document.hasFocus() && timeline.following();
  }

  function look() {
    store.look(attentive());
  }

  function arrived(entry, room) {
    const here = room.name === store.state.current;
    announcer.arrived(entry, room, here && !document.hidden);
    if (!here || !attentive()) notices.arrived(entry, room);
  }

  function status(now, door) {
    banner.connection(now, door);
    soon();
    if (now === "open" && !store.state.current) visit(roomOfHash());
  }

  function lost(name_) {
    banner.toast(t("left_room", { room: name_ }));
    if (roomOfHash() === name_) go("");
  }

  function trouble(refusal) {
    banner.toast(errorText(refusal));
  }

  function go(room) {
    const hash = room ? hashOf(room) : "#/";
    if (location.hash === hash) visit(room);
    else location.hash = hash;
  }

  async function visit(spelt) {
    shell.closeDrawers();
    const room = await session.roomMeantBy(spelt);
    if (roomOfHash() !== spelt) return;
    if (room !== spelt) {
      history.replaceState(null, "", hashOf(room));
      if (session.status() !== "open") store.open(room);
    }
    if (!room) {
      store.show(null);
      return;
    }
    if (!store.room(room)) await joinFor(room);
    if (roomOfHash() !== room || !store.room(room)) return;
    store.show(room);
    session.refresh();
    if (!isTouch()) composer.focus();
  }

  // As long as one stands at its door, the room is tried again.
  async function joinFor(room) {
    let told = false;
    const join = () => session.join(room).catch((refusal) => {
      if (!told) trouble(refusal);
      told = true;
      throw refusal;
    });
    await insist(join, () => roomOfHash() === room && !store.room(room))
      .catch(() => {});
  }

  async function leave(room) {
    if (!await confirmThat(t("confirmLeave", { room }), "leaveRoom")) return;
    await attempt(() => session.leave(room));
    if (roomOfHash() === room && !store.room(room)) go(neighbour(1) ?? "");
  }

  async function attempt(deed) {
    try {
      await deed();
    } catch (refusal) {
      trouble(refusal);
    }
  }

  // The next or previous of my rooms, of all or of those with news.
  function neighbour(step, wanted = () => true) {
    const names = sorted(store.state.rooms)
      .filter((room) => room.name === store.state.current || wanted(room))
      .map((room) => room.name);
    const at = names.indexOf(store.state.current);
    if (names.length === 0) return null;
    const from = at < 0 && step < 0 ? 0 : at;
    return names[(from + step + names.length) % names.length];
  }

  function listen() {
    const verbs = {
      send: ({ room, text }) => {
        store.markRead(room);
        session.send(room, text);
        timeline.toEnd();
      },
      save: ({ room, id, text }) => {
        const entry = store.room(room)?.byId.get(id);
        const same = entry && foreseen(entry, store.room(room)).text === text;
        if (!same) session.edit(id, room, text);
      },
      command: obey,
      draft: ({ room, text }) => store.setDraft(room, text),
      change: ({ room, id, text }) => store.setEdit(room, id, text),
      typing: (room) => session.typing(room),
      "edit-last": editLast,
      edit: (entry) => composer.edit(entry),
      delete: deleteEntry,
      quote: (entry) => composer.quote(entry.text),
      mention: (who) => {
        shell.closeDrawers();
        composer.add(`@${who} `);
      },
      copy: (text) => copy(text),
      retry: (client) => session.retry(client),
      discard: (client) => session.discard(client),
      toast: (text) => banner.toast(text),
      look, people: () => session.seePeople({ wanted: true }),
      language: speak,
    };
    for (const [verb, deed] of Object.entries(verbs)) {
      document.addEventListener(`papo:${verb}`, (event) => deed(event.detail));
    }
    press("new-room", openNewRoom);
    press("nowhere-new", openNewRoom);
    press("open-switcher", switcher.open);
    press("open-settings", () => settings.open(session));
    press("edit-topic", () => changeTopic());
    press("copy-link", () => copy(location.href));
    press("invite", () => copy(location.href));
    press("leave-room", () => leave(store.state.current));
    $("notice-level").onchange = (event) =>
      store.setLevel(store.state.current, event.target.value);
  }

  function press(id, deed) {
    $(id).onclick = () => {
      $("room-menu").open = false;
      deed();
    };
  }

  // The text of a command is given back where it could not be done.
  async function obey({ command, argument, room, text }) {
    let words = "";
    if (command === "join") go(nameOf(argument.replace(/^#/, "")));
    else if (command === "leave") leave(room);
    else if (command === "topic") words = await wrongWith(session.setTopic(room, argument));
    else openHelp();
    if (words) banner.toast(words);
    composer.settle(room, text, words === "");
  }

  // What is wrong with a deed, in words; "" when it is done.
  const wrongWith = (deed) => deed.then(() => "", errorText);

  function openNewRoom() {
    askRoom(async (typed) => {
      const room = nameOf(typed);
      if (room === "") return t("roomMissing");
      if (problemOf(room)) return t(problemOf(room));
      go(room);
      return "";
    });
  }

  function changeTopic() {
    const { name: room, topic = "" } = store.room();
    askTopic(topic, async (next) =>
      (next === topic ? "" : wrongWith(session.setTopic(room, next))));
  }

  function editLast() {
    const entries = store.room()?.entries ?? [];
    const mine = entries.findLast((each) => each.mine && !each.deleted);
    if (mine) composer.edit(mine);
  }

  async function deleteEntry(entry) {
    const room = store.state.current;
    if (!await confirmThat(t("confirmDelete"), "delete")) return;
    attempt(() => session.remove(entry, room));
  }

  async function copy(text) {
    const done = navigator.clipboard
      ? await navigator.clipboard.writeText(text).then(() => true, () => false)
      : copyByHand(text);
    banner.toast(done ? t("copied") : text);
  }

  async function rename(next) {
    if (problemOf(next)) return t(problemOf(next));
    if (next === user) return "";
    const words = await wrongWith(session.handOver(next));
    if (words) return words;
    moveTables(user, next);
    saveName(next);
    location.reload();
    return "";
  }

  redraw = () => {
    welcome.retranslate();
    for (const each of [settings, banner, composer]) each.retranslate();
    draw();
  };

  function shortcuts() {
    const news = (step) => neighbour(step, loud);
    Shortcuts({
      find: switcher.open,
      up: () => go(neighbour(-1) ?? ""),
      down: () => go(neighbour(1) ?? ""),
      unreadUp: () => go(news(-1) ?? ""),
      unreadDown: () => go(news(1) ?? ""),
      write: composer.focus,
      help: openHelp,
      escape: () => {
        if (shell.closeDrawers()) return;
        if (!store.state.current) return;
        store.markRead(store.state.current);
        timeline.toEnd();
      },
    });
  }
}
