/** The panel that says why: one thing at a time, told to screen readers by its title. */

import { byId, el } from "./dom.js";

export function showDetails(heading, ...children) {
  byId("details-title").textContent = heading;
  byId("details-body").replaceChildren(...children.filter((child) => child !== undefined && child !== ""));
  byId("details").scrollTop = 0;
}

export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== "" && value !== null);
  return el("dl", {}, ...known.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

export function under(heading, ...children) {
  const given = children.filter((child) => child !== undefined && child !== "");
  return given.length ? el("div", {}, el("h3", {}, heading), ...given) : "";
}

export function link(text, act) {
  return el("button", { type: "button", class: "plain", onclick: act }, text);
}

export function hunks(text) {
  const made = el("pre", { class: "hunks", tabindex: "0", "aria-label": "Difference" });
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const kind = { "+": "added", "-": "removed", "@": "range" }[line[0]];
    made.append(el("span", { class: kind }, line || " "));
  }
  return made;
}

/** A text with code between backticks. */
export function prose(text) {
  return el("p", {}, ...text.split("`").map((part, place) => (place % 2 ? el("code", {}, part) : part)));
}

/** A rule's or risk's documentation. */
export function documentation(rule) {
  if (!rule) return "";
  const links = rule.references.map((one) => el("li", {}, el("span", { class: "code" }, one)));
  return el(
    "div", {}, el("h3", {}, "Why it matters"), prose(rule.summary), rule.why ? prose(rule.why) : "",
    rule.fix ? under("What to do", prose(rule.fix)) : "",
    links.length ? under("See", el("ul", {}, ...links)) : "",
  );
}
