// Shows a text with its entities. Offsets are UTF-16 units, which is what JavaScript counts in.

import { h, icon } from "./dom.js";
import { words } from "./words.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const FOLD_LINES = 3;

// `act` knows what a click does: { copy(text), command(text) }.
export function formatted(text, entities, act) {
  const root = h("div", { class: "text" });
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(root, text, 0, text.length, ordered, act);
  return root;
}

function fill(parent, text, start, end, entities, act) {
  let position = start;
  while (entities.length > 0 && entities[0].offset < end) {
    const entity = entities.shift();
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    parent.append(text.slice(position, from));
    const [outer, inner] = element(entity, text.slice(from, to), act);
    fill(inner, text, from, to, entities, act);
    parent.append(outer);
    position = to;
    // A block brings its own line break; the one in the text would be a second.
    if (BLOCKS.has(entity.type) && text[position] === "\n") position += 1;
  }
  if (position < end) parent.append(text.slice(position, end));
}

const plain = (tag) => () => {
  const node = h(tag);
  return [node, node];
};

const anchor = (address) => {
  const isSafe = /^(https?|mailto|tel):/i.test(address);
  const node = isSafe
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" })
    : h("span", { class: "link" });
  return [node, node];
};

const coloured = () => {
  const node = h("span", { class: "link" });
  return [node, node];
};

// A moment in the reader's own time.
const moment = (entity) => {
  const date = new Date(entity.unix_time * 1000);
  const node = h("time", { datetime: date.toISOString(), title: date.toLocaleString() });
  return [node, node];
};

const MAKERS = {
  bold: plain("strong"),
  italic: plain("em"),
  underline: plain("u"),
  strikethrough: plain("s"),
  mention: coloured,
  text_mention: coloured,
  hashtag: coloured,
  cashtag: coloured,
  url: (_, covered) => anchor(/^[a-z]+:\/\//i.test(covered) ? covered : `http://${covered}`),
  email: (_, covered) => anchor(`mailto:${covered}`),
  text_link: (entity) => anchor(entity.url),
  bot_command: (_, covered, act) => button(() => act.command(covered)),
  code: (_, covered, act) => {
    const node = h("code", { onclick: () => act.copy(covered) });
    return [node, node];
  },
  pre: (entity) => {
    const node = h("pre", { "data-language": entity.language });
    return [node, node];
  },
  spoiler,
  date_time: moment,
  blockquote: plain("blockquote"),
  expandable_blockquote: (_, covered) => foldable(covered),
};

function element(entity, covered, act) {
  return (MAKERS[entity.type] ?? plain("span"))(entity, covered, act);
}

function button(onclick) {
  const node = h("button", { class: "link", type: "button", onclick });
  return [node, node];
}

function spoiler() {
  const node = h("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": words.spoiler });
  const show = () => node.classList.add("shown");
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return [node, node];
}

function foldable(covered) {
  const inner = h("span", { class: "fold" });
  // A guess at the number of lines spares a quotation of two lines its useless button.
  const isLong = covered.split("\n").length > FOLD_LINES || covered.length > 60;
  if (!isLong) return [h("blockquote", {}, inner), inner];
  const toggle = h("button", { class: "unfold", type: "button", "aria-label": words.more, "aria-expanded": "false" }, icon("down"));
  const outer = h("blockquote", { class: "foldable folded" }, inner, toggle);
  outer.addEventListener("click", (event) => {
    if (event.target.closest("a, code") || String(getSelection())) return;
    const isFolded = outer.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!isFolded));
  });
  return [outer, inner];
}
