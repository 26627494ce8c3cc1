/** One node as a box filled by its pods: a canvas, so that 5,000 pods cost no elements. */

import { colour, sharp } from "./dom.js";
import { guests, stateAt } from "./course.js";

const GAP = 2;
const MOST_ROWS = 30;
const MOST_ROWS_WAITING = 12;

/** The colours, read once for all boxes. */
export function palette() {
  return Object.fromEntries(["kept", "new", "going", "wrong", "surface", "ink"].map((name) => [name, colour(name)]));
}

export function gridOf(width, { number, slots }, size) {
  const columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
  const rows = Math.min(number < 0 ? MOST_ROWS_WAITING : MOST_ROWS, Math.max(1, Math.ceil(slots / columns)));
  return { columns, rows, size, height: rows * (size + GAP) - GAP };
}

export function drawNode(canvas, node, grid, moment, colours, lit) {
  const context = sharp(canvas, canvas.clientWidth, grid.height);
  for (const { pod, slot } of guests(node, moment)) {
    const x = (slot % grid.columns) * (grid.size + GAP);
    const y = Math.floor(slot / grid.columns) * (grid.size + GAP);
    if (y >= grid.height) continue;
    context.globalAlpha = lit(pod) ? 1 : 0.18;
    drawPod(context, x, y, grid.size, look(pod, moment), colours);
  }
}

/** How a pod looks at a moment: its colour says what becomes of it, its sign how it fares. */
export function look(pod, moment) {
  const state = stateAt(pod.steps, moment);
  const hue = state === "failed" ? "wrong" : pod.goes ? "going" : pod.isNew ? "new" : "kept";
  return { hue, state };
}

export function drawPod(context, x, y, size, { hue, state }, colours) {
  context.fillStyle = context.strokeStyle = colours[hue];
  context.lineWidth = Math.max(1, size / 9);
  const half = context.lineWidth / 2;
  if (state === "pending" || state === "starting") {
    context.setLineDash(state === "pending" ? [2, 2] : []);
    context.strokeRect(x + half, y + half, size - 2 * half, size - 2 * half);
    context.setLineDash([]);
    return;
  }
  context.fillRect(x, y, size, size);
  if (state !== "ready" || hue === "going") sign(context, x, y, size, state, colours);
}

function sign(context, x, y, size, state, colours) {
  const inset = size * 0.28;
  const lines = { terminating: [[0, 0.5, 1, 0.5]], failed: [[0, 0, 1, 1], [0, 1, 1, 0]], succeeded: [[0, 0.5, 0.4, 1], [0.4, 1, 1, 0]] };
  context.strokeStyle = colours.surface;
  context.lineWidth = Math.max(1, size / 7);
  context.beginPath();
  for (const [x0, y0, x1, y1] of lines[state] ?? [[0, 1, 1, 0]]) {
    context.moveTo(x + inset + x0 * (size - 2 * inset), y + inset + y0 * (size - 2 * inset));
    context.lineTo(x + inset + x1 * (size - 2 * inset), y + inset + y1 * (size - 2 * inset));
  }
  context.stroke();
}

/** The pod under a point of a canvas. */
export function podAt(node, grid, moment, x, y) {
  const slot = Math.floor(y / (grid.size + GAP)) * grid.columns + Math.floor(x / (grid.size + GAP));
  return guests(node, moment).find((visit) => visit.slot === slot)?.pod;
}
