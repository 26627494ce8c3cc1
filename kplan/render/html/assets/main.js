/** The page: what the report has, in the order of what a reader asks. */

import { byId, el, section } from "./dom.js";
import { showChange, showChanges } from "./changes.js";
import { asked, isLit, legend, makeMap } from "./cluster.js";
import { guests, readCourse, stateAt } from "./course.js";
import { facts, link, showDetails, under } from "./details.js";
import { showDifferences, showFindings } from "./findings.js";
import { showFleet } from "./fleet.js";
import { makeGraph } from "./graph.js";
import { showRisks } from "./risks.js";
import { matches, onSearch, startSearch } from "./search.js";
import { onTheme, startTheme } from "./theme.js";
import { makeTimeline, nameOf } from "./timeline.js";
import { bytes, cores, count, elapsed, number, title } from "./words.js";

const TILES = [
  ["create", "+", "to create"], ["update", "~", "to change"], ["replace", "±", "to replace"], ["delete", "−", "to delete"],
  ["refused", "!", "refused"], ["pods_created", "+", "pods created"], ["pods_deleted", "−", "pods deleted"], ["pods_moved", "→", "pods moved"],
  ["pods_evicted", "−", "pods evicted"], ["pods_pending", "▲", "pods pending"], ["pods_restarted", "~", "pods restarted"],
  ["pods_scheduled", "~", "pods scheduled"],
];
const TONES_OF_TILES = { pods_created: "create", pods_deleted: "delete", pods_moved: "update", pods_evicted: "update", pods_pending: "warning", pods_restarted: "update", pods_scheduled: "create" };

function start(data) {
  const pages = makePages(data);
  showSummary(data);
  if (data.fleet) showFleet(data);
  if (data.plan) showRisks(data, pages);
  if (data.plan) showChanges(data, pages);
  if (data.diff) showDifferences(data);
  if (data.cluster && (data.cluster.nodes.length || data.cluster.pods.length)) showCluster(data, pages);
  if (data.graph?.objects.length) showGraph(data, pages);
  if (data.findings.length || data.command === "lint") showFindings(data);
  startSearch();
  startTheme();
}

function showSummary(data) {
  const { plan } = data;
  const versions = `Kubernetes ${data.kubernetes.join(", ")}`;
  const read = data.inputs.objects ? `${count(data.inputs.objects, "object")} in ${count(data.inputs.files, "file")}` : "";
  const last = data.moments?.[data.moments.length - 1];
  const goingOn = plan?.going_on?.length ? `; still going on: ${plan.going_on.join(", ")}` : "";
  const rest = plan && !plan.complete ? `not settled after ${elapsed(plan.duration_seconds)} of simulated time${goingOn}` : last ? `settles after ${elapsed(last)} of simulated time` : "";
  byId("brand").textContent = `kplan ${data.command}`;
  byId("main").append(el(
    "section", { "aria-labelledby": "summary-title" }, el("h1", { id: "summary-title" }, plan ? headline(plan) : data.fleet ? outcomes(data.fleet) : findingsLine(data)),
    el("p", { class: "quiet" }, [versions, read, rest].filter(Boolean).join(" · ")),
    data.remark ? el("p", { class: "quiet" }, data.remark) : "",
    plan ? el("ul", { class: "tiles", "aria-label": "Numbers" }, ...tiles(plan.summary)) : "",
    data.printed ? el("pre", { class: "hunks" }, el("span", {}, data.printed.join ? data.printed.join("\n") : data.printed)) : "",
  ));
}

function findingsLine({ command, findings }) {
  const nouns = { error: "error", warning: "warning", info: "note" };
  const found = Object.entries(nouns).map(([severity, noun]) => [findings.filter((one) => one.severity === severity).length, noun]);
  return found.filter(([many]) => many).map(([many, noun]) => count(many, noun)).join(", ") || (command === "lint" ? "No findings" : `kplan ${command}`);
}

function outcomes({ targets }) {
  const counts = new Map();
  for (const { outcome } of targets) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return `${count(targets.length, "target")}: ${[...counts].map(([outcome, many]) => `${number(many)} ${outcome}`).join(", ") || "nothing to do"}`;
}

function headline(plan) {
  const changed = plan.changes.filter(({ change }) => change.action !== "no-op").length;
  const fresh = plan.risks.filter((risk) => risk.status !== "existing").length;
  const risks = fresh ? `${count(fresh, "risk")} to look at` : "no new risks";
  return changed ? `${count(changed, "change")}, ${risks}` : `No changes, ${risks}`;
}

function tiles(summary) {
  return TILES.filter(([name]) => summary[name]).map(([name, symbol, words]) => el(
    "li", {}, el("span", { class: `symbol ${TONES_OF_TILES[name] ?? name}`, "aria-hidden": "true" }, symbol), " ",
    el("strong", {}, number(summary[name])), el("span", { class: "quiet" }, words),
  ));
}

function showCluster(data, pages) {
  const { course } = pages;
  const map = makeMap("Now", course, pages);
  const signs = legend();
  const maps = el("div", { class: "maps" });
  let before;
  const compare = el("button", { type: "button", "aria-pressed": "false", onclick: toggle }, "Compare with before");
  function toggle() {
    const on = compare.getAttribute("aria-pressed") === "false";
    compare.setAttribute("aria-pressed", String(on));
    maps.classList.toggle("both", on);
    if (on) {
      before ??= makeMap("Before", course, pages);
      maps.prepend(before.root);
      before.show(0, map.words);
    } else before.root.remove();
  }
  const timeline = makeTimeline(data, course, pages, (moment) => {
    pages.moment = moment;
    map.root.querySelector("h3").textContent = moment === 0 ? "Before" : moment === course.last ? "After" : `At ${nameOf(course, moment)}`;
    map.show(moment);
  });
  maps.append(map.root);
  timeline.root.querySelector("output").before(compare);
  section("cluster", "Cluster", timeline.root, signs.root, maps);
  timeline.show(course.last);
  onTheme(() => {
    signs.paint();
    timeline.show();
    before?.show();
  });
  onSearch((words) => {
    map.show(map.moment, words);
    before?.show(0, words);
    return words.length ? count(course.pods.filter((pod) => isLit(pod, words)).length, "pod") : "";
  });
}

function showGraph(data, pages) {
  const { graph } = pages;
  section("relations", "Relations", graph.root, graph.table);
  onSearch((words) => {
    graph.filter(words);
    return count(data.graph.objects.filter((_, place) => matches(graph.titles[place].toLowerCase(), words)).length, "object");
  });
}

/** What the panel can show; every part asks here. */
function makePages(data) {
  const changes = data.plan?.changes ?? [];
  const byTitle = new Map(changes.map(({ change }, place) => [title(change.object), place]));
  const pages = { moment: 0, course: data.cluster ? readCourse(data) : { pods: [], nodes: [], last: 0, seconds: [] } };
  const change = (place) => showChange(data, place, pages);
  const pod = (one) => showPod(one, data, pages, change);
  pages.pod = pod;
  pages.node = (node) => showNode(node, pages);
  pages.podByName = (namespace, name, told) => {
    const found = pages.course.pods.find((one) => one.namespace === namespace && one.name === name && one.isNew === (told.outcome === "created"));
    if (found) pod(found);
    else showDetails(`pod/${name} -n ${namespace}`, facts([["Outcome", told.outcome], ["Node", told.node], ["Why", told.reason]]));
  };
  pages.changeOf = (name) => (byTitle.has(name) ? link("Show what changes", () => change(byTitle.get(name))) : "");
  pages.hasObject = (one) => pages.graph?.has(title(one)) ?? false;
  pages.object = (one) => (pages.hasObject(one) ? pages.graph.choose(title(one)) : showDetails(title(one), pages.changeOf(title(one))));
  pages.title = (name) => {
    const found = pages.course.pods.find((one) => `pod/${one.name} -n ${one.namespace}` === name);
    if (found) pod(found);
    else if (pages.graph?.has(name)) pages.graph.choose(name);
    else showDetails(name, pages.changeOf(name));
  };
  if (data.graph?.objects.length) {
    pages.graph = makeGraph(data.graph, actionsOf(data), pages);
    pages.graph.titles = data.graph.objects.map(([group, kind, namespace, name]) => `${kind}${group ? `.${group}` : ""}`.toLowerCase() + `/${name} ${namespace}`);
  }
  return pages;
}

function actionsOf(data) {
  const actions = new Map();
  for (const { change, effects } of data.plan?.changes ?? []) {
    for (const one of effects.objects) actions.set(title(one.object), one.action);
    if (change.action !== "no-op") actions.set(title(change.object), change.action);
  }
  return actions;
}

function showPod(pod, data, pages, change) {
  const { course } = pages;
  const name = `pod/${pod.name} -n ${pod.namespace}`;
  const where = ([, , node]) => (node < 0 ? "" : ` on ${course.nodes[node].name}`);
  const steps = pod.steps.map((step) => el("li", {}, `${nameOf(course, step[0])}: ${step[1]}${step[1] === "gone" ? "" : where(step)}`));
  const said = alike(data.happenings.filter((one) => one[3] === name), course);
  const cause = data.plan?.changes[pod.change];
  showDetails(
    name,
    facts([["Why", pod.reason], ["Belongs to", pod.owner && link(pod.owner, () => pages.title(pod.owner))],
      ["Asks for", `${cores(pod.cpu)} cpu, ${bytes(pod.memory)} memory`],
      ["Because of", cause && link(title(cause.change.object), () => change(pod.change))]]),
    under("What becomes of it", el("ol", {}, ...steps)),
    said.length ? under("What is said of it", el("ul", {}, ...said.map((text) => el("li", {}, text)))) : "",
  );
}

/** What is said again and again, once. */
function alike(happenings, course) {
  const texts = new Map();
  for (const [moment, , reason, , message] of happenings) {
    const text = `${reason} ${message}`;
    texts.set(text, [...(texts.get(text) ?? []), moment]);
  }
  return [...texts].map(([text, moments]) => {
    const last = moments[moments.length - 1];
    const again = moments.length > 1 ? ` (${count(moments.length, "time")}, last at ${nameOf(course, last)})` : "";
    return `${nameOf(course, moments[0])}: ${text}${again}`;
  });
}

function showNode(node, pages) {
  const { course, moment } = pages;
  const here = guests(node, moment);
  const used = asked(here, moment);
  const names = here.slice(0, 300).map(({ pod }) => el("li", {}, link(`${pod.name}`, () => pages.pod(pod)), el("span", { class: "quiet" }, ` ${stateAt(pod.steps, moment)}`)));
  const steps = node.steps.length > 1 ? node.steps.map(([when, state]) => el("li", {}, `${nameOf(course, when)}: ${state}`)) : [];
  showDetails(
    node.number < 0 ? "Pods without a node" : `node/${node.name}`,
    node.number < 0 ? "" : facts([["State", stateAt(node.steps, moment)], ["cpu", `${cores(used.cpu)} of ${cores(node.cpu)} asked for`],
      ["memory", `${bytes(used.memory)} of ${bytes(node.memory)} asked for`], ["Pods", `${number(here.length)} of ${number(node.room)}`]]),
    steps.length ? under("What becomes of it", el("ol", {}, ...steps)) : "",
    names.length ? under(`Pods, ${nameOf(course, moment)}`, el("ul", {}, ...names), here.length > names.length ? el("p", { class: "quiet" }, `and ${number(here.length - names.length)} more`) : "") : "",
  );
}

start(JSON.parse(byId("data").textContent));
