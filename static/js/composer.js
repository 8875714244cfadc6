// The box one writes in. Tells papo:send {room, text}, papo:save {entry, room,
// text}, papo:command {command, argument}, papo:draft {room, text},
// papo:typing room, papo:edit-last and papo:toast text.

import { $, bytesOf, h, tell } from "./dom.js";
import { Completion, EMOJI, emojiOf, readCommand } from "./completion.js";
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
    for (const [name] of here.members) names.add(name);
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
