/** Elements from text and values; nothing is ever read as markup. */

const SVG = "http://www.w3.org/2000/svg";

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== "") element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A section of the page with its heading, and its link in the bar. */
export function section(id, heading, ...children) {
  byId("sections").append(el("a", { href: `#${id}` }, heading));
  const made = el("section", { id, "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, heading), ...children);
  byId("main").append(made);
  return made;
}

/** A list that shows its first rows, and more when asked. */
export function longList(list, items, make, step = 200) {
  const more = el("button", { type: "button", class: "more", onclick: grow });
  const box = el("div", {}, list, more);
  let shown = 0;
  function grow() {
    list.append(...items.slice(shown, shown + step).map(make));
    shown = Math.min(items.length, shown + step);
    more.hidden = shown >= items.length;
    more.textContent = `Show ${Math.min(step, items.length - shown).toLocaleString("en")} more of ${items.length.toLocaleString("en")}`;
  }
  grow();
  return box;
}

/** A canvas with as many dots as its screen has; gives its context, scaled to CSS pixels. */
export function sharp(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return context;
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
