/** The cluster at a moment: a box for every node, filled by its pods; beside it, if asked for, the cluster before. */

import { el, sharp } from "./dom.js";
import { guests, stateAt } from "./course.js";
import { drawNode, drawPod, gridOf, palette, podAt } from "./nodebox.js";
import { bytes, cores, count, number } from "./words.js";

const MOST_NODES = 300;
const SIZES = [[80, 22], [400, 14], [2000, 11], [Infinity, 8]];
const LEGEND = [
  ["kept", "ready", "stays"], ["new", "ready", "new"], ["going", "ready", "will go"], ["going", "terminating", "being deleted"],
  ["new", "starting", "not ready yet"], ["new", "pending", "pending, no node"], ["wrong", "failed", "failed"], ["new", "succeeded", "completed"],
];

export function legend() {
  const canvases = LEGEND.map(() => el("canvas", { "aria-hidden": "true" }));
  const paint = () => {
    const colours = palette();
    LEGEND.forEach(([hue, state], place) => drawPod(sharp(canvases[place], 14, 14), 0, 0, 14, { hue, state }, colours));
  };
  const items = LEGEND.map(([, , text], place) => el("li", {}, canvases[place], text));
  return { root: el("ul", { class: "legend", "aria-label": "Legend" }, ...items), paint };
}

/** A map of the cluster; `show` draws a moment, and only boxes that can be seen. */
export function makeMap(name, course, pages) {
  const size = SIZES.find(([most]) => course.pods.length <= most)[1];
  const ordered = inOrder(course);
  const boxes = [...(course.nowhere.slots ? [course.nowhere] : []), ...ordered.slice(0, MOST_NODES)].map((node) => makeBox(node, size, pages));
  const list = el("ul", { class: "nodes", "aria-label": name }, ...boxes.map((box) => box.root));
  const left = ordered.length - Math.min(ordered.length, MOST_NODES);
  const map = { root: el("div", {}, el("h3", {}, name), list, left ? el("p", { class: "quiet" }, `and ${count(left, "node")} more, on which nothing changes`) : ""), boxes, moment: 0, words: [] };
  const seen = new Set();
  const draw = (box) => drawBox(box, map.moment, palette(), map.words);
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const box = boxes.find((one) => one.root === target);
      if (isIntersecting) seen.add(box);
      else seen.delete(box);
      if (isIntersecting) draw(box);
    }
  }, { rootMargin: "200px" });
  boxes.forEach((box) => watcher.observe(box.root));
  map.show = (moment = map.moment, words = map.words) => {
    Object.assign(map, { moment, words });
    boxes.forEach((box) => tell(box, moment));
    seen.forEach(draw);
  };
  new ResizeObserver(() => {
    boxes.forEach((box) => {
      sizeBox(box);
      tell(box, map.moment);
    });
    seen.forEach(draw);
  }).observe(list);
  window.addEventListener("beforeprint", () => boxes.forEach(draw));
  return map;
}

/** Nodes on which something changes come first where there are more than are shown. */
function inOrder(course) {
  if (course.nodes.length <= MOST_NODES) return course.nodes;
  const changes = (node) => node.steps.length > 1 || node.visits.some(({ pod }) => pod.isNew || pod.goes);
  return [...course.nodes].sort((one, other) => changes(other) - changes(one) || one.number - other.number);
}

function makeBox(node, size, pages) {
  const isNode = node.number >= 0;
  const box = { node, size, grid: undefined };
  box.button = el("button", { type: "button", class: "plain", onclick: () => pages.node(node) }, node.name);
  box.note = el("span");
  box.canvas = el("canvas", { "aria-hidden": "true", onclick: (event) => choosePod(event, box, pages) });
  box.meters = isNode ? [meter("cpu"), meter("mem")] : [];
  box.root = el(
    "li", { class: isNode ? "node" : "node none" }, el("div", { class: "head" }, box.button, box.note),
    isNode ? el("div", { class: "meters" }, ...box.meters) : "", box.canvas,
  );
  return box;
}

function meter(name) {
  return el("div", { class: "meter", role: "img", "aria-label": name }, el("span", {}, name), el("div", {}, el("div")));
}

function choosePod(event, box, pages) {
  if (!box.grid) return;
  const pod = podAt(box.node, box.grid, box.moment, event.offsetX, event.offsetY);
  if (pod) pages.pod(pod);
  else pages.node(box.node);
}

/** What a box says in words; how full it is. */
function tell(box, moment) {
  const { node } = box;
  const here = guests(node, moment);
  const state = stateAt(node.steps, moment);
  box.moment = moment;
  box.root.dataset.state = state || "gone";
  box.root.dataset.pods = here.length;
  const plain = state === "ready" ? "" : `, ${state || "not there"}`;
  const drawn = box.grid ? box.grid.columns * box.grid.rows : Infinity;
  const most = here.length > drawn ? `, the first ${number(drawn)} drawn` : "";
  box.note.textContent = `${count(here.length, "pod")}${plain}${most}`;
  if (!box.meters.length) {
    box.root.hidden = here.length === 0;
    return;
  }
  const used = asked(here, moment);
  fillMeter(box.meters[0], used.cpu, node.cpu, `cpu: ${cores(used.cpu)} of ${cores(node.cpu)} asked for`);
  fillMeter(box.meters[1], used.memory, node.memory, `memory: ${bytes(used.memory)} of ${bytes(node.memory)} asked for`);
}

export function asked(visits, moment) {
  const used = { cpu: 0, memory: 0 };
  for (const { pod } of visits) {
    if (/succeeded|failed/.test(stateAt(pod.steps, moment))) continue;
    used.cpu += pod.cpu;
    used.memory += pod.memory;
  }
  return used;
}

function fillMeter(root, used, total, text) {
  root.lastChild.firstChild.style.width = `${total ? Math.min(100, (100 * used) / total) : 0}%`;
  root.classList.toggle("over", used > total);
  root.setAttribute("aria-label", text);
  root.title = text;
}

/** As high as the most pods that the node ever has need. */
function sizeBox(box) {
  const width = box.canvas.clientWidth;
  if (!width) return;
  box.grid = gridOf(width, box.node, box.size);
  box.canvas.style.height = `${box.grid.height}px`;
}

function drawBox(box, moment, colours, words) {
  sizeBox(box);
  if (!box.grid) return;
  drawNode(box.canvas, box.node, box.grid, moment, colours, (pod) => isLit(pod, words));
  const matched = !words.length || words.every((word) => box.node.name.toLowerCase().includes(word)) || box.node.visits.some(({ pod }) => isLit(pod, words));
  box.root.classList.toggle("unmatched", !matched);
}

export function isLit(pod, words) {
  if (!words.length) return true;
  pod.text ??= `pod/${pod.name} -n ${pod.namespace} ${pod.owner} ${pod.reason}`.toLowerCase();
  return words.every((word) => pod.text.includes(word));
}

export function inWords(counts) {
  const names = ["ready", "starting", "pending", "terminating", "succeeded", "failed"];
  const found = names.filter((name) => counts[name]).map((name) => `${number(counts[name])} ${name}`);
  return found.join(" · ") || "no pods";
}
