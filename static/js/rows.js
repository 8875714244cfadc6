// The rows of the timeline. First which there are: days, the unread line, groups
// by author, runs of comings and goings folded into one. Then how each looks.

import { bdi, fromTemplate, h, icon, paintAvatar, paintHue, tell } from "./dom.js";
import {
  clockOf, dayNameOf, errorText, exactOf, setting, t, tn, translate,
} from "./i18n.js";
import { showText } from "./show-text.js";

const GROUP_MS = 5 * 60 * 1000;

// The rows for `entries` (in the order of their ids) and the messages still on
// their way. `lineId` is where reading stopped, or null for no line. Where the
// server's clock was wrong, times go back and a day may come again.
export function rowsOf(entries, pending, lineId) {
  const rows = [];
  const days = new Map();
  let day = "";
  let lined = lineId === null;
  for (const entry of entries) {
    const today = dayOf(entry.at);
    if (today !== day) {
      day = today;
      const times = (days.get(day) ?? 0) + 1;
      days.set(day, times);
      rows.push({ kind: "day", key: `d${day} ${times}`, at: entry.at });
    }
    if (!lined && entry.id > lineId && entry.type === "message" && !entry.mine) {
      lined = true;
      rows.push({ kind: "line", key: "unread-line" });
    }
    place(rows, entry);
  }
  for (const entry of pending) place(rows, entry);
  return rows;
}

function place(rows, entry) {
  const before = rows.at(-1);
  if (entry.type === "gap") rows.push({ kind: "gap", key: entry.key });
  else if (entry.type === "system") placeSystem(rows, before, entry);
  else rows.push(messageRow(before, entry));
}

function messageRow(before, entry) {
  const joins = before?.kind === "message" &&
    before.entry.user === entry.user &&
    Math.abs(entry.at - before.entry.at) < GROUP_MS &&
    !isAction(before.entry) && !isAction(entry);
  if (joins) before.last = false;
  return { kind: "message", key: entry.key, entry, first: !joins, last: true };
}

function placeSystem(rows, before, entry) {
  const folds = entry.event === "join" || entry.event === "leave";
  if (folds && before?.kind === "traffic") {
    before.entries.push(entry);
  } else {
    const kind = folds ? "traffic" : "event";
    rows.push({ kind, key: entry.key, entries: [entry] });
  }
}

// Who came and who went, once each, by what they did last; those who came and
// went again cancel out and are not told, unless nothing else would be left.
function trafficOf(entries) {
  const first = new Map();
  const last = new Map();
  for (const entry of entries) {
    if (!first.has(entry.user)) first.set(entry.user, entry.event);
    last.set(entry.user, entry.event);
  }
  const people = [...last.keys()];
  const told = people.filter((user) => first.get(user) === last.get(user));
  const shown = told.length > 0 ? told : people;
  return {
    joined: shown.filter((user) => last.get(user) === "join"),
    left: shown.filter((user) => last.get(user) === "leave"),
  };
}

function isAction(entry) {
  return entry.text.startsWith("/me ");
}

function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

const NAMES_MAX = 4;
const TRAFFIC_MAX = 50;
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
  const button = (verb, key) => h("button", {
    type: "button", class: "link", text: t(key),
    onclick: () => tell(el, verb, entry.client),
  });
  el.append(icon("alert"), `${t("failed")}. ${errorText(entry)} `,
    button("papo:retry", "retry"), button("papo:discard", "discard"));
}

function noteOf({ kind, entries }) {
  if (kind === "event") return eventOf(entries[0]);
  const { joined, left } = trafficOf(entries);
  const parts = [];
  if (joined.length > 0) parts.push(told("joined", joined));
  if (left.length > 0) parts.push(told("left", left));
  const line = parts.flatMap((each, i) => (i > 0 ? [" · ", ...each] : each));
  if (entries.length === 1) {
    return [h("span", { title: exactOf(entries[0].at) }, ...line)];
  }
  const each = entries.slice(-TRAFFIC_MAX).map((entry) => h("li", {},
    ...told(entry.event === "join" ? "joined" : "left", [entry.user]), ` · ${clockOf(entry.at)}`));
  return [h("details", {}, h("summary", {}, ...line), h("ul", {}, ...each))];
}

const told = (key, names) =>
  tn(key, { who: people(names), n: names.length });

function people(names) {
  const shown = names.slice(0, NAMES_MAX).map((name) => bdi(name));
  const more = names.length - shown.length;
  if (more > 0) shown.push(t("others", { n: more }));
  return shown.flatMap((each, i) => {
    if (i === 0) return [each];
    return [i === shown.length - 1 ? ` ${t("and")} ` : ", ", each];
  });
}

function eventOf(entry) {
  const who = bdi(entry.user);
  if (entry.event === "topic") {
    const topic = entry.text;
    return topic ? tn("topicSet", { who, topic: bdi(topic) })
      : tn("topicCleared", { who });
  }
  return tn(entry.event === "ban" ? "banned" : "kicked", { who });
}

// One toolbar for all messages: it moves to the one that is in hand.
// `entryOf(el)` answers the entry that a .message element shows, or null.
// Tells papo:quote, papo:edit and papo:delete with the entry, and papo:copy
// with the text.
export function MessageActions(list, entryOf) {
  const actions = fromTemplate("actions-template");
  const messageOf = (event) => event.target.closest?.(".message") ?? null;

  list.addEventListener("pointerover", (event) => attach(messageOf(event)));
  list.addEventListener("focusin", (event) => attach(messageOf(event)));
  list.addEventListener("click", clicked);

  function attach(el) {
    if (!el || actions.parentElement === el) return;
    const entry = entryOf(el);
    actions.remove();
    if (!entry || entry.deleted) return;
    for (const button of actions.children) {
      const { action } = button.dataset;
      button.hidden = !entry.mine && (action === "edit" || action === "delete");
    }
    translate(actions);
    actions.setAttribute("aria-label", t("messageActions"));
    el.append(actions);
  }

  function clicked(event) {
    const button = event.target.closest("[data-action]");
    const entry = entryOf(messageOf(event));
    if (!button || !entry) return;
    const { action } = button.dataset;
    tell(list, `papo:${action}`, action === "copy" ? entry.text : entry);
  }

  return { detach: () => actions.remove() };
}
