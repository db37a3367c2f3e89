// The panel of raw Bot API calls, of what Telegram would have refused, and of faults.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { Faults } from "./faults.js";
import { words } from "./words.js";

const MOST_SHOWN = 300;
const REPORT_MS = 400;

export class Calls {
  constructor(node, toggle) {
    this.node = node;
    this.toggle = toggle;
    this.seen = new Set();
    this.list = h("ol", { class: "call-list", tabindex: "0", "aria-label": words.calls });
    this.verdict = h("div", { class: "verdict", role: "status" });
    const polls = h("input", {
      type: "checkbox",
      onchange: () => this.list.classList.toggle("polls", polls.checked),
    });
    const close = h(
      "button",
      { class: "close", type: "button", "aria-label": words.close, onclick: () => this.open(false) },
      icon("close"),
    );
    const head = h("div", { class: "calls-head" }, h("h2", {}, words.calls), h("label", {}, polls, words.polls), close);
    node.setAttribute("aria-label", words.calls);
    this.faults = new Faults((text) => this.verdict.replaceChildren(text));
    node.append(head, this.faults.node, this.verdict, this.list);
    toggle.append(icon("code"), h("span", {}, words.calls));
    toggle.setAttribute("aria-label", words.calls);
    toggle.addEventListener("click", () => this.open(node.hidden));
  }

  open(isOpen) {
    this.node.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    localStorage.setItem("calls", isOpen ? "open" : "");
    if (isOpen) this.check();
    if (isOpen) this.faults.load();
  }

  async load() {
    for (const call of await api.calls()) this.add(call);
  }

  add(call) {
    if (this.seen.has(call.number)) return;
    this.seen.add(call.number);
    this.list.prepend(entry(call));
    while (this.list.children.length > MOST_SHOWN) this.list.lastChild.remove();
    clearTimeout(this.timer);
    if (!this.node.hidden) this.timer = setTimeout(() => this.check(), REPORT_MS);
  }

  async check() {
    const report = await api.report();
    this.faults.told(report.faults);
    const count = report.finding_count;
    this.verdict.classList.toggle("bad", count > 0);
    const newest = report.findings.slice(-20).reverse();
    this.verdict.replaceChildren(
      count > 0 ? words.findings(count) : words.noFindings,
      count > 0
        ? h("ul", {}, newest.map((f) => h("li", {}, h("b", {}, f.method), ` ${f.rule}: ${f.detail}`)))
        : "",
    );
  }
}

function entry(call) {
  const isGood = call.status === 200 && !call.description.startsWith("fault");
  const time = new Date(call.date * 1000).toLocaleTimeString("en-GB");
  const summary = h(
    "summary",
    {},
    h("time", {}, time),
    h("b", {}, call.method),
    h("small", {}, duration(call.ms)),
    h("span", { class: isGood ? "code" : "code bad" }, String(call.status)),
  );
  const details = h("details", {}, summary);
  // Written out only when somebody looks.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(h("pre", {}, written(call)));
  });
  return h("li", { class: call.method === "getUpdates" ? "poll" : "" }, details);
}

function written(call) {
  const parameters = Object.fromEntries(
    Object.entries(call.parameters).map(([name, value]) => [name, decoded(value)]),
  );
  const lines = JSON.stringify(parameters, null, 2);
  return call.description ? `${call.description}\n\n${lines}` : lines;
}

// Forms carry objects as strings of JSON; they read better as objects.
function decoded(value) {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function duration(ms) {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
