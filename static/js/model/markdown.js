// A small Markdown: from text to a tree of plain objects.
//
// Blocks: ``` fences, > quotes, - and 1. lists, paragraphs that keep their
// line breaks. Inline: `code`, **bold**, *italic*, _italic_, ~~struck~~, bare
// links, mentions. What does not close is text. There is no way to name a link
// otherwise than by its address, so that a link cannot pretend.
//
// Text comes from strangers, so the work is linear in it: depth is bounded, and
// what a mark has to look ahead for is found for all marks of its kind in one
// walk. `meter.steps` counts the characters looked at; a test holds it.

import { isSpace, wordAt, wordBefore } from "./letters.js";
import { linkAt } from "./links.js";

const DEPTH_MAX = 4;
const NAME_MAX = 256;
const FENCE = /^\s{0,3}```(.*)$/;
const FENCE_END = /^\s{0,3}```\s*$/;
const QUOTE = /^>\s?/;
const ITEM = /^\s{0,6}(?:[-*+]|(\d{1,9})[.)])\s+/;

const SPANS = {
  "**": "strong", "__": "strong", "*": "em", "_": "em", "~~": "s",
};

// The blocks of `text`; `names` are member names (lower case) with a space in
// them, which a mention may hold.
export function parse(text, names = [], meter = { steps: 0 }) {
  return blocksOf(text.split("\n"), { names, meter }, 0);
}

function blocksOf(lines, context, depth) {
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const kind = kindOf(lines[at], context, depth);
    if (kind === "fence") at = readFence(lines, at, blocks, context);
    else if (kind === "quote") at = readQuote(lines, at, { blocks, context, depth });
    else if (kind === "item") at = readList(lines, at, blocks, context);
    else if (kind === "blank") at += 1;
    else at = readParagraph(lines, at, { blocks, context, depth });
  }
  return blocks;
}

// What a line begins. None of the expressions can take a character twice.
function kindOf(line, { meter }, depth) {
  meter.steps += line.length + 1;
  if (FENCE.test(line)) return "fence";
  if (depth < DEPTH_MAX && QUOTE.test(line)) return "quote";
  if (ITEM.test(line)) return "item";
  return line.trim() === "" ? "blank" : "text";
}

function readFence(lines, start, blocks, { meter }) {
  const rest = FENCE.exec(lines[start])[1];
  if (rest.trimEnd().endsWith("```")) {
    const code = rest.trimEnd().slice(0, -3);
    blocks.push({ kind: "pre", lang: "", text: code });
    return start + 1;
  }
  let end = start + 1;
  for (; end < lines.length && !FENCE_END.test(lines[end]); end += 1) {
    meter.steps += lines[end].length + 1;
  }
  const word = /^\s*([\w+#.-]{1,20})\s*$/.exec(rest);
  const body = lines.slice(start + 1, end);
  if (!word && rest.trim() !== "") body.unshift(rest);
  blocks.push({ kind: "pre", lang: word?.[1] ?? "", text: body.join("\n") });
  return end + 1;
}

function readQuote(lines, start, { blocks, context, depth }) {
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(start, end).map((line) => line.replace(QUOTE, ""));
  const children = blocksOf(inner, context, depth + 1);
  blocks.push({ kind: "quote", children });
  return end;
}

function readList(lines, start, blocks, { names, meter }) {
  const first = ITEM.exec(lines[start])[1];
  const ordered = first !== undefined;
  const items = [];
  let end = start;
  for (; end < lines.length; end += 1) {
    const match = ITEM.exec(lines[end]);
    if (!match || (match[1] !== undefined) !== ordered) break;
    items.push(inline(lines[end].slice(match[0].length), names, meter));
  }
  blocks.push({ kind: "list", start: ordered ? Number(first) : null, items });
  return end;
}

function readParagraph(lines, start, { blocks, context, depth }) {
  let end = start + 1;
  while (end < lines.length && kindOf(lines[end], context, depth) === "text") end += 1;
  const text = lines.slice(start, end).join("\n");
  blocks.push({ kind: "p", children: inline(text, context.names, context.meter) });
  return end;
}

// The inline nodes of `text`: strings, and objects with a `kind`.
function inline(text, names = [], meter = { steps: 0 }) {
  const scan = { text, meter, names: treeOf(names), closers: new Map(), local: 0 };
  return nodesOf(scan, 0, text.length, 0);
}

// What something may begin with: marks, and what stands in addresses.
const BEGINS = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[`*_~@\w.+-]/.test(String.fromCharCode(code))));

function nodesOf(scan, begin, end, depth) {
  const out = [];
  let done = begin;
  let at = begin;
  while (at < end) {
    scan.meter.steps += 1;
    const found = BEGINS[scan.text.charCodeAt(at)] === 1
      ? specialAt(scan, { begin, at, end, depth }) : null;
    if (found?.node) {
      if (at > done) out.push(scan.text.slice(done, at));
      out.push(found.node);
      done = found.end;
    }
    at = found?.end ?? at + 1;
  }
  if (done < end) out.push(scan.text.slice(done, end));
  return out;
}

// {node, end}; or only {end}, up to where all is text; or null for one
// character of text.
function specialAt(scan, place) {
  const { text } = scan;
  const { at } = place;
  switch (text[at]) {
    case "`":
      return readCode(scan, place);
    case "*":
    case "_":
    case "~":
      return readSpan(scan, place);
    case "@":
      return readMention(scan, place);
    default:
      return linkAt(scan, place);
  }
}

function readCode(scan, { at, end }) {
  const { text } = scan;
  const { size, next } = codesOf(scan).get(at);
  const from = at + size;
  if (next < 0 || next + size > end) return { end: from };
  let seen = from;
  while (seen < next && isSpace(text.charCodeAt(seen))) seen += 1;
  scan.meter.steps += seen - from;
  if (seen === next) return { end: from };
  return { node: { kind: "code", text: text.slice(from, next) }, end: next + size };
}

// The runs of backticks, by where they begin: {size, next}, with the beginning
// of the next one of the same size, or -1.
function codesOf(scan) {
  return made(scan, "`", () => {
    const { text, meter } = scan;
    const runs = new Map();
    const latest = new Map();
    for (let at = text.length - 1, size = 0; at >= 0; at -= 1) {
      size = text[at] === "`" ? size + 1 : 0;
      if (size === 0 || text[at - 1] === "`") continue;
      runs.set(at, { size, next: latest.get(size) ?? -1 });
      latest.set(size, at);
    }
    meter.steps += text.length;
    return runs;
  });
}

function readSpan(scan, { begin, at, end, depth }) {
  const { text } = scan;
  const double = text[at + 1] === text[at] && at + 1 < end;
  if (text[at] === "~" && !double) return null;
  const mark = text.slice(at, at + (double ? 2 : 1));
  const from = at + mark.length;
  const none = { end: from };
  if (depth >= DEPTH_MAX || from >= end || isSpace(text.charCodeAt(from))) return none;
  if (isWordy(mark) && at > begin && letterBefore(text, at)) return none;
  const close = closersOf(scan, mark)[from + 1] ?? -1;
  if (close < 0 || close + mark.length > end) return none;
  const children = nodesOf(scan, from, close, depth + 1);
  return { node: { kind: SPANS[mark], children }, end: close + mark.length };
}

// Inside of words, these are no marks.
const isWordy = (mark) => mark.length === 1 || mark === "__";
const letterBefore = (text, at) => text[at - 1] !== "_" && wordBefore(text, at);
const letterAt = (text, at) => text[at] !== "_" && wordAt(text, at);

// For each place, the first from there on where `mark` closes, or -1.
function closersOf(scan, mark) {
  return made(scan, mark, () => {
    const { text, meter } = scan;
    const next = new Int32Array(text.length + 1).fill(-1);
    for (let at = text.length - 1, last = -1; at >= 0; at -= 1) {
      if (text.startsWith(mark, at) && closes(scan, at, mark)) last = at;
      next[at] = last;
    }
    meter.steps += text.length;
    return next;
  });
}

function closes({ text, meter }, at, mark) {
  const after = at + mark.length;
  if (at === 0 || isSpace(text.charCodeAt(at - 1))) return false;
  if (isWordy(mark) && letterAt(text, after)) return false;
  if (mark.length > 1) return true;
  if (text[after] === mark) return false;
  // Of a run the last may close, if the others are pairs.
  let start = at;
  while (start > 0 && text[start - 1] === mark) start -= 1;
  meter.steps += at - start;
  return (at - start) % 2 === 0;
}

function made({ closers }, key, make) {
  if (!closers.has(key)) closers.set(key, make());
  return closers.get(key);
}

function readMention(scan, { begin, at, end }) {
  const { text } = scan;
  if (at > begin && wordBefore(text, at)) return null;
  const stop = Math.max(endOfWord(scan, at + 1, end), endOfName(scan, at + 1, end));
  if (stop <= at + 1) return null;
  return { node: { kind: "mention", name: text.slice(at + 1, stop) }, end: stop };
}

// A name without spaces: letters, digits, and points and dashes inside.
function endOfWord({ text, meter }, from, end) {
  const most = Math.min(end, from + NAME_MAX);
  let stop = from;
  let at = from;
  while (at < most) {
    const size = text.codePointAt(at) > 0xffff ? 2 : 1;
    if (wordAt(text, at)) stop = at + size;
    else if (at === from || !/[.-]/.test(text[at])) break;
    at += size;
  }
  meter.steps += at - from + 1;
  return Math.min(stop, end);
}

// The longest of the names with spaces that stands at `from`.
function endOfName({ text, meter, names }, from, end) {
  let node = names;
  let stop = from;
  let at = from;
  while (node && at < end) {
    const char = String.fromCodePoint(text.codePointAt(at));
    for (const each of char.toLowerCase()) node = node?.get(each);
    at += char.length;
    if (node?.has("") && at <= end && (at === end || !wordAt(text, at))) stop = at;
  }
  meter.steps += at - from + 1;
  return stop;
}

const trees = new WeakMap();

// Names as a tree of characters, so that however many there are, each place
// costs no more than the longest of them.
function treeOf(names) {
  let root = trees.get(names);
  if (root) return root;
  root = new Map();
  for (const name of names) {
    let node = root;
    for (const char of name) {
      if (!node.has(char)) node.set(char, new Map());
      node = node.get(char);
    }
    node.set("", true);
  }
  trees.set(names, root);
  return root;
}

// Whether `text` calls `name`, in any case.
export function mentions(text, name) {
  const lower = text.toLowerCase();
  const call = `@${name.toLowerCase()}`;
  let at = lower.indexOf(call);
  while (at >= 0) {
    if (!wordBefore(lower, at) && !wordAt(lower, at + call.length)) return true;
    at = lower.indexOf(call, at + 1);
  }
  return false;
}
