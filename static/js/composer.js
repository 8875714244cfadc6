// The box one writes in. Tells papo:send {room, text}, papo:save {entry, room,
// text}, papo:command {command, argument}, papo:draft {room, text},
// papo:typing room, papo:edit-last, papo:toast text, and papo:people when it
// would like to know who is here.

import { $, avatarOf, bdi, bytesOf, h, tell } from "./dom.js";
import { t } from "./i18n.js";

const NEAR_LIMIT = 0.8;

export function Composer(form) {
  const input = $("message-input");
  const counter = $("byte-counter");
  const completion = Completion(input, $("completion"), {
    people: peopleHere, changed: edited,
  });
  let room = null;
  let state = null;
  let limit = 8192;
  let editing = null;

  input.addEventListener("input", () => {
    expandEmoji();
    edited();
    completion.look();
    if (input.value.trim() !== "" && !input.value.startsWith("/")) {
      tell(form, "papo:typing", room);
    }
  });
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", () => completion.close());
  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  $("cancel-edit").onclick = stopEditing;
  fillEmojiGrid();

  function update(next, session) {
    state = next;
    limit = session.limits.message_bytes;
    const here = next.rooms.get(next.current) ?? null;
    form.hidden = !here;
    if (!here) {
      room = null;
      return;
    }
    const hint = t("writeTo", { room: here.name });
    input.placeholder = hint;
    input.setAttribute("aria-label", hint);
    if (room === here.name) return;
    room = here.name;
    leaveEditing();
    put(here.draft);
    completion.close();
  }

  function put(text) {
    input.value = text;
    measure();
  }

  function edited() {
    measure();
    if (!editing) tell(form, "papo:draft", { room, text: input.value });
  }

  // Keeps the box as high as its text, and counts near the limit.
  function measure() {
    input.parentElement.dataset.text = `${input.value}\n`;
    const bytes = bytesOf(input.value.trim());
    const left = limit - bytes;
    counter.hidden = bytes < limit * NEAR_LIMIT;
    counter.textContent = left >= 0 ? t("bytesLeft", { n: left })
      : t("bytesOver", { n: -left });
    counter.classList.toggle("over", left < 0);
    input.setAttribute("aria-invalid", String(left < 0));
    $("send").disabled = bytes === 0 || left < 0;
  }

  function pressed(event) {
    // 229 is what some input methods report instead of isComposing.
    if (event.isComposing || event.keyCode === 229) return;
    if (completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && input.value === "" && !event.altKey) {
      event.preventDefault();
      tell(form, "papo:edit-last");
    } else if (event.key === "Escape" && editing) {
      event.stopPropagation();
      stopEditing();
    }
  }

  function submit() {
    const text = input.value.trim();
    if (text === "" || bytesOf(text) > limit || !room) return;
    if (editing) {
      tell(form, "papo:save", { entry: editing, room, text });
      stopEditing();
      return;
    }
    const read = readCommand(text);
    if (read.problem) {
      tell(form, "papo:toast", t(read.problem, { name: read.name }));
      return;
    }
    put("");
    edited();
    completion.close();
    if (read.send) tell(form, "papo:send", { room, text: read.send });
    else tell(form, "papo:command", read);
  }

  function edit(entry) {
    editing = entry;
    form.classList.add("is-editing");
    $("editing").hidden = false;
    put(entry.text);
    focusEnd();
  }

  function leaveEditing() {
    editing = null;
    form.classList.remove("is-editing");
    $("editing").hidden = true;
  }

  function stopEditing() {
    leaveEditing();
    put(state?.rooms.get(room)?.draft ?? "");
    input.focus();
  }

  function add(text) {
    const { selectionStart: start, selectionEnd: end } = input;
    input.setRangeText(text, start, end, "end");
    edited();
    input.focus();
  }

  function quote(text) {
    const quoted = text.split("\n").map((line) => `> ${line}`).join("\n");
    const gap = input.value === "" || input.value.endsWith("\n") ? "" : "\n";
    input.selectionStart = input.value.length;
    add(`${gap}${quoted}\n`);
  }

  function focusEnd() {
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  // :name: becomes the emoji as its last colon is typed.
  function expandEmoji() {
    const at = input.selectionStart;
    const match = /:([a-z0-9_+-]{1,30}):$/.exec(input.value.slice(0, at));
    const char = match && emojiOf(match[1]);
    if (char) input.setRangeText(char, at - match[0].length, at, "end");
  }

  // Who wrote last comes first, then who is here.
  function peopleHere() {
    const here = state?.rooms.get(room);
    if (!here) return [];
    const names = new Set();
    for (const { user } of here.entries.toReversed()) if (user) names.add(user);
    for (const name of here.people.names()) names.add(name);
    if (!here.people.known) tell(form, "papo:people");
    names.delete(state.me);
    return [...names];
  }

  function fillEmojiGrid() {
    const grid = $("emoji-grid");
    grid.append(...EMOJI.map(({ char, names }) => h("button", {
      type: "button", text: char, title: `:${names[0]}:`,
      "aria-label": names[0].replaceAll("_", " "),
    })));
    grid.onclick = (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      $("emoji-menu").open = false;
      add(button.textContent);
    };
  }

  return {
    update, edit, quote, add, focus: focusEnd,
    retranslate: measure, editing: () => editing,
  };
}

// What may follow @, : and / in the message box: a listbox that the arrows
// move through while the focus stays in the text (the ARIA combobox pattern).

const SHOWN_MAX = 8;
const TOKEN = /(?:^|[\s(])([@:/])([^\s@:/]{0,40})$/u;

// `people()` answers the names to offer, the best first. `changed()` is called
// after the text was completed.
function Completion(input, list, { people, changed }) {
  let found = [];
  let chosen = 0;
  let token = null;

  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) accept(at);
  });

  function look() {
    const before = input.value.slice(0, input.selectionStart);
    const match = input.selectionStart === input.selectionEnd
      ? TOKEN.exec(before) : null;
    found = match ? offers(match[1], match[2].toLowerCase(), before) : [];
    token = match && { start: before.length - match[2].length - 1 };
    chosen = 0;
    draw();
  }

  function offers(sign, word, before) {
    if (sign === "@") return peopleFor(word);
    if (sign === ":") return word.length < 2 ? [] : emojiFor(word);
    return before.startsWith("/") && before.length === word.length + 1
      ? commandsFor(word) : [];
  }

  function peopleFor(word) {
    const names = people();
    const begins = names.filter((name) => name.toLowerCase().startsWith(word));
    const holds = names.filter((name) => !begins.includes(name) &&
      name.toLowerCase().includes(word));
    return [...begins, ...holds].slice(0, SHOWN_MAX).map((name) => ({
      text: `@${name} `, parts: [avatarOf(name), bdi(name)],
    }));
  }

  function emojiFor(word) {
    return findEmoji(word, SHOWN_MAX).map(({ char, name }) => ({
      text: `${char} `, parts: [h("b", { text: char }), `:${name}:`],
    }));
  }

  function commandsFor(word) {
    return COMMANDS.filter(({ name }) => name.startsWith(word))
      .map(({ name, takes }) => ({
        text: `/${name}${takes ? " " : ""}`,
        parts: [h("strong", { text: `/${name}` }), t(`cmd_${name}`)],
      }));
  }

  function draw() {
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map((each, i) => h("li", {
      role: "option", id: `completion-${i}`, "aria-selected": i === chosen,
      class: i === chosen ? "chosen" : "",
    }, ...each.parts)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (list.hidden) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `completion-${chosen}`);
  }

  function accept(at) {
    const { text } = found[at];
    input.setRangeText(text, token.start, input.selectionEnd, "end");
    close();
    changed();
  }

  // What is offered stands there already: Enter is not for the list.
  function isWhole() {
    return input.value.slice(token.start).trim() === found[chosen].text.trim();
  }

  function close() {
    found = [];
    draw();
  }

  // Answers whether the key was for the list.
  function key(event) {
    if (found.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen = (chosen + step + found.length) % found.length;
    else if (event.key === "Escape") found = [];
    else if (event.key === "Tab" || event.key === "Enter") {
      if (event.shiftKey) return false;
      if (isWhole() && event.key === "Enter") {
        close();
        return false;
      }
      accept(chosen);
    } else return false;
    draw();
    return true;
  }

  return { look, key, close };
}

// The slash commands that there are.
export const COMMANDS = [
  { name: "join", takes: "arg_room" },
  { name: "leave", takes: null },
  { name: "me", takes: "arg_text" },
  { name: "topic", takes: "arg_text", optional: true },
  { name: "help", takes: null },
];

// What to do with a text from the message box:
//   {send}                the text to send (// at the start stands for one /)
//   {command, argument}   a command to carry out
//   {problem, name}       a phrase that says why neither is possible
function readCommand(text) {
  if (text.startsWith("//")) return { send: text.slice(1) };
  const match = /^\/([a-z]+)(?:\s+([^]*))?$/i.exec(text);
  if (!match) return { send: text };
  const name = match[1].toLowerCase();
  const argument = (match[2] ?? "").trim();
  const known = COMMANDS.find((each) => each.name === name);
  if (!known) return { problem: "unknownCommand", name };
  if (known.takes && !known.optional && argument === "") {
    return { problem: "needsText", name };
  }
  if (name === "me") return { send: `/me ${argument}` };
  return { command: name, argument };
}

// The emoji, by English and Portuguese names.
const TABLE = `
😀 grinning sorriso|😄 smile feliz|😁 grin|😂 joy rindo|🤣 rofl|😊 blush|🙃 upside_down|😉 wink piscada|
😍 heart_eyes apaixonado|😘 kiss beijo|😋 yum delicia|😜 tongue lingua|😎 cool oculos|🥳 party festa|
😐 neutral|🙄 eye_roll|😴 sleeping sono|🤯 mind_blown|😱 scream medo|😢 cry triste|😭 sob chorando|
😡 angry bravo|🤔 thinking pensando|🤫 shush segredo|🤗 hug abraco|🤝 handshake acordo|👍 +1 joinha|
👎 -1 thumbsdown|👏 clap palmas|🙌 raised_hands|🙏 pray obrigado|👋 wave tchau|✌️ victory paz|
🤞 fingers_crossed torcida|🤙 hangloose|👌 ok_hand|💪 muscle forca|👀 eyes olhos|❤️ heart coracao|
💚 green_heart|💛 yellow_heart|💙 blue_heart|💔 broken_heart|🔥 fire fogo|✨ sparkles brilho|
⭐ star estrela|💥 boom|💯 100 cem|🎉 tada parabens|🎂 cake bolo|🎁 gift presente|🏆 trophy trofeu|
⚽ soccer futebol|🎸 guitar violao|🎵 music musica|☕ coffee cafe|🍻 cheers cerveja|🧉 mate chimarrao|
🍕 pizza|🍌 banana|🥥 coconut coco|🌞 sun sol|🌈 rainbow arcoiris|🌊 ocean onda praia|
🌴 palm palmeira|🌻 sunflower girassol|🐶 dog cachorro|🐱 cat gato|🦜 parrot papagaio|
🦋 butterfly borboleta|🚀 rocket foguete|✈️ plane aviao|🚲 bike bicicleta|🏠 house casa|🇧🇷 brazil|
💡 bulb ideia|💻 computer|📱 phone telefone|📌 pin|🔒 lock cadeado|📝 memo nota|📚 books livros|
💬 speech papo|✅ check feito|❌ x errado|⚠️ warning aviso|❓ question duvida|👉 point_right|
💀 skull caveira|👻 ghost fantasma|🤖 robot robo|💩 poop`;

const EMOJI = TABLE.trim().split(/\|\n?/).map((row) => {
  const [char, ...names] = row.split(" ");
  return { char, names };
});

const BY_NAME = new Map(EMOJI.flatMap(({ char, names }) =>
  names.map((name) => [name, char])));

// Those whose name begins with `start`, then those that hold it elsewhere.
function findEmoji(start, most) {
  const begins = [];
  const holds = [];
  for (const { char, names } of EMOJI) {
    const name = names.find((each) => each.startsWith(start));
    if (name) begins.push({ char, name });
    else if (names.some((each) => each.includes(start))) {
      holds.push({ char, name: names[0] });
    }
  }
  return [...begins, ...holds].slice(0, most);
}

// The emoji of exactly this name, or null.
const emojiOf = (name) => BY_NAME.get(name) ?? null;
