// The few words that the other modules build nodes with. Text only ever
// becomes a text node: nothing here, or anywhere, parses HTML.

import { initialsOf } from "../model/letters.js";

export const $ = (id) => document.getElementById(id);

// A new element. `props` are attributes, but for `class`, `text` and handlers
// (`onclick`); an attribute that is false, null or undefined is left out.
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") el.textContent = value;
    else if (name.startsWith("on")) el[name] = value;
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.filter((child) => child !== null));
  return el;
}

// A name or other foreign text, isolated from the direction around it.
export const bdi = (text) => h("bdi", { text });

export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(ns, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function fromTemplate(id) {
  return $(id).content.cloneNode(true).firstElementChild;
}

// Tells the application what the user wants: verbs bubble up.
export function tell(el, verb, detail) {
  el.dispatchEvent(new CustomEvent(`papo:${verb}`, { detail, bubbles: true }));
}

// Makes `parent` hold exactly the children for `items`, in order, reusing
// those whose key is already there. `make(item)` and `update(el, item)`.
export function reconcile(parent, items, { key, make, update }) {
  const present = new Map();
  for (const el of parent.children) present.set(el.dataset.key, el);
  const wanted = new Set(items.map((item) => String(key(item))));
  for (const [name, el] of present) if (!wanted.has(name)) el.remove();
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let el = present.get(name);
    if (!el) {
      el = make(item);
      el.dataset.key = name;
    }
    update(el, item);
    if (el === cursor) cursor = cursor.nextElementSibling;
    else if (cursor && el === cursor.nextElementSibling) cursor = el.nextElementSibling;
    else parent.insertBefore(el, cursor);
  }
}

// One of the eight author colours, the same for a name wherever it is seen.
export function paintHue(el, name) {
  let hash = 1;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0), 0xc2b2ae35);
  el.style.setProperty("--hue", `var(--hue-${hash >>> 29})`);
}

export function paintAvatar(el, name) {
  paintHue(el, name);
  el.textContent = initialsOf(name);
  return el;
}

export const avatarOf = (name) =>
  paintAvatar(h("span", { class: "avatar", "aria-hidden": "true" }), name);
