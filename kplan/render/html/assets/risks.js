/** What is at risk, new ones first. */

import { el, section } from "./dom.js";
import { documentation, facts, link, showDetails } from "./details.js";
import { matches, onSearch } from "./search.js";
import { SEVERITIES, count, title } from "./words.js";

const STATUSES = { new: "new", worse: "worse than before", existing: "there before the change" };

export function showRisks(data, pages) {
  const rows = data.plan.risks.map((risk) => riskRow(risk, data.rules[risk.code], pages));
  const list = el("ul", { class: "rows" }, ...rows);
  section("risks", "Risks", rows.length ? list : el("p", { class: "quiet" }, "Nothing is at risk that kplan looks for."));
  const texts = data.plan.risks.map((risk) => `${risk.code} ${risk.name} ${risk.severity} ${risk.status} ${title(risk.object)} ${risk.message}`.toLowerCase());
  onSearch((words) => {
    rows.forEach((row, place) => (row.hidden = !matches(texts[place], words)));
    return count(rows.filter((row) => !row.hidden).length, "risk");
  });
}

function riskRow(risk, rule, pages) {
  const choose = () => showDetails(
    `${risk.code} ${risk.name}`,
    facts([["Severity", `${SEVERITIES[risk.severity]} ${risk.severity}`], ["Since", STATUSES[risk.status]], ["Object", title(risk.object)], ["What", risk.message]]),
    pages.hasObject(risk.object) ? link("Show its relations", () => pages.object(risk.object)) : "",
    documentation(rule),
  );
  return el("li", {}, el(
    "button", { type: "button", class: "row", onclick: choose },
    el("span", { class: `symbol ${risk.severity}`, "aria-hidden": "true" }, SEVERITIES[risk.severity]),
    el("span", {}, el("span", { class: "unseen" }, `${risk.severity} `), el("strong", {}, title(risk.object)), ` ${risk.message}`),
    el("span", { class: "where" }, `${risk.code} ${risk.name} · ${STATUSES[risk.status]}`),
  ));
}
