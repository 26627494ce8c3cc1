/** A tree as WAI-ARIA describes it: arrows move, open and close; what is below is made when it is opened. */

import { el } from "./dom.js";

/**
 * An item is {label, symbol, tone, note, text, below, choose}: `below` gives the items below it, `choose` shows details.
 */
export function makeTree(name, items) {
  const root = el("ul", { class: "tree", role: "tree", "aria-label": name });
  const known = new WeakMap();
  root.addEventListener("keydown", (event) => onKey(event, root, known));
  root.addEventListener("click", (event) => onClick(event, root, known));
  fillTree(root, items, known);
  return {
    root,
    show: (shown) => fillTree(root, shown, known),
    unfold: (depth) => {
      const levels = [":scope > li", ":scope > li > ul > li"].slice(0, depth);
      levels.forEach((level) => root.querySelectorAll(level).forEach((one) => open(one, known)));
    },
  };
}

function fillTree(root, items, known) {
  root.replaceChildren(...items.map((item) => row(item, 1, known)));
  root.firstElementChild?.setAttribute("tabindex", "0");
}

function row(item, level, known) {
  const label = el("span", { class: "label" }, item.label, item.note ? el("span", { class: "note" }, `  ${item.note}`) : "");
  const symbol = el("span", { class: `symbol ${item.tone ?? ""}`, "aria-hidden": "true" }, item.symbol ?? "");
  const line = el("div", { class: "line" }, el("span", { class: "turn", "aria-hidden": "true" }), item.symbol ? symbol : "", label);
  const expanded = item.below ? "false" : undefined;
  const made = el(
    "li", { role: "treeitem", tabindex: "-1", "aria-level": String(level), "aria-expanded": expanded, "aria-selected": "false",
      "aria-label": [item.label, item.note].filter(Boolean).join(" ") }, line,
  );
  known.set(made, { item, level });
  return made;
}

function open(node, known) {
  if (node.getAttribute("aria-expanded") !== "false") return;
  const { item, level } = known.get(node);
  if (!node.querySelector(":scope > ul")) {
    node.append(el("ul", { role: "group" }, ...item.below().map((one) => row(one, level + 1, known))));
  }
  node.setAttribute("aria-expanded", "true");
  node.querySelector(":scope > ul").hidden = false;
}

function close(node) {
  if (node.getAttribute("aria-expanded") !== "true") return;
  node.setAttribute("aria-expanded", "false");
  node.querySelector(":scope > ul").hidden = true;
}

function choose(root, node, known) {
  root.querySelectorAll("[aria-selected='true']").forEach((one) => one.setAttribute("aria-selected", "false"));
  node.setAttribute("aria-selected", "true");
  known.get(node).item.choose?.();
}

function focus(root, node) {
  if (!node) return;
  root.querySelectorAll("[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
  node.setAttribute("tabindex", "0");
  node.focus();
}

function visible(root) {
  return [...root.querySelectorAll("[role='treeitem']")].filter((one) => !one.closest("ul[hidden]"));
}

function onKey(event, root, known) {
  const node = event.target.closest("[role='treeitem']");
  if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = visible(root);
  const place = all.indexOf(node);
  const opened = node.getAttribute("aria-expanded");
  const actions = {
    ArrowDown: () => focus(root, all[place + 1]),
    ArrowUp: () => focus(root, all[place - 1]),
    Home: () => focus(root, all[0]),
    End: () => focus(root, all[all.length - 1]),
    ArrowRight: () => (opened === "false" ? open(node, known) : opened === "true" && focus(root, all[place + 1])),
    ArrowLeft: () => (opened === "true" ? close(node) : focus(root, node.parentElement.closest("[role='treeitem']"))),
    Enter: () => choose(root, node, known),
    " ": () => choose(root, node, known),
    "*": () => [...node.parentElement.children].forEach((one) => open(one, known)),
  };
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function onClick(event, root, known) {
  const node = event.target.closest("[role='treeitem']");
  if (!node) return;
  const wasOpen = node.getAttribute("aria-expanded") === "true";
  if (event.target.closest(".turn") && wasOpen) close(node);
  else open(node, known);
  focus(root, node);
  choose(root, node, known);
}
