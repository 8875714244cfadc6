// From the tree of markdown.js to DOM nodes. This is where other people's text
// lands: createElement and text nodes only.

import { parse } from "./markdown.js";
import { h, tell } from "./dom.js";
import { t } from "./i18n.js";

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

function block(node, me) {
  switch (node.kind) {
    case "pre":
      return codeBlock(node);
    case "quote":
      return h("blockquote", {}, ...node.children.map((each) => block(each, me)));
    case "list":
      return list(node, me);
    default:
      return h("p", { dir: "auto" }, ...spans(node.children, me));
  }
}

function codeBlock({ lang, text }) {
  const copy = h("button", { type: "button", text: t("copy") });
  copy.onclick = () => tell(copy, "papo:copy", text);
  const code = h("code", { text, dir: "ltr" });
  const head = h("div", { class: "code-head" }, h("span", { text: lang }), copy);
  return h("div", { class: "code" }, head, h("pre", { tabindex: "0" }, code));
}

function list({ start, items }, me) {
  const el = start === null ? h("ul") : h("ol", { start });
  el.append(...items.map((each) => h("li", { dir: "auto" }, ...spans(each, me))));
  return el;
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
