/** The simulated time to scrub: a slider over its moments, and what is said at each. */

import { colour, el, sharp } from "./dom.js";
import { countStates } from "./course.js";
import { inWords } from "./cluster.js";
import { link } from "./details.js";
import { count, elapsed } from "./words.js";

const SIGNS = { Normal: "·", Warning: "▲", Refused: "!" };
const TONES = { Warning: "warning", Refused: "refused" };
const MOST_SAID = 80;

export function makeTimeline(data, course, pages, onMoment) {
  const counts = countStates(course);
  const said = Array.from({ length: course.last + 1 }, () => []);
  data.happenings.forEach((one) => said[one[0]].push(one));
  const parts = timelineParts(course);
  let moment = course.last;
  function show(chosen) {
    moment = Math.max(0, Math.min(course.last, chosen));
    parts.slider.value = moment;
    const when = nameOf(course, moment);
    parts.slider.setAttribute("aria-valuetext", `${when}: ${inWords(counts[moment])}`);
    parts.output.textContent = `${when} · ${inWords(counts[moment])}`;
    parts.before.setAttribute("aria-pressed", String(moment === 0));
    parts.after.setAttribute("aria-pressed", String(moment === course.last));
    parts.said.replaceChildren(...saidAt(said[moment], moment, when, pages));
    drawCounts(parts.chart, course, counts, moment);
    onMoment(moment);
  }
  connect(parts, course, () => moment, show);
  new ResizeObserver(() => drawCounts(parts.chart, course, counts, moment)).observe(parts.chart);
  return { root: parts.root, show: (chosen = moment) => show(chosen) };
}

function timelineParts(course) {
  const button = (text, more = {}) => el("button", { type: "button", ...more }, text);
  const parts = {
    before: button("Before", { "aria-pressed": "false" }), after: button("After", { "aria-pressed": "true" }),
    back: button("◀", { "aria-label": "Previous moment" }), next: button("▶", { "aria-label": "Next moment" }),
    play: button("Play", { "aria-pressed": "false" }), output: el("output"), chart: el("canvas", { "aria-hidden": "true" }),
    slider: el("input", { type: "range", id: "moment", min: "0", max: String(course.last), step: "1", "aria-label": "Simulated time" }),
    said: el("div"),
  };
  const controls = el("div", { class: "controls" }, parts.before, parts.back, parts.play, parts.next, parts.after, parts.output);
  parts.root = el("div", { class: "timeline" }, controls, parts.chart, parts.slider, parts.said);
  return parts;
}

function connect(parts, course, current, show) {
  let playing = 0;
  function stop() {
    clearInterval(playing);
    playing = 0;
    parts.play.setAttribute("aria-pressed", "false");
    parts.play.textContent = "Play";
  }
  function play() {
    if (playing) return stop();
    if (current() === course.last) show(0);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? 1000 : Math.max(60, Math.min(600, 9000 / Math.max(1, course.last)));
    parts.play.setAttribute("aria-pressed", "true");
    parts.play.textContent = "Pause";
    playing = setInterval(() => {
      show(current() + 1);
      if (current() === course.last) stop();
    }, pace);
    return undefined;
  }
  const go = (target) => () => {
    stop();
    show(target());
  };
  parts.before.addEventListener("click", go(() => 0));
  parts.after.addEventListener("click", go(() => course.last));
  parts.back.addEventListener("click", go(() => current() - 1));
  parts.next.addEventListener("click", go(() => current() + 1));
  parts.play.addEventListener("click", play);
  parts.slider.addEventListener("input", go(() => Number(parts.slider.value)));
}

export function nameOf(course, moment) {
  return moment === 0 ? "before" : elapsed(course.seconds[moment - 1]);
}

function saidAt(found, moment, when, pages) {
  if (!found.length) return [el("p", { class: "quiet" }, moment ? `Nothing is said at ${when}.` : "Nothing has happened yet.")];
  const rows = found.slice(0, MOST_SAID).map(([, type, reason, object, message, times]) => el(
    "li", {}, el("span", { class: `symbol ${TONES[type] ?? "info"}`, "aria-hidden": "true" }, SIGNS[type] ?? "·"),
    el("span", {}, el("strong", {}, reason || type), " ", link(object, () => pages.title(object)), ` ${message}`,
      times > 1 ? el("span", { class: "quiet" }, ` and ${count(times - 1, "time")} more`) : ""),
  ));
  const left = found.length - rows.length;
  return [el("ul", { class: "happenings", "aria-label": `What is said at ${when}`, tabindex: "0" }, ...rows, left ? el("li", {}, "", `and ${left} more`) : "")];
}

/** Ready pods as an area, those without a node as a line. */
function drawCounts(canvas, course, counts, moment) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  const context = sharp(canvas, width, height);
  const total = (one) => Object.values(one).reduce((sum, value) => sum + value, 0);
  const most = Math.max(1, ...counts.map(total));
  const x = (place) => 8 + (place * (width - 16)) / Math.max(1, course.last);
  const y = (value) => height - 1 - (value * (height - 4)) / most;
  const trace = (value) => {
    context.beginPath();
    counts.forEach((one, place) => {
      if (place) context.lineTo(x(place), y(value(counts[place - 1])));
      context.lineTo(x(place), y(value(one)));
    });
  };
  trace((one) => one.ready ?? 0);
  context.lineTo(x(course.last), height);
  context.lineTo(x(0), height);
  context.fillStyle = colour("kept");
  context.globalAlpha = 0.35;
  context.fill();
  context.globalAlpha = 1;
  trace(total);
  context.strokeStyle = colour("quiet");
  context.stroke();
  trace((one) => one.pending ?? 0);
  context.strokeStyle = colour("update");
  context.setLineDash([3, 2]);
  context.stroke();
  context.fillStyle = colour("focus");
  context.fillRect(x(moment) - 1, 0, 2, height);
}
