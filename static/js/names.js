// Names of rooms and people, as the server takes them (src/chat/names.h).
//
// The server tells names apart by their bytes, and "é" has two spellings. What is
// typed is put into NFC, so that it is one name; what the server has is taken as
// it is, so that a room that another client has made can be entered.

const encoder = new TextEncoder();
const CHARACTERS_MAX = 64;
const BYTES_MAX = 256;

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

// Why a name cannot be, as a phrase, or "".
export function problemOf(name) {
  if (name === "") return "nameMissing";
  if ([...name].length > CHARACTERS_MAX || encoder.encode(name).length > BYTES_MAX) {
    return "nameTooLong";
  }
  const bare = name.replace(FITTING, "");
  if (HIDDEN.test(bare)) return "nameHidden";
  if (!VISIBLE.test(bare)) return "nameInvisible";
  return name === "." || name === ".." ? "nameDots" : "";
}
