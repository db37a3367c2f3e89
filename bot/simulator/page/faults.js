// What can be made to go wrong by a click: switches for calls, buttons for single mishaps.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { words } from "./words.js";

const ALWAYS = -1;
const SENDING = ["sendMessage", "sendDocument", "editMessageText", "answerCallbackQuery", "answerInlineQuery"];

const KINDS = [
  { label: "429", kind: "429", seconds: 3 },
  { label: "502", kind: "502" },
  { label: words.sentAnd502, kind: "502", after: true },
  { label: "403", kind: "403" },
  { label: "401", kind: "401" },
  { label: "reset", kind: "reset" },
  { label: "silence", kind: "silence", seconds: 8 },
  { label: "slow 3 s", kind: "slow", seconds: 3 },
  { label: "junk", kind: "junk" },
  { label: "cut", kind: "cut" },
];

export class Faults {
  constructor(failed) {
    this.failed = failed;
    this.scope = h(
      "select",
      { "aria-label": words.strikes },
      ["sending", "polling", "everything"].map((name) => h("option", { value: name }, words[name])),
    );
    this.count = h("span", { class: "struck" });
    this.switches = KINDS.map((each) => this.switch(each));
    this.node = h(
      "details",
      { class: "faults" },
      h("summary", {}, icon("bolt"), words.faults, this.count),
      h("div", { class: "fault-row" }, h("label", {}, words.strikes, " ", this.scope)),
      h("div", { class: "fault-row" }, this.switches.map(({ node }) => node)),
      h("p", {}, words.faultsHint),
      h("div", { class: "fault-row" }, this.once(words.down, () => api.goDown(5)),
        this.once(words.twice, () => api.updates({ action: "repeat", count: 1 })),
        this.once(words.unreadable, () => api.updates(UNREADABLE))),
    );
  }

  switch(fault) {
    const node = h("button", { class: "fault", type: "button", "aria-pressed": "false" }, fault.label);
    const each = { node, fault, number: null };
    node.addEventListener("click", () => this.flip(each));
    return each;
  }

  once(label, act) {
    return h("button", { class: "fault once", type: "button", onclick: () => this.try(act) }, label);
  }

  async flip(each) {
    await this.try(async () => {
      if (each.number !== null) {
        await api.removeFault(each.number);
        each.number = null;
        return;
      }
      const methods = { sending: SENDING, polling: ["getUpdates"], everything: [] }[this.scope.value];
      const { kind, seconds = 1, after = false } = each.fault;
      const { number } = await api.addFault({ kind, seconds, after, methods, times: ALWAYS });
      each.number = number;
    });
    this.mark();
  }

  async try(act) {
    try {
      await act();
    } catch (error) {
      this.failed(error.message);
    }
  }

  async load() {
    this.told(await api.faults());
  }

  told({ planned, struck }) {
    const known = new Set(planned.map((fault) => fault.number));
    for (const each of this.switches) if (!known.has(each.number)) each.number = null;
    this.count.textContent = struck > 0 ? words.struck(struck) : "";
    this.mark();
  }

  mark() {
    for (const { node, number } of this.switches) node.setAttribute("aria-pressed", String(number !== null));
    this.node.classList.toggle("on", this.switches.some(({ number }) => number !== null));
  }
}

const UNREADABLE = {
  action: "raw",
  kind: "message",
  content: { message_id: 1, date: 0, chat: { id: 1 }, text: "a chat without a type" },
};
