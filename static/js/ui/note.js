// What the room itself says between messages: who came and went, the topic.

import { trafficOf } from "../model/rows.js";
import { clockOf, exactOf } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { bdi, h } from "./dom.js";

const NAMES_MAX = 4;
const TRAFFIC_MAX = 50;

// The nodes of a row of kind "topic" or "traffic".
export function noteOf({ kind, entries }) {
  if (kind === "topic") return topicOf(entries[0]);
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

function topicOf({ user, text: topic }) {
  const who = bdi(user);
  return topic ? tn("topicSet", { who, topic: bdi(topic) }) : tn("topicCleared", { who });
}
