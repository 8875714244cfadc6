// Times and lists in the reader's language and time zone.

import { t, tag } from "./i18n.js";

const made = new Map();

function formatter(name, options) {
  const key = `${name} ${tag()}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(tag(), options));
  return made.get(key);
}

export function clockOf(at) {
  return formatter("clock", { hour: "2-digit", minute: "2-digit" }).format(at);
}

export function exactOf(at) {
  const options = { dateStyle: "full", timeStyle: "medium" };
  return formatter("exact", options).format(at);
}

export function dayNameOf(at, now) {
  const days = Math.round((midnight(now) - midnight(at)) / 86400000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (days > 300) options.year = "numeric";
  return formatter(`day${days > 300}`, options).format(at);
}

function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

const encoder = new TextEncoder();
export const bytesOf = (text) => encoder.encode(text).length;
