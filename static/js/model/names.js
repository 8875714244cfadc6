// Names of rooms and people, as the server takes them (src/chat/names.h).
//
// The server tells names apart by their bytes, and "é" has two spellings. What is
// typed is put into NFC, so that it is one name; what the server has is taken as
// it is, so that a room that another client has made can be entered.

const encoder = new TextEncoder();
export const bytesOf = (text) => encoder.encode(text).length;

// What is meant by what somebody typed, or an older page kept.
export const nameOf = (typed) => typed.trim().normalize("NFC");

// One text for all spellings and cases of a name, to compare with.
export const foldOf = (name) => name.normalize("NFC").toLowerCase();

// What `name` means to a server that has rooms of these `names`: itself, where
// it is one of them.
export const meantBy = (name, names) =>
  (names.includes(name) ? name : nameOf(name));

// A joiner between two characters that show it, and a selector behind one that
// it changes; elsewhere both are as hidden as all else that is.
const BLANK = String.raw`\s\u2800\u{1d159}`;
const FITTING = new RegExp(
  String.raw`(?<=[^${BLANK}\u200c\u200d])[\u200c\u200d](?=[^${BLANK}\u200c\u200d\ufe0e\ufe0f])` +
  String.raw`|(?<=[#*0-9©®\u203c-\u3299\u{1f000}-\u{1faff}])[\ufe0e\ufe0f]`, "gu");
const HIDDEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
const MARKS = String.raw`\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f`;
const VISIBLE = new RegExp(`[^${BLANK}${MARKS}]`, "u");

// Why a name cannot be, as a phrase, or "". How long one may be is in the server's
// `limits`: until they are known, it is the server that says no.
export function problemOf(name, limits = {}) {
  if (name === "") return "nameMissing";
  if ([...name].length > limits.name_characters || bytesOf(name) > limits.name_bytes) {
    return "nameTooLong";
  }
  const bare = name.replace(FITTING, "");
  if (HIDDEN.test(bare)) return "nameHidden";
  if (!VISIBLE.test(bare)) return "nameInvisible";
  return name === "." || name === ".." ? "nameDots" : "";
}

// Of `names`, those that begin with `word`, then those that hold it elsewhere;
// each is looked at once.
export function bestOf(names, word, most) {
  const begins = [];
  const holds = [];
  for (const name of names) {
    const at = foldOf(name).indexOf(word);
    if (at === 0) begins.push(name);
    else if (at > 0 && holds.length < most) holds.push(name);
    if (begins.length === most) break;
  }
  return [...begins, ...holds].slice(0, most);
}
