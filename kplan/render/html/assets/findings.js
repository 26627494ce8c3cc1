/** Findings with their places, and differences between files. */

import { el, longList, section } from "./dom.js";
import { documentation, facts, hunks, prose, showDetails, under } from "./details.js";
import { matches, onSearch } from "./search.js";
import { SEVERITIES, count } from "./words.js";

export function showFindings(data) {
  const texts = data.findings.map((one) => `${one.rule} ${one.severity} ${one.object} ${one.path} ${where(one)} ${one.message}`.toLowerCase());
  const box = el("div");
  function show(shown) {
    const list = el("ul", { class: "rows" });
    box.replaceChildren(longList(list, shown, (one) => findingRow(one, data.rules[one.rule])));
  }
  section("findings", "Findings", data.findings.length ? box : el("p", { class: "quiet" }, "No findings."));
  show(data.findings);
  onSearch((words) => {
    const shown = data.findings.filter((_, place) => matches(texts[place], words));
    show(shown);
    return count(shown.length, "finding");
  });
}

function where({ location }) {
  if (!location) return "";
  return [location.file, location.line, location.column].filter(Boolean).join(":");
}

function findingRow(one, rule) {
  const related = one.related.map((place) => el("li", {}, where({ location: place })));
  const choose = () => showDetails(
    rule ? `${one.rule} ${rule.name}` : one.rule,
    facts([["Severity", `${SEVERITIES[one.severity]} ${one.severity}`], ["Place", where(one)], ["Object", one.object], ["Field", one.path]]),
    el("p", {}, one.message),
    one.help ? under("Help", prose(one.help)) : "",
    one.excerpt ? under("Excerpt", el("pre", { class: "hunks", tabindex: "0", "aria-label": "Excerpt" }, el("span", {}, one.excerpt))) : "",
    related.length ? under("See also", el("ul", {}, ...related)) : "",
    documentation(rule),
  );
  return el("li", {}, el(
    "button", { type: "button", class: "row", onclick: choose },
    el("span", { class: `symbol ${one.severity}`, "aria-hidden": "true" }, SEVERITIES[one.severity]),
    el("span", {}, el("span", { class: "unseen" }, `${one.severity} `), one.message),
    el("span", { class: "where" }, [one.rule, one.object, where(one)].filter(Boolean).join(" · ")),
  ));
}

export function showDifferences(data) {
  const rows = data.diff.map((one) => el("details", { open: data.diff.length < 20 }, el("summary", { class: "code" }, one.name), hunks(one.hunks)));
  section("diff", "Differences", ...(rows.length ? rows : [el("p", { class: "quiet" }, "Nothing differs.")]));
  onSearch((words) => {
    rows.forEach((row, place) => (row.hidden = !matches(`${data.diff[place].name} ${data.diff[place].hunks}`.toLowerCase(), words)));
    return count(rows.filter((row) => !row.hidden).length, "difference");
  });
}
