/** How objects are related, as a drawing to walk through with the arrow keys, and as a table. */

import { el, svg } from "./dom.js";
import { facts, link, showDetails, under } from "./details.js";
import { CARD, layOut } from "./layout.js";
import { matches } from "./search.js";
import { SYMBOLS, count, number, titleOfKey } from "./words.js";

/** `actions` gives by title what happens to an object. */
export function makeGraph({ objects, relations }, actions, pages) {
  const titles = objects.map((one) => titleOfKey(one));
  const layout = layOut(objects.length, relations);
  const lines = relations.map((relation) => edge(relation, layout.places));
  const cards = objects.map((one, place) => card(one, titles[place], actions.get(titles[place]), layout.places[place]));
  const picture = svg(
    "svg", { width: layout.width, height: layout.height, role: "group", "aria-label": "Relations between objects; arrow keys walk along them" },
    ...lines, ...cards,
  );
  cards[0]?.setAttribute("tabindex", "0");
  const graph = { objects, relations, titles, cards, lines, pages };
  cards.forEach((one, place) => {
    one.addEventListener("click", () => chooseObject(graph, place));
    one.addEventListener("keydown", (event) => walk(event, graph, place));
  });
  return {
    root: el("div", { class: "graph" }, picture), table: relationTable(graph),
    has: (title) => titles.includes(title), choose: (title) => chooseObject(graph, titles.indexOf(title)),
    filter: (words) => cards.forEach((one, place) => one.classList.toggle("unmatched", !matches(titles[place].toLowerCase(), words))),
  };
}

/** A relation to the left, which closes a circle, leaves on the left and keeps below the one that it answers. */
function edge([source, verb, target], places) {
  const [from, to] = [places[source], places[target]];
  const back = to.x <= from.x;
  const [x0, x1] = back ? [from.x, to.x + CARD.width] : [from.x + CARD.width, to.x];
  const [y0, y1] = [from.y, to.y].map((top) => top + CARD.height / 2 + (back ? 13 : 0));
  const bend = (Math.max(40, Math.abs(x1 - x0) / 2)) * (back ? -1 : 1);
  const path = svg("path", { d: `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}` }, svg("title", {}, verb));
  const label = { class: "verb", x: (x0 + x1) / 2, y: (y0 + y1) / 2 + (back ? 12 : -4), "text-anchor": "middle" };
  return svg("g", { class: "relation" }, path, svg("text", label, verb));
}

function card([, kind, namespace, name, pods, found], title, action, { x, y }) {
  const about = [kind, found ? "" : "not found", pods ? count(pods, "pod") : "", namespace].filter(Boolean).join(" · ");
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const classes = [action ? `change ${action}` : "", found ? "" : "missing"].filter(Boolean).join(" ");
  return svg(
    "g", { class: classes, role: "button", tabindex: "-1", transform: `translate(${x} ${y})`, "aria-label": [title, action, about].filter(Boolean).join(", ") },
    svg("title", {}, title), svg("rect", { width: CARD.width, height: CARD.height, rx: 7 }),
    svg("text", { class: "mark", x: 10, y: 20 }, SYMBOLS[action] ?? ""),
    svg("text", { x: action ? 28 : 12, y: 20 }, cut(name, action ? 22 : 25)),
    svg("text", { class: "kind", x: action ? 28 : 12, y: 36 }, cut(about, action ? 28 : 31)),
  );
}

function chooseObject(graph, place) {
  if (place < 0) return;
  const { objects, relations, titles, cards, lines, pages } = graph;
  cards.forEach((one, other) => one.classList.toggle("chosen", other === place));
  lines.forEach((line, other) => line.classList.toggle("near", relations[other][0] === place || relations[other][2] === place));
  cards.forEach((one, other) => one.setAttribute("tabindex", other === place ? "0" : "-1"));
  const away = relations.filter(([source]) => source === place);
  const here = relations.filter(([, , target]) => target === place);
  const item = (text, other) => el("li", {}, `${text} `, link(titles[other], () => chooseObject(graph, other)));
  showDetails(
    titles[place],
    facts([["Pods", objects[place][4] ? number(objects[place][4]) : ""], ["In the state", objects[place][5] ? "" : "not found"]]),
    away.length ? under("It", el("ul", {}, ...away.map(([, verb, other]) => item(verb, other)))) : "",
    here.length ? under("It is what", el("ul", {}, ...here.map(([other, verb]) => el("li", {}, link(titles[other], () => chooseObject(graph, other)), ` ${verb}`)))) : "",
    pages.changeOf(titles[place]),
  );
}

/** Right and left follow a relation, up and down go through all objects. */
function walk(event, graph, place) {
  const { relations, cards } = graph;
  const next = {
    ArrowRight: () => relations.find(([source]) => source === place)?.[2],
    ArrowLeft: () => relations.find(([, , target]) => target === place)?.[0],
    ArrowDown: () => place + 1, ArrowUp: () => place - 1, Home: () => 0, End: () => cards.length - 1,
  }[event.key];
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    chooseObject(graph, place);
  } else if (next) {
    event.preventDefault();
    const target = cards[next()];
    if (!target) return;
    cards.forEach((one) => one.setAttribute("tabindex", one === target ? "0" : "-1"));
    target.focus();
  }
}

function relationTable({ relations, titles }) {
  const heads = ["Object", "Relation", "Object"].map((text) => el("th", { scope: "col" }, text));
  const rows = relations.slice(0, 1000).map(([source, verb, target]) => el("tr", {}, el("th", { scope: "row" }, titles[source]), el("td", {}, verb), el("td", {}, titles[target])));
  return el("details", { class: "more" }, el("summary", {}, `${count(relations.length, "relation")} as a table`),
    el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
}
