// How each row of the timeline looks (model/rows.js says which there are).

import { isAction } from "../model/rows.js";
import { clockOf, dayNameOf, exactOf, setting } from "../words/times.js";
import { errorText, t } from "../words/words.js";
import { bdi, fromTemplate, h, icon, paintAvatar, paintHue, tell } from "./dom.js";
import { noteOf } from "./note.js";
import { showText } from "./show-text.js";

const SPOKEN_MAX = 300;

const STATES = {
  queued: ["clock", "waiting"],
  sending: ["clock", "sending"],
  sent: ["check", "sent"],
  failed: ["alert", "failed"],
};

// An empty element for `row`; drawRow fills it.
export function makeRow(row) {
  if (row.kind === "message") {
    const el = fromTemplate("message-template");
    const { user } = row.entry;
    paintAvatar(el.querySelector(".avatar"), user);
    paintHue(el, user);
    el.querySelector(".author").textContent = user;
    return el;
  }
  if (row.kind === "line") return h("div", { id: "unread-line", class: "line" });
  if (row.kind === "day") return h("div", { class: "day", role: "separator" });
  return h("div", { class: `note ${row.kind}` });
}

// Brings `el` up to `row`; does nothing when it is so already. `context` holds
// `me` and `names` (those with spaces, for mentions).
export function drawRow(el, row, context) {
  const signature = signatureOf(row, context);
  if (el.dataset.sig === signature) return;
  el.dataset.sig = signature;
  if (row.kind === "message") fillMessage(el, row, context);
  else if (row.kind === "day") fillDay(el, row);
  else if (row.kind === "line") el.replaceChildren(h("span", { text: t("newHere") }));
  else if (row.kind === "gap") el.replaceChildren(t("gap"));
  else el.replaceChildren(...noteOf(row));
}

function signatureOf(row, context) {
  const { entry } = row;
  const parts = [setting(), row.first, row.last];
  if (row.kind === "day") parts.push(row.at);
  if (row.entries) parts.push(row.entries.length);
  if (entry) parts.push(entry.id, entry.rev, entry.state, context.names.length);
  return parts.join(" ");
}

function fillDay(el, row) {
  const name = dayNameOf(row.at, Date.now());
  el.replaceChildren(h("span", { text: name }));
  el.setAttribute("aria-label", name);
}

function fillMessage(el, { entry, first, last }, context) {
  const action = isAction(entry);
  el.classList.toggle("first", first);
  el.classList.toggle("last", last);
  el.classList.toggle("mine", entry.mine);
  el.classList.toggle("mention-me", Boolean(entry.mention));
  el.classList.toggle("action", action);
  el.classList.toggle("deleted", Boolean(entry.deleted));
  Object.assign(el.dataset, {
    id: entry.id ?? "", user: entry.user, state: entry.state,
  });
  fillTime(el.querySelector("time"), entry);
  fillText(el.querySelector(".text"), entry, action, context);
  fillState(el.querySelector(".state"), entry);
  fillTrouble(el.querySelector(".trouble"), entry);
  const words = entry.deleted ? t("deleted") : entry.text.slice(0, SPOKEN_MAX);
  el.setAttribute("aria-label", `${entry.user}, ${clockOf(entry.at)}: ${words}`);
}

function fillTime(time, entry) {
  time.textContent = clockOf(entry.at);
  time.title = exactOf(entry.at);
  time.dateTime = new Date(entry.at).toISOString();
}

function fillText(el, entry, action, context) {
  if (entry.deleted) {
    el.closest(".message").classList.remove("large");
    el.replaceChildren(h("p", {}, icon("trash"), t("deleted")));
    return;
  }
  const text = action ? entry.text.slice(4) : entry.text;
  const large = showText(el, text, context);
  el.closest(".message").classList.toggle("large", large);
  if (action) el.firstElementChild?.prepend(h("b", {}, bdi(entry.user)), " ");
}

function fillState(el, entry) {
  const parts = [];
  if (entry.edited && !entry.deleted) {
    const exact = exactOf(entry.editedAt * 1000);
    parts.push(h("span", { class: "edited", text: t("edited"), title: exact }));
  }
  if (entry.mine && !entry.deleted) {
    const [sign, word] = STATES[entry.state];
    parts.push(h("span", { class: "tick", role: "img", "aria-label": t(word),
      title: t(word) }, icon(sign)));
  }
  el.replaceChildren(...parts);
}

function fillTrouble(el, entry) {
  el.hidden = entry.state !== "failed";
  el.replaceChildren();
  if (el.hidden) return;
  const button = (verb) => h("button", {
    type: "button", class: "link", text: t(verb),
    onclick: () => tell(el, verb, entry.client),
  });
  el.append(icon("alert"), `${t("failed")}. ${errorText(entry)} `,
    button("retry"), button("discard"));
}
