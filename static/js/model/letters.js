// Characters as readers see them.

// What shows nothing: controls, spaces, and what only changes its neighbours.
const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const WORD = /[\p{L}\p{N}_]/u;
const SPACE = /\s/;
const POINTS_MAX = 12;

const segmenter = "Segmenter" in Intl
  ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
// Without a segmenter, the joins that matter most: flags, marks, joiners.
const JOINED = /\p{RI}{2}|.(?:[\p{M}\p{EMod}\u{e0020}-\u{e007f}]|\u200d[^\p{Z}])*/gsu;

// The graphemes of `text`, one after the other.
export function* graphemes(text) {
  if (segmenter) for (const { segment } of segmenter.segment(text)) yield segment;
  else for (const [joined] of text.matchAll(JOINED)) yield joined;
}

// The first grapheme of `text` that can be seen, or "". One that marks are
// piled upon stands without them.
function firstLetter(text) {
  for (const letter of graphemes(text)) {
    if (!VISIBLE.test(letter)) continue;
    const points = [...letter];
    return points.length > POINTS_MAX ? points[0] : letter;
  }
  return "";
}

// Upper case, where that does not make two letters of one (ß, ﬁ).
function capital(letter) {
  const upper = letter.toLocaleUpperCase();
  return [...upper].length > [...letter].length ? letter : upper;
}

// Up to two letters that stand for a name in its round picture.
export function initialsOf(name) {
  const words = name.split(/[\s._-]+/u).map(firstLetter).filter(Boolean);
  if (words.length === 0) return firstLetter(name);
  const last = words.length > 1 ? words.at(-1) : "";
  return capital(words[0]) + capital(last);
}

// Whether a code point is of a word; a code unit, a space.
export function isWord(code) {
  if (code < 128) {
    return (code > 47 && code < 58) || (code > 64 && code < 91) ||
      (code > 96 && code < 123) || code === 95;
  }
  return WORD.test(String.fromCodePoint(code));
}

export const isSpace = (code) => code === 32 || (code > 8 && code < 14) ||
  (code > 127 && SPACE.test(String.fromCharCode(code)));

// Whether a character of a word stands just before `at`, or there.
export function wordBefore(text, at) {
  if (at <= 0) return false;
  const code = text.charCodeAt(at - 1);
  const paired = code >= 0xdc00 && code < 0xe000;
  return isWord(paired ? text.codePointAt(Math.max(0, at - 2)) : code);
}

export const wordAt = (text, at) =>
  at < text.length && isWord(text.codePointAt(at));
