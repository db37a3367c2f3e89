// Inline mode: what the bot offers while someone types after its name.

import * as api from "./api.js";
import { h } from "./dom.js";
import { words } from "./words.js";

const PAUSE_MS = 350;

export class Inline {
  // `where()` names the chat and the person, `chosen()` is called once a result was sent.
  constructor(where, chosen, failed) {
    this.where = where;
    this.chosen = chosen;
    this.failed = failed;
    this.query = null;
    this.results = [];
    this.at = -1;
    this.node = h("ul", { class: "menu offers", role: "listbox", "aria-label": words.offers, hidden: true });
  }

  // Ask for what was typed, once the typing pauses.
  typed(text, username) {
    const name = `@${username} `.toLowerCase();
    const isMeant = username && text.toLowerCase().startsWith(name) && !text.includes("\n");
    clearTimeout(this.timer);
    if (!isMeant) return this.hide();
    this.timer = setTimeout(() => this.ask(text.slice(name.length)), PAUSE_MS);
    return undefined;
  }

  async ask(text) {
    const { chat, me } = this.where();
    try {
      const { query_id: query, answer } = await api.inline(chat, me, text);
      this.query = query;
      if (answer ?? this.early?.get(query)) this.show(answer ?? this.early.get(query));
    } catch {
      this.hide();
    }
  }

  // The bot's answer, as an event; it may come before the query's id.
  told(answer) {
    if (answer.query_id === this.query) this.show(answer);
    else this.early = new Map([[answer.query_id, answer]]);
  }

  show(answer) {
    this.results = answer.results;
    this.at = -1;
    const note = answer.button ? this.way(answer.button) : null;
    const empty = this.results.length === 0 && !note ? h("li", { class: "note" }, words.nothingOffered) : null;
    this.node.replaceChildren(
      ...[note, empty].filter(Boolean),
      ...this.results.map((result, place) =>
        h(
          "li",
          {
            role: "option",
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.choose(place),
          },
          h("b", {}, result.title),
          h("span", {}, result.description || result.text),
        ),
      ),
    );
    this.node.hidden = false;
  }

  // A button above the results leads into the private chat, as if a link had been followed.
  way({ text, start_parameter: parameter }) {
    const go = async () => {
      const { me } = this.where();
      this.hide();
      try {
        await api.send(me, me, `/start ${parameter}`);
        this.chosen();
      } catch (error) {
        this.failed(error.message);
      }
    };
    return h("li", { class: "way", onmousedown: (event) => event.preventDefault(), onclick: go }, text);
  }

  hide() {
    clearTimeout(this.timer);
    this.query = null;
    this.results = [];
    this.at = -1;
    this.node.hidden = true;
  }

  step(by) {
    if (this.results.length === 0) return;
    this.at = (this.at + by + this.results.length) % this.results.length;
    const options = [...this.node.querySelectorAll("[role=option]")];
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  async choose(place) {
    const query = this.query;
    const result = this.results[place];
    this.hide();
    try {
      await api.choose(query, result.id);
      this.chosen();
    } catch (error) {
      this.failed(error.message);
    }
  }
}
