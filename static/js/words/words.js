// What the page says, in the reader's language.

import { WORDS } from "./phrases.js";

const LANGS = ["en", "pt"];
let lang = "en";
let plural = new Intl.PluralRules("en");

export const language = () => lang;
export const tag = () => (lang === "pt" ? "pt-BR" : "en");

export function setLanguage(next) {
  lang = next === "pt" ? "pt" : "en";
  plural = new Intl.PluralRules(tag());
}

function phrase(key, values) {
  const found = WORDS[key]?.[LANGS.indexOf(lang)] ?? key;
  if (!Array.isArray(found)) return found;
  return found[plural.select(values.n ?? 0) === "one" ? 0 : 1];
}

// The text for `key`, with its {places} filled.
export function t(key, values = {}) {
  return phrase(key, values).replace(/\{(\w+)\}/g, (whole, name) =>
    (name in values ? String(values[name]) : whole));
}

// The same as a list of strings and nodes: a value may be a node, so that a
// foreign name keeps its isolation.
export function tn(key, values) {
  return phrase(key, values).split(/(\{\w+\})/).filter(Boolean)
    .flatMap((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name !== undefined && name in values ? values[name] : part;
    });
}

export function errorText(error) {
  const key = `err_${error.code}`;
  return key in WORDS ? t(key) : t("err_other", { message: error.message ?? error.code });
}
