// The panel of weights and the threshold: changed here, used at once, saved nowhere.

import { h } from "/look/h.js";
import { words } from "./words.js";

const STEP = 0.05;

export class Weights {
  constructor(node, toggle, shipped, changed) {
    this.node = node;
    this.toggle = toggle;
    this.shipped = shipped;
    this.changed = changed;
    this.fields = new Map();
    toggle.textContent = words.weights;
    toggle.addEventListener("click", () => this.open());
    node.append(this.head(), this.threshold(), this.table());
  }

  // What differs from what is shipped, as the server wants it.
  get changes() {
    const found = { weights: {}, confidence: {} };
    for (const [field, { table, name, value }] of this.fields) {
      const now = Number(field.value);
      if (!Number.isFinite(now) || field.value === "" || now === value) continue;
      if (table) found[table][name] = now;
      else found[name] = now;
    }
    return found;
  }

  open(isOpen = this.node.hidden) {
    this.node.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.node.querySelector("input").focus();
    else if (this.node.contains(document.activeElement)) document.activeElement.blur();
  }

  reset() {
    for (const [field, { value }] of this.fields) field.value = round(value);
    this.tell();
  }

  tell() {
    for (const [field, { value }] of this.fields) field.classList.toggle("changed", Number(field.value) !== round(value));
    const { weights, confidence, ...others } = this.changes;
    const count = Object.keys({ ...others }).length + Object.keys(weights).length + Object.keys(confidence).length;
    this.toggle.textContent = count ? `${words.weights} · ${count}` : words.weights;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(this.changed, 150);
  }

  head() {
    const reset = h("button", { class: "quiet", type: "button", onclick: () => this.reset() }, words.reset);
    return h("div", { class: "panel-head" }, h("h2", {}, words.weights), reset, h("p", {}, words.unsaved));
  }

  threshold() {
    const value = this.shipped.threshold;
    const number = this.field("", "threshold", value, { min: 0, max: 1, step: 0.01 });
    const slider = h("input", { type: "range", min: 0, max: 1, step: 0.01, value, "aria-label": words.threshold, oninput: () => {
      number.value = slider.value;
      this.tell();
    } });
    number.addEventListener("input", () => { slider.value = number.value; });
    return h("label", { class: "threshold" }, h("span", {}, words.threshold), slider, number);
  }

  table() {
    const rows = Object.keys(this.shipped.weights).map((name) => h("tr", {},
      h("th", {}, name.replaceAll("_", " ")),
      h("td", {}, this.field("weights", name, this.shipped.weights[name])),
      h("td", {}, this.field("confidence", name, this.shipped.confidence[name])),
    ));
    rows.push(h("tr", {}, h("th", {}, words.intercept), h("td", {}), h("td", {}, this.field("", "intercept", this.shipped.intercept))));
    const head = h("tr", {}, ...[words.feature, words.order, words.confidence].map((name) => h("th", {}, name)));
    return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
  }

  field(table, name, value, attributes = {}) {
    const label = `${name.replaceAll("_", " ")} ${table}`.trim();
    const field = h("input", { type: "number", step: STEP, value: round(value), "aria-label": label, ...attributes, oninput: () => this.tell() });
    this.fields.set(field, { table, name, value: round(value) });
    return field;
  }
}

function round(value) {
  return Number(value.toFixed(3));
}
