// Builds elements. Text only ever becomes text nodes, so no message can bring its own markup.

export { h } from "/look/h.js";

import { h } from "/look/h.js";

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: { solid: true, path: "M3.4 20.300 21 12.900a1 1 0 0 0 0-1.800L3.400 3.700A1 1 0 0 0 2 4.800l1.500 5.800 9.300 1.400-9.300 1.400L2 19.200a1 1 0 0 0 1.400 1.100z" },
  reply: { path: "M10 6 4 12l6 6M4 12h9c4 0 7 2 7 6" },
  close: { path: "M6 6l12 12M18 6 6 18" },
  checks: { path: "M2 12.500 6.500 17 15 7.500M11.500 16.500 12 17 20.500 7.500" },
  down: { path: "m6 9 6 6 6-6" },
  menu: { path: "M4 7h16M4 12h16M4 17h16" },
  link: { path: "M7 17 17 7M9 7h8v8" },
  copy: { path: "M9 9h11v11H9zM5 15H4V4h11v1" },
  file: { path: "M6 2h8l5 5v15H6zM14 2v5h5" },
  clip: { path: "m20 11-8.500 8.500a5 5 0 0 1-7-7l9-9a3.300 3.300 0 0 1 4.700 4.700l-9 9a1.700 1.700 0 0 1-2.400-2.400L14.500 7" },
  pen: { path: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4" },
  bin: { path: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13" },
  moon: { path: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z" },
  timer: { path: "M12 8v5l3 2M9 2h6M12 5a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17z" },
  plus: { path: "M12 5v14M5 12h14" },
  bolt: { path: "M13 2 4 14h6l-1 8 9-12h-6z" },
  code: { path: "m8 7-5 5 5 5M16 7l5 5-5 5" },
};

export function icon(name) {
  const { path, solid } = ICONS[name];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", solid ? "icon solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

const TINTS = 7;

// The colour of a person or chat: by id, so it stays the same; bots are blue.
export function tint({ id, is_bot: isBot }) {
  return isBot ? "tint-bot" : `tint-${Math.abs(id) % TINTS}`;
}

// Chinese names show their first character, others the initials of two words.
function initials(name) {
  const isHan = /^\p{Script=Han}/u.test(name);
  if (isHan) return [...name][0];
  return name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
}

export function avatar(owner, size = "") {
  const letters = initials(owner.name ?? owner.title);
  return h("span", { class: `avatar ${size} ${tint(owner)}`, "aria-hidden": "true" }, letters);
}

export function clock(seconds) {
  const date = new Date(seconds * 1000);
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
