// Shows one message: bubble, quotation, file, buttons.

import { avatar, clock, h, icon, tint } from "./dom.js";
import { formatted } from "./text.js";
import { words } from "./words.js";

// `pane` is the chat that shows it: { me, isGroup, act, reply(message), jump(id), press(...) }.
export function row(message, pane) {
  const joined = (message.service.new_chat_members ?? []).map((user) => user.first_name);
  if (joined.length > 0) {
    const sentence = words.joined(message.from.name, joined.join(", "));
    return h("div", { class: "pill", "data-id": message.id }, sentence);
  }
  const isMine = message.from.id === pane.me;
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
export function group(log, people, isGroup) {
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
    const person = people.get(Number(from));
    face.replaceChildren(isLast && person ? avatar(person, "small") : "");
  });
}

function bubble(message, pane, isMine) {
  const hasKeys = message.buttons.length > 0;
  const node = h(
    "div",
    { class: `bubble ${hasKeys ? "has-keys" : "plain-end"} ${isMine ? "" : tint(message.from)}` },
    pane.isGroup && !isMine ? h("div", { class: "sender" }, message.from.name) : null,
    message.reply_to ? quotation(message.reply_to, pane) : null,
    message.document ? file(message.document) : null,
    body(message, pane, isMine),
    h(
      "button",
      {
        class: "reply-button",
        type: "button",
        "aria-label": words.replyTo(message.from.name),
        title: words.reply,
        onclick: () => pane.reply(message),
      },
      icon("reply"),
    ),
  );
  node.addEventListener("click", (event) => {
    const isBusy = event.target.closest("a, button, code, .link, .spoiler, .foldable");
    if (!isBusy && !String(getSelection())) pane.reply(message);
  });
  return node;
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
    "div",
    { class: "file" },
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
