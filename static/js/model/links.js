// Addresses in running text. Each character is looked at a bounded number of
// times, and `meter.steps` counts them.

import { isSpace, isWord, wordBefore } from "./letters.js";

const PREFIXES = ["https://", "http://", "mailto:"];
const LOCAL_MAX = 64;
const LABEL_MAX = 63;
const LABELS_MAX = 7;
const CLOSING = new Set([..."'*_~.,;:!?)]}"].map((each) => each.charCodeAt(0)));

// The address that begins at `at` and ends before `end`:
//   {node, end}   a link
//   {end}         none, and nothing else until there
//   null          none
// `scan` holds the text, the meter and `local`, up to where no address of mail
// begins.
export function linkAt(scan, { begin, at, end }) {
  const whole = prefixAt(scan.text, at) ? endOfUrl(scan, at, end)
    : endOfMail(scan, at, end);
  if (whole < 0) return null;
  const node = at > begin && wordBefore(scan.text, at) ? null
    : linkOf(scan, at, whole);
  return node ? { node, end: at + node.text.length } : { end: whole };
}

function prefixAt(text, at) {
  const code = text.charCodeAt(at) | 32;
  if (code !== 104 && code !== 109) return false;
  const head = text.slice(at, at + 8).toLowerCase();
  return PREFIXES.some((each) => head.startsWith(each));
}

function endOfUrl({ text, meter }, at, end) {
  let stop = at;
  while (stop < end && !endsUrl(text.charCodeAt(stop))) stop += 1;
  meter.steps += stop - at;
  return stop;
}

const endsUrl = (code) =>
  code === 34 || code === 60 || code === 62 || isSpace(code);

// Of what may stand before the @, and in a label behind it.
const isLocal = (code) => code < 128 &&
  (isWord(code) || code === 43 || code === 45 || code === 46);
const isLabel = (code) => code < 128 && (isWord(code) || code === 45);

// Each run of characters that may stand before an @ is walked through once.
function endOfMail(scan, at, end) {
  const { text, meter } = scan;
  if (at < scan.local || !isLocal(text.charCodeAt(at))) return -1;
  let sign = at;
  while (sign < end && isLocal(text.charCodeAt(sign))) sign += 1;
  scan.local = sign;
  meter.steps += sign - at;
  if (text[sign] !== "@" || sign >= end || sign - at > LOCAL_MAX) return -1;
  return endOfHost(scan, sign + 1, end);
}

function endOfHost({ text, meter }, at, end) {
  let stop = at;
  for (let labels = 0; labels < LABELS_MAX; labels += 1) {
    const from = labels === 0 ? at : stop + 1;
    if (labels > 0 && text[stop] !== ".") return labels > 1 ? stop : -1;
    let last = from;
    const most = Math.min(end, from + LABEL_MAX);
    while (last < most && isLabel(text.charCodeAt(last))) last += 1;
    meter.steps += last - from + 1;
    if (last === from) return labels > 1 ? stop : -1;
    stop = last;
  }
  return stop;
}

// Without the punctuation that ends the sentence around it; a parenthesis that
// the address opened is its own.
function linkOf({ text, meter }, at, whole) {
  let open = 0;
  for (let i = at; i < whole; i += 1) open += nesting(text.charCodeAt(i));
  let end = whole;
  for (; end > at && CLOSING.has(text.charCodeAt(end - 1)); end -= 1) {
    const step = nesting(text.charCodeAt(end - 1));
    if (step < 0 && open >= 0) break;
    open -= step;
  }
  meter.steps += 2 * (whole - at);
  const shown = text.slice(at, end);
  const href = /^(?:https?:|mailto:)/i.test(shown) ? shown : `mailto:${shown}`;
  return isLink(href) ? { kind: "link", href, text: shown } : null;
}

const nesting = (code) => (code === 40 ? 1 : code === 41 ? -1 : 0);

function isLink(href) {
  try {
    const url = new URL(href);
    if (url.protocol === "mailto:") return url.pathname.includes("@");
    return /^https?:$/.test(url.protocol) && url.hostname !== "";
  } catch {
    return false;
  }
}
