// The ranked passages of a question, with what spoke for each.

import { h } from "/look/h.js";
import { words } from "./words.js";

export class Passages {
  constructor(node, ticked) {
    this.node = node;
    this.ticked = ticked;
    this.kind = "confidence";
    this.chosen = 0;
    this.look = null;
  }

  show(look) {
    const isSame = this.look?.question === look.question;
    this.look = look;
    if (!isSame) this.chosen = 0;
    this.draw();
  }

  draw() {
    const { passages } = this.look;
    const most = Math.max(0.1, ...passages.flatMap((passage) => passage.bars.map((bar) => Math.abs(bar[this.kind]))));
    this.node.replaceChildren(...passages.map((passage, at) => this.item(passage, at, most)));
    this.choose(Math.min(this.chosen, passages.length - 1), false);
  }

  switchBars() {
    this.kind = this.kind === "order" ? "confidence" : "order";
    if (this.look) this.draw();
  }

  choose(at, scrolls = true) {
    if (at < 0 || at >= this.node.children.length) return;
    this.chosen = at;
    [...this.node.children].forEach((item, number) => item.classList.toggle("chosen", number === at));
    if (scrolls) this.node.children[at].scrollIntoView({ block: "nearest" });
  }

  tick(at = this.chosen) {
    const passage = this.look?.passages[at];
    if (passage) this.ticked(passage, selectedIn(this.node.children[at]));
  }

  item(passage, at, most) {
    const [start, end] = passage.marked;
    const { text } = passage;
    const isLabelled = passage.labelled.length > 0;
    const tick = h("button", { class: "tick", type: "button", "aria-pressed": String(isLabelled), onclick: () => this.tick(at) }, isLabelled ? `✓ ${words.labelled}` : words.answer);
    return h("li", { class: `card passage${passage.is_said ? " said" : ""}`, onclick: () => this.choose(at, false) },
      h("div", { class: "words" },
        h("p", { class: "text" }, text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end)),
        h("p", { class: "cited" }, passage.cited),
        tick,
      ),
      h("div", { class: "why" },
        h("p", { class: "facts" }, `${words.confidence} ${passage.confidence.toFixed(3)} · ${words.score} ${passage.score.toFixed(2)}`),
        this.bars(passage, most),
      ),
    );
  }

  bars(passage, most) {
    const bars = passage.bars.filter((bar) => bar[this.kind] !== 0);
    bars.sort((a, b) => Math.abs(b[this.kind]) - Math.abs(a[this.kind]));
    return h("div", { class: "features", title: words.bars(this.kind) }, ...bars.flatMap((bar) => [
      h("span", { title: `${words.value} ${bar.value.toFixed(3)}` }, bar.name.replaceAll("_", " ")),
      h("span", { class: "track" }, stripe(bar[this.kind], most)),
      h("span", { class: "number" }, (bar[this.kind] > 0 ? "+" : "") + bar[this.kind].toFixed(2)),
    ]));
  }
}

function stripe(added, most) {
  const element = h("i", { class: added > 0 ? "for" : "against" });
  element.style.width = `${(50 * Math.abs(added)) / most}%`;
  return element;
}

// Words that the person has selected in a passage, to be the quote; else the marked part is.
function selectedIn(item) {
  const selection = getSelection();
  const text = item.querySelector(".text");
  if (selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return "";
  return selection.toString();
}
