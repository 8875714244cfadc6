// From the tree of a text (model/markdown.js) to the DOM. This is where other
// people's text lands: createElement and text nodes only.

import { isEmoji } from "../model/emoji.js";
import { parse } from "../model/markdown.js";
import { foldOf } from "../model/names.js";
import { t } from "../words/words.js";
import { h, tell } from "./dom.js";

// Fills `el` with `text`; answers whether it is emoji alone. `me` and `names`
// tell mentions.
export function showText(el, text, { me, names }) {
  const spelt = text.includes("@") ? text.normalize("NFC") : text;
  el.replaceChildren(...parse(spelt, names).map((each) => block(each, me)));
  return isEmoji(text);
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
  copy.onclick = () => tell(copy, "copy", text);
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
      const mine = foldOf(node.name) === foldOf(me);
      return h("bdi", {
        class: mine ? "mention me" : "mention", text: `@${node.name}`,
      });
    }
    default:
      return h(node.kind, {}, ...spans(node.children, me));
  }
}
