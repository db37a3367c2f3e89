// The line to write in: sends, answers a message, offers the bot's commands.

import { h, icon } from "./dom.js";
import { words } from "./words.js";

let count = 0;

export class Composer {
  // `send(text, replyTo)` may fail; the text then stays.
  constructor(title, send) {
    this.send = send;
    this.commands = [];
    this.chosen = -1;
    this.answering = null;
    this.menuId = `menu-${(count += 1)}`;
    this.menu = h("ul", { class: "menu", id: this.menuId, role: "listbox", hidden: true });
    this.bar = h("div", { class: "answering", hidden: true });
    this.input = h("textarea", {
      rows: "1",
      placeholder: words.write,
      "aria-label": words.writeTo(title),
      "aria-controls": this.menuId,
      autocomplete: "off",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event),
      onblur: () => setTimeout(() => this.offer(false), 150),
      onfocus: () => this.changed(),
    });
    this.slash = h(
      "button",
      { class: "slash", type: "button", hidden: true, onclick: () => this.openMenu() },
      icon("menu"),
      words.menu,
    );
    this.button = h("button", { class: "send", type: "submit", "aria-label": words.send }, icon("send"));
    this.node = h(
      "form",
      { class: "composer" },
      this.menu,
      h("div", { class: "box" }, this.bar, h("div", { class: "line" }, this.slash, this.input)),
      this.button,
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.changed();
  }

  setCommands(commands) {
    this.commands = commands;
    this.slash.hidden = commands.length === 0;
  }

  answer(message) {
    this.answering = message;
    this.bar.hidden = message === null;
    if (message === null) return;
    const close = h(
      "button",
      { class: "close", type: "button", "aria-label": words.close, onclick: () => this.answer(null) },
      icon("close"),
    );
    const preview = message.text || message.document?.name || "";
    this.bar.replaceChildren(
      icon("reply"),
      h("div", {}, h("b", {}, words.replyTo(message.from.name)), h("span", {}, preview)),
      close,
    );
    this.input.focus();
  }

  async submit(text = this.input.value) {
    if (!text.trim()) return;
    const answering = this.answering;
    this.input.value = "";
    this.answer(null);
    this.changed();
    const wasSent = await this.send(text, answering?.id ?? null);
    if (!wasSent && !this.input.value) {
      this.input.value = text;
      this.changed();
    }
  }

  changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.button.disabled = !this.input.value.trim();
    this.offer(document.activeElement === this.input);
  }

  openMenu() {
    this.input.value = "/";
    this.input.focus();
    this.changed();
  }

  offer(isOpen) {
    const typed = /^\/(\w*)$/.exec(this.input.value)?.[1];
    const matching = this.commands.filter((entry) => entry.name.startsWith(typed ?? "-"));
    this.menu.hidden = !isOpen || typed === undefined || matching.length === 0;
    this.matching = this.menu.hidden ? [] : matching;
    this.choose(Math.min(Math.max(this.chosen, 0), this.matching.length - 1));
  }

  choose(index) {
    this.chosen = index;
    this.menu.replaceChildren(
      ...this.matching.map((entry, place) =>
        h(
          "li",
          {
            id: `${this.menuId}-${place}`,
            role: "option",
            "aria-selected": String(place === index),
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.submit(`/${entry.name}`),
          },
          h("b", {}, `/${entry.name}`),
          h("span", {}, entry.description),
        ),
      ),
    );
    if (index >= 0) this.input.setAttribute("aria-activedescendant", `${this.menuId}-${index}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.menu.children[index]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    // While an input method is composing, Enter accepts its suggestion and sends nothing.
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.matching.length > 0 && step) {
      event.preventDefault();
      this.choose((this.chosen + step + this.matching.length) % this.matching.length);
    } else if (this.matching.length > 0 && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.input.value = `/${this.matching[this.chosen].name} `;
      this.changed();
    } else if (event.key === "Escape") {
      if (this.matching.length > 0) this.offer(false);
      else this.answer(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const entry = this.matching[this.chosen];
      this.submit(entry ? `/${entry.name}` : undefined);
    }
  }
}
