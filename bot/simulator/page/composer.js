// The line to write in: sends, answers and edits messages, takes files, offers the bot's commands
// and its inline results.

import { h, icon } from "./dom.js";
import { Inline } from "./inline.js";
import { words } from "./words.js";

let count = 0;

export class Composer {
  // `act` holds send(text, replyTo, file) and edit(message, text), which may fail: the text then
  // stays; where() for inline mode, last() for the newest own message, and failed(text).
  constructor(title, act) {
    this.act = act;
    this.commands = [];
    this.username = "";
    this.file = null;
    this.editing = null;
    this.inline = new Inline(act.where, () => this.clear(), act.failed);
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
    this.picker = h("input", { type: "file", hidden: true, onchange: () => this.attach(this.picker.files[0]) });
    this.clip = h(
      "button",
      { class: "clip", type: "button", "aria-label": words.attach, title: words.attach, onclick: () => this.picker.click() },
      icon("clip"),
    );
    this.button = h("button", { class: "send", type: "submit", "aria-label": words.send }, icon("send"));
    this.node = h(
      "form",
      { class: "composer" },
      this.menu,
      this.inline.node,
      h("div", { class: "box" }, this.bar, h("div", { class: "line" }, this.slash, this.input, this.clip, this.picker)),
      this.button,
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.changed();
  }

  setBot(username, commands) {
    this.username = username;
    this.commands = commands;
    this.slash.hidden = commands.length === 0;
  }

  answer(message) {
    this.editing = null;
    this.answering = message;
    if (message) this.tell("reply", words.replyTo(message.from.name), preview(message));
    else this.untell();
  }

  edit(message) {
    this.answering = null;
    this.editing = message;
    this.input.value = message.text;
    this.tell("pen", words.editing, preview(message));
    this.changed();
  }

  attach(file) {
    this.file = file ?? null;
    this.picker.value = "";
    if (file) this.tell("file", words.attached, file.name);
    this.changed();
  }

  // What the line is about, above it.
  tell(sign, title, text) {
    const close = h(
      "button",
      { class: "close", type: "button", "aria-label": words.close, onclick: () => this.clear() },
      icon("close"),
    );
    this.bar.replaceChildren(icon(sign), h("div", {}, h("b", {}, title), h("span", {}, text)), close);
    this.bar.hidden = false;
    this.input.focus();
  }

  untell() {
    this.bar.hidden = true;
  }

  clear() {
    const wasEditing = this.editing !== null;
    this.answering = this.editing = this.file = null;
    this.untell();
    if (wasEditing || !this.inline.node.hidden || this.inline.results.length === 0) this.input.value = "";
    this.changed();
  }

  async submit(text = this.input.value) {
    if (!text.trim() && !this.file) return;
    const { answering, editing, file } = this;
    this.input.value = "";
    this.inline.hide();
    this.clear();
    const wasSent = editing
      ? await this.act.edit(editing, text)
      : await this.act.send(text, answering?.id ?? null, file);
    if (!wasSent && !this.input.value) {
      this.input.value = text;
      this.changed();
    }
  }

  changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.button.disabled = !this.input.value.trim() && !this.file;
    this.offer(document.activeElement === this.input);
    if (!this.editing) this.inline.typed(this.input.value, this.username);
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
    if (this.inline.results.length > 0 && this.keyInline(event, step)) return;
    if (event.key === "ArrowUp" && !this.input.value && this.act.last()) {
      event.preventDefault();
      this.edit(this.act.last());
      return;
    }
    if (this.matching.length > 0 && step) {
      event.preventDefault();
      this.choose((this.chosen + step + this.matching.length) % this.matching.length);
    } else if (this.matching.length > 0 && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.input.value = `/${this.matching[this.chosen].name} `;
      this.changed();
    } else if (event.key === "Escape") {
      if (this.matching.length > 0) this.offer(false);
      else this.clear();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const entry = this.matching[this.chosen];
      this.submit(entry ? `/${entry.name}` : undefined);
    }
  }

  // Enter sends the words unless a result was chosen with the arrows.
  keyInline(event, step) {
    const isTaken = event.key === "Enter" && this.inline.at >= 0;
    if (step) this.inline.step(step);
    else if (isTaken) this.inline.choose(this.inline.at);
    else if (event.key === "Escape") this.inline.hide();
    else return false;
    event.preventDefault();
    return true;
  }
}

function preview(message) {
  return message.text || message.document?.name || "";
}
