/** Many targets: a matrix of how each came out and what changes in it. */

import { el, longList, section } from "./dom.js";
import { facts, hunks, link, showDetails, under } from "./details.js";
import { matches, onSearch } from "./search.js";
import { SYMBOLS, count } from "./words.js";

const MOST_COLUMNS = 40;

export function showFleet({ fleet }) {
  const has = fleet.changes.map((one) => new Set(one.targets));
  const shown = fleet.changes.slice(0, MOST_COLUMNS);
  const box = el("div", { class: "matrix", tabindex: "0", role: "region", "aria-label": "Targets and changes" });
  const texts = fleet.targets.map((one) => `${one.name} ${one.outcome} ${one.summary} ${Object.values(one.labels).join(" ")} ${changesOf(fleet, has, one).map((change) => change.object).join(" ")}`.toLowerCase());
  function show(targets) {
    const body = el("tbody");
    const more = longList(body, targets, (one) => targetRow(one, fleet, has, shown.length));
    more.prepend(el("table", {}, head(shown), body));
    box.replaceChildren(more);
  }
  show(fleet.targets);
  const rest = fleet.changes.length - shown.length;
  section("targets", "Targets", box, rest > 0 ? el("p", { class: "quiet" }, `${count(rest, "more change")} below`) : "");
  if (fleet.changes.length) section("fleet-changes", "Changes", longList(el("ol", { class: "rows" }), fleet.changes, changeRow));
  onSearch((words) => {
    const found = fleet.targets.filter((_, place) => matches(texts[place], words));
    show(found);
    return count(found.length, "target");
  });
}

function head(changes) {
  const columns = changes.map((one, place) => el("th", { scope: "col" }, el(
    "button", { type: "button", title: one.object, "aria-label": `Change ${place + 1}: ${one.action} ${one.object}`, onclick: () => showFolded(one) }, `${place + 1}`,
  )));
  return el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Target"), el("th", { scope: "col" }, "Outcome"), ...columns));
}

function targetRow(one, fleet, has, columns) {
  const cells = fleet.changes.slice(0, columns).map((change, place) => (
    has[place].has(one.name) ? el("td", { class: `symbol ${change.action}`, title: `${change.action} ${change.object}` }, SYMBOLS[change.action] ?? "~") : el("td")
  ));
  const choose = link(one.name, () => showTarget(one, changesOf(fleet, has, one)));
  return el("tr", {}, el("th", { scope: "row" }, choose), el("td", {}, one.outcome), ...cells);
}

function changesOf(fleet, has, target) {
  return fleet.changes.filter((_, place) => has[place].has(target.name));
}

function showTarget(one, changes) {
  const labels = Object.entries(one.labels).map(([name, value]) => `${name}=${value}`).join(", ");
  const list = changes.map((change) => el("li", {}, link(`${SYMBOLS[change.action] ?? "~"} ${change.object}`, () => showFolded(change))));
  showDetails(
    one.name, facts([["Outcome", one.outcome], ["Labels", labels], ["What", one.summary]]),
    list.length ? under("Changes", el("ul", {}, ...list)) : "",
  );
}

function showFolded(one) {
  showDetails(
    one.object, facts([["Action", `${SYMBOLS[one.action] ?? "~"} ${one.action}`]]),
    one.lines.length ? under("Difference", hunks(one.lines.join("\n"))) : "",
    under(count(one.targets.length, "target"), el("ul", {}, ...one.targets.map((name) => el("li", {}, name)))),
  );
}

function changeRow(one) {
  return el("li", {}, el(
    "button", { type: "button", class: "row", onclick: () => showFolded(one) },
    el("span", { class: `symbol ${one.action}`, "aria-hidden": "true" }, SYMBOLS[one.action] ?? "~"),
    el("span", {}, el("span", { class: "unseen" }, `${one.action} `), one.object),
    el("span", { class: "where" }, count(one.targets.length, "target")),
  ));
}
