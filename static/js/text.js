// A small Markdown: from text to a tree of plain objects, and from the tree to
// DOM nodes.
//
// Blocks: ``` fences, > quotes, - and 1. lists, paragraphs that keep their
// line breaks. Inline: `code`, **bold**, *italic*, _italic_, ~~struck~~, bare
// links, mentions. What does not close is text. There is no way to name a link
// otherwise than by its address, so that a link cannot pretend.
//
// Text comes from strangers: depth is bounded, and each step looks ahead with
// indexOf or an expression without nested repetition.

import { h, tell } from "./dom.js";
import { t } from "./i18n.js";

const DEPTH_MAX = 4;
const FENCE = /^\s{0,3}```(.*)$/;
const QUOTE = /^>\s?/;
const ITEM = /^\s{0,6}(?:[-*+]|(\d{1,9})[.)])\s+/;
const SPECIAL = new RegExp([
  "`+", "\\*\\*", "\\*", "__", "_", "~~",
  "https?://[^\\s<>\"]+", "mailto:[^\\s<>\"]+",
  "[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,6}", "@",
].join("|"), "giu");

const CLOSERS = {
  "**": "strong", "__": "strong", "*": "em", "_": "em", "~~": "s",
};

// The blocks of `text`; `names` are member names (lower case) with a space in
// them, which a mention may hold.
export function parse(text, names = [], depth = 0) {
  const lines = text.split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (FENCE.test(line)) at = readFence(lines, at, blocks);
    else if (QUOTE.test(line) && depth < DEPTH_MAX) {
      at = readQuote(lines, at, blocks, names, depth);
    } else if (ITEM.test(line)) at = readList(lines, at, blocks, names);
    else if (line.trim() === "") at += 1;
    else at = readParagraph(lines, at, blocks, names, depth);
  }
  return blocks;
}

function readFence(lines, start, blocks) {
  const rest = FENCE.exec(lines[start])[1];
  if (rest.trimEnd().endsWith("```")) {
    const code = rest.trimEnd().slice(0, -3);
    blocks.push({ kind: "pre", lang: "", text: code });
    return start + 1;
  }
  let end = start + 1;
  while (end < lines.length && !/^\s{0,3}```\s*$/.test(lines[end])) end += 1;
  const word = /^\s*([\w+#.-]{1,20})\s*$/.exec(rest);
  const body = lines.slice(start + 1, end);
  if (!word && rest.trim() !== "") body.unshift(rest);
  blocks.push({ kind: "pre", lang: word?.[1] ?? "", text: body.join("\n") });
  return end + 1;
}

function readQuote(lines, start, blocks, names, depth) {
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(start, end).map((line) => line.replace(QUOTE, ""));
  const children = parse(inner.join("\n"), names, depth + 1);
  blocks.push({ kind: "quote", children });
  return end;
}

function readList(lines, start, blocks, names) {
  const first = ITEM.exec(lines[start])[1];
  const ordered = first !== undefined;
  const items = [];
  let end = start;
  for (; end < lines.length; end += 1) {
    const match = ITEM.exec(lines[end]);
    if (!match || (match[1] !== undefined) !== ordered) break;
    items.push(inline(lines[end].slice(match[0].length), names));
  }
  blocks.push({ kind: "list", start: ordered ? Number(first) : null, items });
  return end;
}

function readParagraph(lines, start, blocks, names, depth) {
  let end = start + 1;
  while (end < lines.length && !opensBlock(lines[end], depth)) end += 1;
  const text = lines.slice(start, end).join("\n");
  blocks.push({ kind: "p", children: inline(text, names) });
  return end;
}

function opensBlock(line, depth) {
  return line.trim() === "" || FENCE.test(line) || ITEM.test(line) ||
    (QUOTE.test(line) && depth < DEPTH_MAX);
}

// The inline nodes of `text`: strings, and objects with a `kind`.
export function inline(text, names, depth = 0) {
  const out = [];
  const special = new RegExp(SPECIAL);
  let done = 0;
  let match;
  while ((match = special.exec(text)) !== null) {
    const found = readSpecial(text, match, names, depth);
    if (!found) continue;
    if (match.index > done) out.push(text.slice(done, match.index));
    out.push(found.node);
    done = found.end;
    special.lastIndex = done;
  }
  if (done < text.length) out.push(text.slice(done));
  return out;
}

function readSpecial(text, match, names, depth) {
  const [mark] = match;
  const at = match.index;
  if (mark[0] === "`") return readCode(text, at, mark);
  if (mark in CLOSERS) return readSpan(text, at, mark, names, depth);
  if (mark === "@") return readMention(text, at, names);
  return readLink(text, at, mark);
}

function readCode(text, at, mark) {
  const end = text.indexOf(mark, at + mark.length);
  if (end < 0) return null;
  const inside = text.slice(at + mark.length, end);
  if (inside.trim() === "") return null;
  return { node: { kind: "code", text: inside }, end: end + mark.length };
}

function readSpan(text, at, mark, names, depth) {
  if (depth >= DEPTH_MAX) return null;
  const from = at + mark.length;
  const wordy = mark.length === 1 || mark === "__";
  if (/^(?:\s|$)/.test(text.slice(from, from + 1))) return null;
  if (wordy && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) return null;
  const end = closerOf(text, from, mark, wordy);
  if (end < 0) return null;
  const children = inline(text.slice(from, end), names, depth + 1);
  return { node: { kind: CLOSERS[mark], children }, end: end + mark.length };
}

function closerOf(text, from, mark, wordy) {
  let end = text.indexOf(mark, from + 1);
  for (let tries = 0; end >= 0 && tries < 50; tries += 1) {
    const after = text[end + mark.length] ?? " ";
    const doubled = mark.length === 1 && after === mark;
    const inWord = wordy && /[\p{L}\p{N}]/u.test(after);
    if (!/\s/.test(text[end - 1]) && !inWord && !doubled) return end;
    end = text.indexOf(mark, end + (doubled ? 2 : 1));
  }
  return -1;
}

function readMention(text, at, names) {
  const name = nameAt(text, at, names);
  if (name === "") return null;
  return { node: { kind: "mention", name }, end: at + 1 + name.length };
}

// A bare address, without the punctuation that ends the sentence around it.
function readLink(text, at, mark) {
  if (at > 0 && /[\p{L}\p{N}_]/u.test(text[at - 1])) return null;
  let shown = mark;
  while (/[.,;:!?'*_~)\]}]$/.test(shown)) {
    if (shown.endsWith(")") && balanced(shown)) break;
    shown = shown.slice(0, -1);
  }
  const href = /^(?:https?:|mailto:)/i.test(shown) ? shown : `mailto:${shown}`;
  if (!isLink(href)) return null;
  return { node: { kind: "link", href, text: shown }, end: at + shown.length };
}

function balanced(text) {
  return text.split("(").length >= text.split(")").length;
}

function isLink(href) {
  try {
    const url = new URL(href);
    if (url.protocol === "mailto:") return url.pathname.includes("@");
    return /^https?:$/.test(url.protocol) && url.hostname !== "";
  } catch {
    return false;
  }
}

const WORD = /[\p{L}\p{N}_]/u;

function endsName(text, at) {
  return at >= text.length || !WORD.test(String.fromCodePoint(text.codePointAt(at)));
}

function beginsName(text, at) {
  return at === 0 || !WORD.test(text[at - 1]);
}

// Whether `text` calls `name`, in any case.
export function mentions(text, name) {
  const lower = text.toLowerCase();
  const call = `@${name.toLowerCase()}`;
  let at = lower.indexOf(call);
  while (at >= 0) {
    if (beginsName(lower, at) && endsName(lower, at + call.length)) return true;
    at = lower.indexOf(call, at + 1);
  }
  return false;
}

// The name that is called at `at`, where text[at] is '@': the longest of
// `names` (lower case; they may hold spaces), else a plain word, else "".
function nameAt(text, at, names) {
  if (!beginsName(text, at)) return "";
  const rest = text.slice(at + 1, at + 1 + 256);
  const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*/u.exec(rest)?.[0] ?? "";
  const word = plain.replace(/[.-]+$/, "");
  const lower = rest.toLowerCase();
  let best = word;
  for (const name of names) {
    if (name.length > best.length && lower.startsWith(name) &&
        endsName(rest, name.length)) {
      best = rest.slice(0, name.length);
    }
  }
  return best;
}

// The DOM. This is where other people's text lands: createElement and text nodes
// only.

// A picture by itself or with a presentation selector or a skin tone.
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?`;
const EMOJI = new RegExp(String.raw`^(?:\p{RI}{2}|(?:\p{Emoji_Presentation}|${PICTURE})` +
  String.raw`(?:\u200d${PICTURE})*|[\d#*]\ufe0f?\u20e3|\s){1,16}$`, "u");

// Fills `el` with `text`; answers whether it is emoji alone, which are shown
// large. `me` and `names` tell mentions.
export function showText(el, text, { me, names }) {
  const onlyEmoji = text.length <= 64 && text.trim() !== "" && EMOJI.test(text);
  el.replaceChildren(...parse(text, names).map((each) => block(each, me)));
  return onlyEmoji;
}

// Each block finds its own direction, but within a quote all share one.
function block(node, me, dir = "auto") {
  switch (node.kind) {
    case "pre":
      return codeBlock(node);
    case "quote":
      return h("blockquote", { dir },
        ...node.children.map((each) => block(each, me, null)));
    case "list":
      return h(node.start === null ? "ul" : "ol", { start: node.start, dir },
        ...node.items.map((each) => h("li", {}, ...spans(each, me))));
    default:
      return h("p", { dir }, ...spans(node.children, me));
  }
}

function codeBlock({ lang, text }) {
  const copy = h("button", { type: "button", text: t("copy") });
  copy.onclick = () => tell(copy, "papo:copy", text);
  const code = h("code", { text, dir: "ltr" });
  const head = h("div", { class: "code-head" }, h("span", { text: lang }), copy);
  return h("div", { class: "code" }, head, h("pre", { tabindex: "0" }, code));
}

function spans(nodes, me) {
  return nodes.map((node) => (typeof node === "string" ? node : span(node, me)));
}

function span(node, me) {
  switch (node.kind) {
    case "code":
      return h("code", { text: node.text, dir: "ltr" });
    case "link":
      return h("a", {
        href: node.href, text: node.text, dir: "ltr", target: "_blank",
        rel: "noopener noreferrer nofollow ugc",
      });
    case "mention": {
      const mine = node.name.toLowerCase() === me.toLowerCase();
      return h("bdi", {
        class: mine ? "mention me" : "mention", text: `@${node.name}`,
      });
    }
    default:
      return h(node.kind, {}, ...spans(node.children, me));
  }
}
