// Times and days, as the reader writes them, where and when the reader is.

import { language, t, tag } from "./words.js";

const formats = new Map();
let place = placeNow();

function placeNow() {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return [navigator.language, locale, timeZone, new Date().toDateString()].join();
}

// Answers whether the reader has moved to another time zone, language or day
// since it was asked last.
export function moved() {
  const next = placeNow();
  if (next === place) return false;
  place = next;
  formats.clear();
  return true;
}

// What everything shown depends on besides itself.
export const setting = () => `${language()} ${place}`;

function formatter(name, options) {
  const key = `${name} ${language()}`;
  const locale = navigator.language.startsWith(language()) ? navigator.language : tag();
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

export function clockOf(at) {
  return formatter("clock", { hour: "numeric", minute: "2-digit" }).format(at);
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
