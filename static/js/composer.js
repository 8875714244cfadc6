// The box one writes in. Tells papo:send {room, text}, papo:save {room, id, text},
// papo:command {command, argument, room, text}, papo:draft {room, text},
// papo:change {room, id, text}, papo:typing room, papo:edit-last, papo:toast text,
// and papo:people when it would like to know who is here.
//
// What is written is kept with each stroke, per room: as the draft, or as the new
// text of the message that is being changed. It is kept until its deed is done.

import { readCommand } from "./commands.js";
import { Completion } from "./completion.js";
import { $, bytesOf, composes, h, isTouch, onTouch, tell, typeInto } from "./dom.js";
import { EMOJI, emojiOf } from "./emoji.js";
import { t } from "./i18n.js";
import { foreseen } from "./store.js";

const NEAR_LIMIT = 0.8;
const EMOJI_NAME_MAX = 32;

export function Composer(form) {
  const input = $("message-input");
  const counter = $("byte-counter");
  const completion = Completion(input, $("completion"), { people: peopleHere });
  let room = null;
  let state = null;
  let limit = 8192;
  let editing = null;

  input.addEventListener("input", wrote);
  input.addEventListener("compositionend", () => wrote({}));
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", () => completion.close());
  form.onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  // The focus stays in the text, and a phone's keyboard with it.
  $("send").onmousedown = (event) => event.preventDefault();
  $("cancel-edit").onclick = cancelEditing;
  fillEmojiGrid();
  labelEnter();
  onTouch(labelEnter);

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
    resume(here);
    completion.close();
  }

  function labelEnter() {
    input.enterKeyHint = isTouch() ? "enter" : "send";
  }

  // What was being written here: a change, or the draft.
  function resume(here) {
    const { open, texts } = here.edits;
    showEditing(open);
    put(open === null ? here.draft : texts[open] ?? "");
  }

  function put(text) {
    input.value = text;
    measure();
  }

  // While an input method composes, nothing but its own hand changes the text; nor
  // when one takes back what was done for one's convenience.
  function wrote({ isComposing = false, inputType = "insert" }) {
    if (!isComposing && inputType.startsWith("insert")) expandEmoji();
    edited();
    completion.look();
    if (input.value.trim() !== "" && !input.value.startsWith("/")) {
      tell(form, "papo:typing", room);
    }
  }

  function edited() {
    measure();
    const text = input.value;
    if (editing === null) tell(form, "papo:draft", { room, text });
    else tell(form, "papo:change", { room, id: editing, text });
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
    if (composes(event)) return;
    if (completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && sends(event)) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && input.value === "" && !event.altKey) {
      event.preventDefault();
      tell(form, "papo:edit-last");
    } else if (event.key === "Escape" && editing !== null) {
      event.stopPropagation();
      cancelEditing();
    }
  }

  // Fingers have a button to send with, and no Shift+Enter to break a line.
  const sends = ({ shiftKey, ctrlKey, metaKey }) =>
    ctrlKey || metaKey || (!shiftKey && !isTouch());

  function submit() {
    const text = input.value.trim();
    if (text === "" || bytesOf(text) > limit || !room) return;
    if (editing !== null) {
      tell(form, "papo:save", { room, id: editing, text });
      cancelEditing();
      return;
    }
    const read = readCommand(text);
    if (read.problem) {
      tell(form, "papo:toast", t(read.problem, { name: read.name }));
      return;
    }
    completion.close();
    if (read.send) {
      tell(form, "papo:send", { room, text: read.send });
      put("");
      edited();
    } else {
      put("");
      tell(form, "papo:command", { ...read, room, text });
    }
  }

  // A command's deed is over. One that was not done comes back.
  function settle(where, text, done) {
    const draft = state.rooms.get(where)?.draft ?? "";
    const same = draft.trim() === text;
    if (done && !same) return;
    const left = done ? "" : same || draft === "" ? text : `${text}\n${draft}`;
    tell(form, "papo:draft", { room: where, text: left });
    const touched = done ? input.value.trim() === text : true;
    if (where === room && editing === null && touched) put(left);
  }

  function edit(entry) {
    const here = state?.rooms.get(room);
    if (!here) return;
    const text = here.edits.texts[entry.id] ?? foreseen(entry, here).text;
    showEditing(entry.id);
    tell(form, "papo:change", { room, id: entry.id, text });
    put(text);
    focusEnd();
  }

  function showEditing(id) {
    editing = id;
    form.classList.toggle("is-editing", id !== null);
    $("editing").hidden = id === null;
  }

  function cancelEditing() {
    tell(form, "papo:change", { room, id: editing, text: null });
    showEditing(null);
    put(state?.rooms.get(room)?.draft ?? "");
    input.focus();
  }

  const add = (text) =>
    typeInto(input, text, input.selectionStart, input.selectionEnd);

  function quote(text) {
    const quoted = text.split("\n").map((line) => `> ${line}`).join("\n");
    const gap = input.value === "" || input.value.endsWith("\n") ? "" : "\n";
    const { length } = input.value;
    typeInto(input, `${gap}${quoted}\n`, length, length);
  }

  function focusEnd() {
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  // :name: becomes the emoji as its last colon is typed.
  function expandEmoji() {
    const at = input.selectionStart;
    const before = input.value.slice(Math.max(0, at - EMOJI_NAME_MAX), at);
    const match = /:([a-z0-9_+-]{1,30}):$/.exec(before);
    const char = match && emojiOf(match[1]);
    if (char) typeInto(input, char, at - match[0].length, at);
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
    update, edit, settle, quote, add, focus: focusEnd, retranslate: measure,
  };
}
