// Mentions: an @ that does not continue a word, then a name that ends there.

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
export function nameAt(text, at, names) {
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
