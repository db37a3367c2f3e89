// One column: groups, or the private chats of several people, with a switch between them.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { avatar, h, icon } from "./dom.js";
import { group, row } from "./messages.js";
import { language, words } from "./words.js";

const TYPING_MS = 5000;
const TOAST_MS = 3500;
const SLOW_SECONDS = 10;
const PRESS_MS = 15000;

export class Pane {
  // `chats` are groups with a switch between them, or private chats of which each has one person.
  constructor(chats) {
    this.chats = new Map(chats.map((chat) => [chat.id, chat]));
    this.chat = chats[0];
    this.isGroup = this.chat.kind !== "private";
    this.me = this.people()[0].id;
    this.topic = null;
    this.unread = new Set();
    this.shown = new Map();
    this.presses = new Map();
    this.act = { copy: (text) => this.copy(text), command: (text) => this.say(text, null) };
    this.build();
  }

  people() {
    const chats = this.isGroup ? [this.chat] : [...this.chats.values()];
    return chats.flatMap((chat) => chat.members).filter((member) => !member.is_bot);
  }

  get bot() {
    return this.chat.members.find((member) => member.is_bot) ?? this.anyBot();
  }

  anyBot() {
    const members = [...this.chats.values()].flatMap((chat) => chat.members);
    return members.find((member) => member.is_bot);
  }

  build() {
    this.title = h("h2");
    this.face = h("span", { class: "face-slot" });
    this.status = h("p", { class: "status" });
    this.log = h("div", { class: "log", role: "log", tabindex: "0" });
    this.topics = h("nav", { class: "topics", "aria-label": words.topics, hidden: true });
    this.slow = h(
      "button",
      { class: "slow", type: "button", title: words.slowMode, "aria-label": words.slowMode, hidden: !this.isGroup, onclick: () => this.toggleSlow() },
      icon("timer"),
    );
    this.who = h("fieldset", { class: "speakers" });
    this.composer = new Composer(this.chat.title, {
      send: (text, replyTo, file) => this.say(text, replyTo, file),
      edit: (message, text) => this.change(message, text),
      where: () => ({ chat: this.chat.id, me: this.me }),
      last: () => [...this.shown.values()].findLast((m) => m.author === this.me && m.text && !m.via_bot),
      failed: (text) => this.toast(text),
    });
    this.start = h("button", { class: "start", type: "button", onclick: () => this.say("/start", null) }, words.start);
    this.toastBox = h("div", { class: "toast", role: "status" });
    this.node = h(
      "section",
      { class: "pane" },
      h("header", { class: "pane-head" }, this.face, h("div", { class: "pane-title" }, this.title, this.status), this.slow, this.who),
      this.topics,
      this.log,
      h("div", { class: "foot" }, this.composer.node, this.start),
      this.toastBox,
    );
    this.fillHead();
    // A smaller window or a taller line to write in must not hide the newest message.
    this.follows = true;
    const size = () => `${this.log.clientWidth} ${this.log.clientHeight}`;
    let seen = size();
    this.log.addEventListener("scroll", () => {
      // What scrolls in a window of another size is not a person who looks back.
      if (size() === seen) this.follows = this.isAtEnd();
    });
    new ResizeObserver(() => {
      seen = size();
      if (!this.follows) return;
      this.toEnd();
      requestAnimationFrame(() => this.toEnd());
    }).observe(this.log);
  }

  fillHead() {
    const { title } = this.chat;
    this.node.setAttribute("aria-label", title);
    this.log.setAttribute("aria-label", words.messagesOf(title));
    this.face.replaceChildren(avatar(this.isGroup ? this.chat : this.bot));
    this.title.replaceChildren(this.isGroup && this.chats.size > 1 ? this.chooser() : title);
    this.who.replaceChildren(h("legend", { class: "sr-only" }, words.speakAs), ...this.speakers());
    this.slow.setAttribute("aria-pressed", String(this.chat.slow_mode > 0));
    this.fillTopics();
    this.setStatus();
  }

  async toggleSlow() {
    try {
      await api.changeChat(this.chat.id, { slow_mode: this.chat.slow_mode ? 0 : SLOW_SECONDS });
    } catch (error) {
      this.toast(error.message);
    }
  }

  chooser() {
    const choice = h(
      "select",
      { "aria-label": words.chooseChat, onchange: () => this.enter(Number(choice.value)) },
      [...this.chats.values()].map((chat) =>
        h("option", { value: chat.id, selected: chat.id === this.chat.id }, this.marked(chat.id, chat.title)),
      ),
    );
    return choice;
  }

  // Chats and topics in which something was said meanwhile carry a dot.
  marked(place, title) {
    return this.unread.has(place) ? `• ${title}` : title;
  }

  miss(place) {
    if (this.unread.has(place)) return;
    this.unread.add(place);
    if (this.isGroup && this.chats.size > 1) this.title.replaceChildren(this.chooser());
    this.fillTopics();
  }

  async enter(id) {
    this.chat = this.chats.get(id);
    this.topic = null;
    this.unread.delete(id);
    const people = this.people();
    if (!people.some((person) => person.id === this.me)) this.me = people[0].id;
    this.fillHead();
    await this.load();
  }

  speakers() {
    const name = `speaker-${this.isGroup ? "group" : "private"}`;
    return this.people().map((person) =>
      h(
        "label",
        { title: `${words.speakAs} ${person.name}` },
        h("input", {
          class: "sr-only",
          type: "radio",
          name,
          value: person.id,
          checked: person.id === this.me,
          onchange: () => this.speakAs(person.id),
        }),
        avatar(person, "tiny"),
        h("span", { class: "who" }, person.name.split(" ")[0]),
      ),
    );
  }

  async speakAs(person) {
    this.me = person;
    if (!this.isGroup) this.chat = this.chats.get(person);
    this.composer.clear();
    await this.load();
  }

  // -- topics of a forum -------------------------------------------------------------------

  fillTopics() {
    this.topics.hidden = !this.chat.is_forum;
    if (this.topics.hidden) return;
    const all = [{ id: null, name: words.general }, ...this.chat.topics];
    this.topics.replaceChildren(
      ...all.map((topic) =>
        h(
          "button",
          { type: "button", "aria-current": String(topic.id === this.topic), onclick: () => this.turn(topic.id) },
          this.marked(`topic ${topic.id}`, topic.is_closed ? `${topic.name} ·` : topic.name),
        ),
      ),
      h("button", { type: "button", "aria-label": words.newTopic, title: words.newTopic, onclick: () => this.newTopic() }, icon("plus")),
    );
  }

  turn(topic) {
    this.topic = topic;
    this.unread.delete(`topic ${topic}`);
    this.fillTopics();
    this.draw();
    this.toEnd();
  }

  newTopic() {
    const name = h("input", { type: "text", required: true, maxlength: "128", "aria-label": words.newTopic });
    const dialog = h(
      "dialog",
      { class: "alert" },
      h("form", { method: "dialog" }, h("p", {}, words.newTopic), name, h("button", { type: "submit", value: "ok" }, words.ok)),
    );
    dialog.addEventListener("close", async () => {
      dialog.remove();
      if (dialog.returnValue !== "ok" || !name.value.trim()) return;
      try {
        this.topic = (await api.openTopic(this.chat.id, this.me, name.value.trim())).topic_id;
        this.draw();
      } catch (error) {
        this.toast(error.message);
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  isHere(message) {
    return !this.chat.is_forum || (message.thread ?? null) === this.topic;
  }

  async load() {
    this.composer.setBot(this.bot?.username ?? "", this.chat.commands[this.me] ?? []);
    const { chat } = this;
    this.shown.clear();
    const messages = await api.messages(chat.id);
    if (chat !== this.chat) return;
    // Keep what the stream of events brought meanwhile: it is newer than the answer.
    const newest = messages.at(-1)?.id ?? 0;
    const early = [...this.shown.values()].filter((message) => message.id > newest);
    const all = [...messages, ...early];
    this.shown = new Map(all.map((message) => [message.id, message]));
    this.draw();
    this.toEnd();
  }

  draw() {
    const here = [...this.shown.values()].filter((message) => this.isHere(message));
    this.log.replaceChildren(...here.map((message) => row(message, this)));
    this.arrange();
  }

  // -- what happens ------------------------------------------------------------------------

  told(kind, content) {
    if (kind === "inline") return this.composer.inline.told(content);
    if (content.chat_id !== this.chat.id) {
      if (kind === "message" && this.isGroup && this.chats.has(content.chat_id)) this.miss(content.chat_id);
      return false;
    }
    this[`on_${kind}`](content);
    return kind === "message";
  }

  on_message({ message }) {
    if (this.shown.has(message.id)) return;
    if (message.from.is_bot) this.setStatus();
    const follows = this.follows || message.author === this.me;
    this.shown.set(message.id, message);
    if (!this.isHere(message)) {
      this.miss(`topic ${message.thread}`);
      return;
    }
    const node = row(message, this);
    node.querySelector(".bubble")?.classList.add("fresh");
    this.log.append(node);
    this.arrange();
    if (follows) this.toEnd();
  }

  on_edited({ message }) {
    const old = this.find(message.id);
    if (!old) return;
    const { follows } = this;
    this.shown.set(message.id, message);
    old.replaceWith(row(message, this));
    this.arrange();
    if (follows) this.toEnd();
  }

  on_deleted({ message_id: id }) {
    this.shown.delete(id);
    this.find(id)?.remove();
    this.arrange();
  }

  on_typing() {
    this.setStatus(true);
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.setStatus(), TYPING_MS);
  }

  on_toast({ user_id: user, press_id: press, text, alert, url }) {
    // The answer may overtake the id of the press that it belongs to.
    const done = this.presses.get(press);
    if (typeof done === "function") done();
    else this.presses.set(press, "answered");
    if (user !== this.me) return;
    if (text && alert) this.alert(text);
    else if (text) this.toast(text);
    if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener");
  }

  setStatus(isTyping = false) {
    const { members, slow_mode: slow } = this.chat;
    const people = [words.members(members.length), slow ? words.slow(slow) : ""].filter(Boolean).join(" · ");
    const plain = this.isGroup ? people : words.bot;
    this.status.classList.toggle("typing", isTyping);
    this.status.textContent = isTyping ? `${words.typing}…` : plain;
    this.dots?.remove();
    if (!isTyping) return;
    const { follows } = this;
    const bubble = h("div", { class: "bubble plain-end" }, h("span", { class: "dots" }, h("i"), h("i"), h("i")));
    this.dots = h("div", { class: "row first last" }, bubble);
    this.log.append(this.dots);
    if (follows) this.toEnd();
  }

  // -- what people do ----------------------------------------------------------------------

  async say(text, replyTo, file = null) {
    return this.try(async () => {
      const more = { reply_to: replyTo, thread: this.topic };
      if (file) more.file_id = await api.upload(file);
      await api.send(this.chat.id, this.me, text, more);
    });
  }

  async change(message, text) {
    return this.try(() => api.edit(this.chat.id, this.me, message.id, text));
  }

  async remove(message) {
    return this.try(() => api.remove(this.chat.id, this.me, message.id));
  }

  async try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      this.toast(`${words.failed}: ${error.message}`);
      return false;
    }
  }

  async press(message, data, key) {
    key.classList.add("busy");
    const done = () => key.classList.remove("busy");
    setTimeout(done, PRESS_MS);
    try {
      const { press_id: press } = await api.press(this.chat.id, this.me, message.id, data);
      if (this.presses.get(press) === "answered") done();
      else this.presses.set(press, done);
    } catch (error) {
      done();
      this.toast(error.message);
    }
  }

  reply(message) {
    this.composer.answer(message);
  }

  edit(message) {
    this.composer.edit(message);
  }

  jump(id) {
    const node = this.find(id);
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    const bubble = node?.querySelector(".bubble");
    bubble?.classList.remove("flash", "fresh");
    requestAnimationFrame(() => bubble?.classList.add("flash"));
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast(words.copied);
    } catch (error) {
      this.toast(error.message);
    }
  }

  // -- the looks ---------------------------------------------------------------------------

  arrange() {
    this.log.querySelectorAll(".extra").forEach((node) => node.remove());
    this.separateDays();
    const said = [...this.shown.values()].filter((message) => this.isHere(message));
    const isEmpty = !said.some((message) => Object.keys(message.service).length === 0);
    if (isEmpty) this.log.append(this.isGroup ? this.hint() : this.intro());
    this.start.hidden = this.isGroup || !isEmpty;
    this.composer.node.hidden = !this.start.hidden;
    if (this.dots?.isConnected) this.log.append(this.dots);
    const faces = new Map([...this.shown.values()].map(({ from }) => [from.id, from]));
    group(this.log, faces, this.isGroup);
  }

  separateDays() {
    let last = "";
    for (const message of this.shown.values()) {
      const day = dayOf(message.date);
      if (day !== last) this.find(message.id)?.before(h("div", { class: "pill extra" }, day));
      last = day;
    }
  }

  intro() {
    return h(
      "div",
      { class: "intro extra" },
      avatar(this.bot, "huge"),
      h("h3", {}, words.intro),
      h("p", {}, this.chat.description || words.noDescription),
    );
  }

  hint() {
    return h("div", { class: "hint extra" }, words.groupHint(this.bot.username));
  }

  toast(text) {
    this.toastBox.replaceChildren(h("p", {}, text));
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => this.toastBox.replaceChildren(), TOAST_MS);
  }

  alert(text) {
    const close = h("button", { type: "submit" }, words.ok);
    const dialog = h("dialog", { class: "alert" }, h("p", {}, text), h("form", { method: "dialog" }, close));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  find(id) {
    return this.log.querySelector(`[data-id="${id}"]`);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120;
  }

  toEnd() {
    this.follows = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return words.today;
  return date.toLocaleDateString(language, { day: "numeric", month: "long" });
}
