// Builds the page from what the simulator says and keeps it up to date.

import * as api from "./api.js";
import { Calls } from "./calls.js";
import { Pane } from "./chat.js";
import { h, icon } from "./dom.js";
import { language, words } from "./words.js";

const find = (id) => document.getElementById(id);

const calls = new Calls(find("calls"), find("calls-toggle"));
const REFRESH_MS = 120;

const panes = [];
const only = Number(new URLSearchParams(location.search).get("chat"));
const tabs = new Map();

function setLive(state, text) {
  find("live").dataset.state = state;
  find("live").replaceChildren(h("span", {}, text));
}

// Private chats share one column with a switch, groups the other one.
function columns(chats) {
  if (only) return [chats.filter((chat) => chat.id === only)].filter((column) => column.length);
  const isPrivate = (chat) => chat.kind === "private";
  const groups = chats.filter((chat) => !isPrivate(chat));
  return [chats.filter(isPrivate), groups].filter((column) => column.length > 0);
}

function show(pane) {
  for (const each of panes) each.node.classList.toggle("front", each === pane);
  for (const [each, tab] of tabs) {
    tab.setAttribute("aria-selected", String(each === pane));
    if (each === pane) tab.querySelector(".unread")?.remove();
  }
  pane.toEnd();
}

function addTab(pane) {
  const label = pane.isGroup ? words.groups : words.private;
  const tab = h("button", { type: "button", role: "tab", onclick: () => show(pane) }, label);
  tabs.set(pane, tab);
  find("tabs").append(tab);
}

function told(kind, content) {
  if (kind === "call") return calls.add(content);
  if (kind === "profile") return refreshSoon();
  if (kind === "faults") return calls.faults.told(content);
  for (const pane of panes) {
    const isNew = pane.told(kind, content);
    const tab = tabs.get(pane);
    if (isNew && tab && !pane.node.classList.contains("front") && !tab.querySelector(".unread")) {
      tab.append(h("span", { class: "unread" }));
    }
  }
  return undefined;
}

// Such news come in swarms: once is enough.
function refreshSoon() {
  clearTimeout(refreshSoon.timer);
  refreshSoon.timer = setTimeout(refresh, REFRESH_MS);
}

// Chats, menus or descriptions changed.
async function refresh() {
  const chats = await api.chats();
  for (const pane of panes) {
    for (const chat of chats) {
      if (pane.isGroup === (chat.kind !== "private") && !only) pane.chats.set(chat.id, chat);
    }
    pane.chat = chats.find((chat) => chat.id === pane.chat.id);
    pane.chats.set(pane.chat.id, pane.chat);
    pane.fillHead();
    pane.composer.setBot(pane.bot?.username ?? "", pane.chat.commands[pane.me] ?? []);
    pane.arrange();
  }
}

async function load() {
  await refresh();
  await Promise.all([...panes.map((pane) => pane.load()), calls.load()]);
}

async function begin() {
  document.documentElement.lang = language;
  find("tagline").textContent = words.tagline;
  const theme = find("theme");
  theme.title = words.theme;
  theme.setAttribute("aria-label", words.theme);
  theme.append(icon("moon"));
  setLive("", words.connecting);
  for (const column of columns(await api.chats())) panes.push(new Pane(column));
  find("chats").append(...panes.map((pane) => pane.node));
  if (panes.length > 1) panes.forEach(addTab);
  if (panes.length > 0) show(panes[0]);
  if (localStorage.getItem("calls") && innerWidth > 1180) calls.open(true);
  api.listen(told, (isOpen) => {
    setLive(isOpen ? "on" : "off", isOpen ? words.connected : words.lost);
    // Whatever was missed meanwhile is in what the simulator says now.
    if (isOpen) load();
  });
}

begin();
