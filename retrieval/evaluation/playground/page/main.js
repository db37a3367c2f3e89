// Asks, shows, labels; every action has a key.

import { h } from "/look/h.js";
import * as api from "./api.js";
import { Passages } from "./passages.js";
import { Weights } from "./weights.js";
import { language, words } from "./words.js";

const find = (id) => document.getElementById(id);
const field = find("question");
const passages = new Passages(find("passages"), tick);
let weights;
let asked = 0;

async function ask() {
  const question = field.value.trim();
  if (!question) return;
  asked += 1;
  const number = asked;
  const look = await attempt(() => api.look(question, weights.changes));
  if (!look || number !== asked) return;
  history.replaceState(null, "", `?${new URLSearchParams({ ...(location.search.includes("lang=") && { lang: language }), q: question })}`);
  find("verdict").replaceChildren(...verdict(look));
  find("verdict").dataset.state = look.answered ? "said" : "silent";
  find("verdict").hidden = false;
  passages.show(look);
}

function verdict(look) {
  const said = look.passages.filter((passage) => passage.is_said).length;
  const lines = [h("h2", {}, look.answered ? words.said(said) : words.silent), h("p", {}, ...reason(look))];
  lines.push(h("p", { class: "facts" }, `${words.confidence} ${look.confidence.toFixed(3)} · ${words.threshold} ${look.threshold.toFixed(2)} · trace ${look.trace} · ${look.took_ms.toFixed(1)} ms`));
  const isKnown = look.is_labelled && look.passages.every((passage) => passage.labelled.length === 0);
  lines.push(h("button", { class: "tick", type: "button", "aria-pressed": String(isKnown), onclick: unanswerable }, isKnown ? `✓ ${words.knownUnanswerable}` : words.unanswerable));
  return lines;
}

function reason(look) {
  if (look.answered) return [];
  if (look.is_small_talk) return [words.smallTalk];
  if (look.passages.length === 0) return [words.nothing];
  const parts = [words.belowThreshold(look.confidence.toFixed(2), look.threshold.toFixed(2))];
  if (look.against.length) parts.push(" ", words.against(look.against.map((name) => name.replaceAll("_", " ")).join(", ")));
  return parts;
}

// Ticking what is labelled already takes the label back.
async function tick(passage, selected) {
  const { question } = passages.look;
  const quote = selected || passage.text.slice(...passage.marked);
  const [old] = passage.labelled;
  const done = await attempt(() => (old && !selected ? api.unlabel(question, old) : api.label(question, { source: passage.source, quote })));
  if (done) say(old && !selected ? words.removed(done.file) : words.written(done.file));
  await ask();
}

async function unanswerable() {
  if (!passages.look) return;
  const done = await attempt(() => api.label(passages.look.question, {}));
  if (done) say(words.written(done.file));
  await ask();
}

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    say(error instanceof TypeError ? words.failed : error.message, true);
    return null;
  }
}

let fading;
function say(text, isBad = false) {
  const toast = find("toast");
  toast.textContent = text;
  toast.classList.toggle("bad", isBad);
  toast.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { toast.hidden = true; }, 4000);
}

function showKeys(isOpen = find("keys").hidden) {
  find("keys").hidden = !isOpen;
  find("keys-toggle").setAttribute("aria-expanded", String(isOpen));
}

const KEYS = {
  "/": () => { field.focus(); field.select(); },
  j: () => passages.choose(passages.chosen + 1),
  k: () => passages.choose(passages.chosen - 1),
  ArrowDown: () => passages.choose(passages.chosen + 1),
  ArrowUp: () => passages.choose(passages.chosen - 1),
  a: () => passages.tick(),
  n: unanswerable,
  f: () => passages.switchBars(),
  w: () => weights.open(),
  r: () => weights.reset(),
  "?": () => showKeys(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    showKeys(false);
    document.activeElement.blur();
    return;
  }
  const isTyping = document.activeElement?.matches("input, textarea, select");
  const goesDown = document.activeElement === field && ["ArrowDown", "ArrowUp"].includes(event.key);
  const action = KEYS[event.key];
  if (!action || (isTyping && !goesDown)) return;
  event.preventDefault();
  if (goesDown) field.blur();
  action();
});

async function begin() {
  document.documentElement.lang = language;
  const shipped = await api.tuning();
  weights = new Weights(find("weights"), find("weights-toggle"), shipped, ask);
  find("title").textContent = words.title;
  find("tagline").textContent = words.tagline(shipped.labels);
  field.placeholder = words.ask;
  field.setAttribute("aria-label", words.ask);
  find("keys").append(h("dl", {}, ...Object.entries(words.keys).map(([key, says]) => h("div", {}, h("dt", {}, ...key.split(" ").map((one) => h("kbd", {}, one))), h("dd", {}, says)))));
  find("keys-toggle").addEventListener("click", () => showKeys());
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
    field.blur();
  });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  await ask();
}

begin();
