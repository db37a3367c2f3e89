// Shows one message: bubble, quotation, file, buttons.

import { fileAddress } from "./api.js";
import { avatar, clock, h, icon, tint } from "./dom.js";
import { formatted } from "./text.js";
import { words } from "./words.js";

// `pane` is the chat that shows it: { me, isGroup, act, reply(message), jump(id), press(...) }.
export function row(message, pane) {
  if (Object.keys(message.service).length > 0) {
    return h("div", { class: "pill", "data-id": message.id }, happened(message));
  }
  const isMine = message.author === pane.me && !message.via_guest;
  const showsFace = pane.isGroup && !isMine;
  return h(
    "div",
    { class: isMine ? "row mine" : "row", "data-id": message.id, "data-from": message.from.id },
    showsFace ? h("span", { class: "face" }) : null,
    bubble(message, pane, isMine),
    keys(message, pane),
  );
}

// Marks where runs of one sender begin and end: names above, faces and tails below.
// `faces` are those who write here, by id.
export function group(log, faces, isGroup) {
  const rows = [...log.children];
  rows.forEach((node, index) => {
    if (!node.classList.contains("row")) return;
    const from = node.dataset.from;
    const isFirst = rows[index - 1]?.dataset.from !== from;
    const isLast = rows[index + 1]?.dataset.from !== from;
    node.classList.toggle("first", isFirst);
    node.classList.toggle("last", isLast);
    node.querySelector(".sender")?.toggleAttribute("hidden", !isFirst);
    const face = node.querySelector(".face");
    if (!isGroup || !face) return;
    const person = faces.get(Number(from));
    face.replaceChildren(isLast && person ? avatar(person, "small") : "");
  });
}

function bubble(message, pane, isMine) {
  const hasKeys = message.buttons.length > 0;
  const node = h(
    "div",
    { class: `bubble ${hasKeys ? "has-keys" : "plain-end"} ${isMine ? "" : tint(message.from)}` },
    pane.isGroup && !isMine ? h("div", { class: "sender" }, message.from.name) : null,
    message.via_bot ? h("div", { class: "origin" }, words.via(message.via_bot)) : null,
    message.forwarded_from ? h("div", { class: "origin" }, words.forwarded(message.forwarded_from)) : null,
    message.reply_to ? quotation(message.reply_to, pane) : null,
    message.document ? file(message.document) : null,
    message.extra.length > 0 ? h("div", { class: "origin" }, message.extra.join(", ")) : null,
    body(message, pane, isMine),
    h(
      "div",
      { class: "tools" },
      tool("reply", words.reply, words.replyTo(message.from.name), () => pane.reply(message)),
      isMine && !message.via_bot ? tool("pen", words.edit, words.edit, () => pane.edit(message)) : null,
      isMine ? tool("bin", words.remove, words.remove, () => pane.remove(message)) : null,
    ),
  );
  node.addEventListener("click", (event) => {
    const isBusy = event.target.closest("a, button, code, .link, .spoiler, .foldable");
    if (!isBusy && !String(getSelection())) pane.reply(message);
  });
  return node;
}

function tool(sign, title, label, onclick) {
  return h("button", { class: `tool ${sign}-button`, type: "button", title, "aria-label": label, onclick }, icon(sign));
}

// What Telegram itself writes into a chat.
function happened({ from, service }) {
  const names = (users) => users.map((user) => user.first_name).join(", ");
  if (service.new_chat_members) return words.joined(from.name, names(service.new_chat_members));
  if (service.left_chat_member) return words.left(names([service.left_chat_member]));
  if (service.forum_topic_created) return words.opened(from.name, service.forum_topic_created.name);
  if (service.forum_topic_closed) return words.closed(from.name);
  if (service.forum_topic_reopened) return words.reopened(from.name);
  if (service.migrate_to_chat_id || service.migrate_from_chat_id) return words.migrated;
  return Object.keys(service).join(", ");
}

function body(message, pane, isMine) {
  const meta = h(
    "span",
    { class: "meta" },
    message.edited ? words.edited : null,
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    isMine ? icon("checks") : null,
  );
  const text = formatted(message.text, message.entities, pane.act);
  text.append(meta);
  return h("div", { class: "body" }, text);
}

function quotation(target, pane) {
  return h(
    "button",
    {
      class: `reply ${tint(target.from)} ${target.is_quote ? "quoted" : ""}`,
      type: "button",
      onclick: () => pane.jump(target.id),
    },
    h("b", {}, target.from.name),
    h("span", {}, target.text),
  );
}

function file(document) {
  return h(
    "a",
    { class: "file", href: fileAddress(document.file_id), download: document.name },
    h("span", { class: "badge" }, icon("file")),
    h("div", {}, h("b", {}, document.name), h("small", {}, size(document.size))),
  );
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1 << 20) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function keys(message, pane) {
  if (message.buttons.length === 0) return null;
  return h(
    "div",
    { class: "keys" },
    message.buttons.map((line) => h("div", {}, line.map((button) => key(button, message, pane)))),
  );
}

function key(button, message, pane) {
  const node = h("button", { class: "key", type: "button" }, button.text);
  if (button.callback_data) {
    node.addEventListener("click", () => pane.press(message, button.callback_data, node));
  } else if (button.copy_text) {
    node.append(icon("copy"));
    node.addEventListener("click", () => pane.act.copy(button.copy_text.text));
  } else if (button.url) {
    node.append(icon("link"));
    node.addEventListener("click", () => window.open(button.url, "_blank", "noopener"));
  }
  return node;
}
