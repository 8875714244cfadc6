// The box one writes in. Tells send {room, text}, save {room, id, text}, command
// {command, argument, room, text}, draft {room, text}, change {room, id, text},
// typing room, edit-last, toast text, and people when it would like to know who is
// here.
//
// What is written is kept with each stroke, per room: as the draft, or as the new
// text of the message that is being changed. It is kept until its deed is done.

import { readCommand } from "../model/commands.js";
import { bytesOf } from "../model/names.js";
import { foreseen } from "../model/pending.js";
import { calledIn } from "../model/selectors.js";
import { t } from "../words/words.js";
import { Completion } from "./completion.js";
import { $, tell } from "./dom.js";
import { expandEmoji, fillEmojiGrid } from "./emoji.js";
import { composes, isTouch, onTouch, typeInto } from "./input.js";

const NEAR_LIMIT = 0.8;

// Fingers have a button to send with, and no Shift+Enter to break a line.
const sends = ({ shiftKey, ctrlKey, metaKey }) =>
  ctrlKey || metaKey || (!shiftKey && !isTouch());

export class Composer {
  #form;
  #input = $("message-input");
  #completion;
  #state = null;
  #room = null;  // the name of the room that is written to
  #limit = Infinity;
  #editing = null;  // the id of the message that is being changed

  constructor(form) {
    const input = this.#input;
    this.#form = form;
    this.#completion = new Completion(input, $("completion"), {
      people: () => this.#people(),
    });
    input.addEventListener("input", (event) => this.#wrote(event));
    input.addEventListener("compositionend", () => this.#wrote({}));
    input.addEventListener("keydown", (event) => this.#pressed(event));
    input.addEventListener("blur", () => this.#completion.close());
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    // The focus stays in the text, and a phone's keyboard with it.
    $("send").onmousedown = (event) => event.preventDefault();
    $("cancel-edit").onclick = () => this.#cancelEditing();
    fillEmojiGrid((char) => this.add(char));
    const labelEnter = () => {
      input.enterKeyHint = isTouch() ? "enter" : "send";
    };
    labelEnter();
    onTouch(labelEnter);
  }

  // `limits` are the server's, as far as they are known.
  update(state, { message_bytes: limit = Infinity }) {
    this.#state = state;
    if (limit !== this.#limit) {
      this.#limit = limit;
      this.#measure();
    }
    const here = state.rooms.get(state.current) ?? null;
    this.#form.hidden = !here;
    if (!here) {
      this.#room = null;
      return;
    }
    const hint = t("writeTo", { room: here.name });
    this.#input.placeholder = hint;
    this.#input.setAttribute("aria-label", hint);
    if (this.#room === here.name) return;
    this.#room = here.name;
    this.#resume(here);
    this.#completion.close();
  }

  retranslate() {
    this.#measure();
  }

  focus() {
    this.#input.focus();
    this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
  }

  add(text) {
    typeInto(this.#input, text, this.#input.selectionStart, this.#input.selectionEnd);
  }

  quote(text) {
    const { value } = this.#input;
    const quoted = text.split("\n").map((line) => `> ${line}`).join("\n");
    const gap = value === "" || value.endsWith("\n") ? "" : "\n";
    typeInto(this.#input, `${gap}${quoted}\n`, value.length, value.length);
  }

  edit(entry) {
    const here = this.#here();
    if (!here) return;
    const text = here.edits.texts[entry.id] ?? foreseen(entry, here).text;
    this.#showEditing(entry.id);
    this.#tell("change", { id: entry.id, text });
    this.#put(text);
    this.focus();
  }

  // A command's deed is over. One that was not done comes back.
  settle(where, text, done) {
    const draft = this.#state.rooms.get(where)?.draft ?? "";
    const same = draft.trim() === text;
    if (done && !same) return;
    const left = done ? "" : same || draft === "" ? text : `${text}\n${draft}`;
    tell(this.#form, "draft", { room: where, text: left });
    const touched = done ? this.#input.value.trim() === text : true;
    if (where === this.#room && this.#editing === null && touched) this.#put(left);
  }

  #here() {
    return this.#state?.rooms.get(this.#room) ?? null;
  }

  // Of the room that is written to.
  #tell(verb, detail) {
    tell(this.#form, verb, { room: this.#room, ...detail });
  }

  // What was being written here: a change, or the draft.
  #resume({ edits: { open, texts }, draft }) {
    this.#showEditing(open);
    this.#put(open === null ? draft : texts[open] ?? "");
  }

  #put(text) {
    this.#input.value = text;
    this.#measure();
  }

  // While an input method composes, nothing but its own hand changes the text; nor
  // when one takes back what was done for one's convenience.
  #wrote({ isComposing = false, inputType = "insert" }) {
    if (!isComposing && inputType.startsWith("insert")) expandEmoji(this.#input);
    this.#edited();
    this.#completion.look();
    const { value } = this.#input;
    if (value.trim() !== "" && !value.startsWith("/")) tell(this.#form, "typing", this.#room);
  }

  #edited() {
    this.#measure();
    const text = this.#input.value;
    if (this.#editing === null) this.#tell("draft", { text });
    else this.#tell("change", { id: this.#editing, text });
  }

  // Keeps the box as high as its text, and counts near the limit.
  #measure() {
    const input = this.#input;
    const counter = $("byte-counter");
    input.parentElement.dataset.text = `${input.value}\n`;
    const bytes = bytesOf(input.value.trim());
    const left = this.#limit - bytes;
    counter.hidden = bytes < this.#limit * NEAR_LIMIT;
    counter.textContent = left >= 0 ? t("bytesLeft", { n: left })
      : t("bytesOver", { n: -left });
    counter.classList.toggle("over", left < 0);
    input.setAttribute("aria-invalid", String(left < 0));
    $("send").disabled = bytes === 0 || left < 0;
  }

  #pressed(event) {
    if (composes(event)) return;
    if (this.#completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && sends(event)) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && this.#input.value === "" && !event.altKey) {
      event.preventDefault();
      tell(this.#form, "edit-last");
    } else if (event.key === "Escape" && this.#editing !== null) {
      event.stopPropagation();
      this.#cancelEditing();
    }
  }

  #submit() {
    const text = this.#input.value.trim();
    if (text === "" || bytesOf(text) > this.#limit || !this.#room) return;
    if (this.#editing !== null) {
      this.#tell("save", { id: this.#editing, text });
      this.#cancelEditing();
      return;
    }
    const read = readCommand(text);
    if (read.problem) {
      tell(this.#form, "toast", t(read.problem, { name: read.name }));
      return;
    }
    this.#completion.close();
    if (read.send) {
      this.#tell("send", { text: read.send });
      this.#put("");
      this.#edited();
    } else {
      this.#put("");
      this.#tell("command", { ...read, text });
    }
  }

  #showEditing(id) {
    this.#editing = id;
    this.#form.classList.toggle("is-editing", id !== null);
    $("editing").hidden = id === null;
  }

  #cancelEditing() {
    this.#tell("change", { id: this.#editing, text: null });
    this.#showEditing(null);
    this.#put(this.#here()?.draft ?? "");
    this.#input.focus();
  }

  #people() {
    const here = this.#here();
    if (!here) return [];
    if (!here.people.known) tell(this.#form, "people");
    return calledIn(here, this.#state.me);
  }
}
