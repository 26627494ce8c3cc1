/** One search for the whole page: every part shows what has all the words. */

import { byId } from "./dom.js";

const filters = [];

/** A filter is told the words, in lower case, and says how many things it shows. */
export function onSearch(filter) {
  filters.push(filter);
}

export function matches(text, words) {
  return words.every((word) => text.includes(word));
}

export function startSearch() {
  const input = byId("search");
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => run(input.value), 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value) {
      input.value = "";
      run("");
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    }
  });
}

function run(value) {
  const words = value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = filters.map((filter) => filter(words)).filter(Boolean);
  byId("status").textContent = words.length ? `Found ${found.join(", ") || "nothing"}.` : "Everything is shown.";
}
