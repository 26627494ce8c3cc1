/** Light or dark: as the system has it, until the reader chooses. */

import { byId } from "./dom.js";

const KEY = "kplan-theme";
const listeners = [];

/** Called when colours have changed, for what is painted and not styled. */
export function onTheme(listener) {
  listeners.push(listener);
}

export function startTheme() {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  let chosen = remembered();
  function apply() {
    const dark = chosen ? chosen === "dark" : system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark));
    listeners.forEach((listener) => listener());
  }
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remember(chosen);
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // A page without a place to store things forgets the choice when it is closed.
  }
}
