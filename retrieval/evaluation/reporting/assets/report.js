
const { verdicts, features, questions } = JSON.parse(document.getElementById("data").textContent);
const TONES = { right: "good", "rightly silent": "good", silent: "warn", "wrong mark": "warn" };
const tone = (verdict) => TONES[verdict] ?? "bad";
const find = (id) => document.getElementById(id);
const body = document.querySelector("#questions tbody");
const state = { words: "", tag: "", verdicts: new Set(), by: "verdict", down: false };

// The text with its marked part told apart.
function quoted(excerpt, isClamped) {
  const [start, end] = excerpt.marked;
  const { text } = excerpt;
  const parts = [text.slice(0, start), h("mark", {}, text.slice(start, end)), text.slice(end)];
  return h("p", { class: isClamped ? "text clamped" : "text" }, ...parts);
}

function featureBars({ weighed, values }) {
  const most = Math.max(...weighed.map(Math.abs), 0.1);
  const rows = features.map((name, at) => ({ name, weight: weighed[at], value: values[at] }));
  const shown = rows.filter((row) => row.weight !== 0);
  shown.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return h("div", { class: "features", role: "list" }, ...shown.flatMap(({ name, weight, value }) => [
    h("span", { title: `value ${value.toFixed(3)}` }, name.replaceAll("_", " ")),
    h("span", { class: "track" }, bar(weight, most)),
    h("span", { class: "number" }, (weight > 0 ? "+" : "") + weight.toFixed(2)),
  ]));
}

function bar(weight, most) {
  const element = h("i", { class: weight > 0 ? "for" : "against" });
  element.style.width = `${(50 * Math.abs(weight)) / most}%`;
  return element;
}

function detail(entry) {
  const excerpts = entry.excerpts.map((excerpt) => h("li", {},
    quoted(excerpt, false),
    h("p", { class: "cited" }, excerpt.right ? h("b", {}, "right · ") : "", `${excerpt.cited} · ${excerpt.confidence.toFixed(2)}`),
  ));
  const facts = [`trace ${entry.trace}`, `confidence ${entry.confidence.toFixed(3)} of ${entry.threshold} needed`];
  if (entry.quotes.length) facts.push(`labelled: ${entry.quotes.join(" / ")}`);
  if (entry.note) facts.push(entry.note);
  const why = entry.values.length
    ? [h("p", { class: "facts" }, "what each feature adds to the confidence (log odds)"), featureBars(entry)]
    : [h("p", { class: "facts" }, "small talk: nothing was looked up")];
  return h("tr", { class: "detail" }, h("td", { colspan: 6 }, h("div", { class: "grid" },
    h("div", {}, h("p", { class: "facts" }, facts.join(" · ")), h("ol", {}, ...excerpts)),
    h("div", {}, ...why),
  )));
}

function row(entry) {
  const toggle = h("button", { class: "open", type: "button", "aria-expanded": "false" }, entry.question);
  const [first] = entry.excerpts;
  const excerpt = first && quoted(first, true);
  if (excerpt && !["right", "wrong mark", "wrong excerpt", "false reply"].includes(entry.verdict)) excerpt.classList.add("unsaid");
  const cells = [
    h("td", { class: "verdict", "data-tone": tone(entry.verdict) }, entry.verdict),
    h("td", {}, toggle, h("p", { class: "tags" }, [entry.language, ...entry.tags].join(" · "))),
    h("td", {}, excerpt),
    h("td", {}, entry.confidence.toFixed(2)),
    h("td", {}, entry.rank ?? (entry.quotes.length ? "–" : "")),
    h("td", {}, entry.ms.toFixed(1)),
  ];
  const element = h("tr", { class: "entry", onclick: () => open(element, toggle, entry) }, ...cells);
  return element;
}

function open(element, toggle, entry) {
  if (getSelection().toString()) return;
  const isOpen = element.nextElementSibling?.classList.contains("detail");
  toggle.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) element.nextElementSibling.remove();
  else element.after(detail(entry));
}

const rows = new Map(questions.map((entry) => [entry, row(entry)]));
const keys = {
  verdict: (entry) => verdicts.indexOf(entry.verdict) - entry.confidence / 10,
  question: (entry) => entry.question,
  confidence: (entry) => entry.confidence,
  rank: (entry) => entry.rank ?? (entry.quotes.length ? 999 : 1000),
  ms: (entry) => entry.ms,
};

function isShown(entry) {
  if (state.verdicts.size && !state.verdicts.has(entry.verdict)) return false;
  if (state.tag && !entry.tags.includes(state.tag)) return false;
  const texts = [entry.question, entry.trace, entry.note, ...entry.excerpts.map((excerpt) => excerpt.text)];
  return !state.words || texts.some((text) => text.toLowerCase().includes(state.words));
}

function arrange() {
  const key = keys[state.by];
  const order = (a, b) => (key(a) > key(b)) - (key(a) < key(b));
  const shown = questions.filter(isShown).sort((a, b) => (state.down ? order(b, a) : order(a, b)));
  body.replaceChildren(...shown.map((entry) => rows.get(entry)));
  for (const toggle of body.querySelectorAll(".open")) toggle.setAttribute("aria-expanded", "false");
  find("shown").textContent = `${shown.length} of ${questions.length}`;
}

function chip(verdict) {
  const count = questions.filter((entry) => entry.verdict === verdict).length;
  const element = h("button", { class: "chip", type: "button", "aria-pressed": "false", "data-tone": tone(verdict), onclick: () => {
    if (!state.verdicts.delete(verdict)) state.verdicts.add(verdict);
    element.setAttribute("aria-pressed", String(state.verdicts.has(verdict)));
    arrange();
  } }, `${verdict} ${count}`);
  return count ? element : null;
}

find("verdicts").append(...verdicts.map(chip).filter(Boolean));
const tags = [...new Set(questions.flatMap((entry) => entry.tags))].sort();
find("tag").append(...tags.map((tag) => h("option", { value: tag }, tag)));
find("tag").addEventListener("change", (event) => { state.tag = event.target.value; arrange(); });
find("filter").addEventListener("input", (event) => { state.words = event.target.value.toLowerCase(); arrange(); });
find("print").addEventListener("click", () => print());
for (const button of document.querySelectorAll("[data-by]")) {
  button.addEventListener("click", () => {
    state.down = state.by === button.dataset.by && !state.down;
    state.by = button.dataset.by;
    for (const head of document.querySelectorAll("#questions thead th")) head.removeAttribute("aria-sort");
    button.parentElement.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    arrange();
  });
}
addEventListener("beforeprint", () => { document.querySelector(".tables").open = true; });
arrange();
