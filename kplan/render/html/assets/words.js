/** Values in words. */

export const SYMBOLS = { create: "+", update: "~", replace: "±", delete: "−", refused: "!", "no-op": "·" };
export const SEVERITIES = { error: "✖", warning: "▲", info: "●" };

export function title(one) {
  const slash = one.api_version.lastIndexOf("/");
  const group = slash < 0 ? "" : `.${one.api_version.slice(0, slash)}`;
  return `${one.kind}${group}`.toLowerCase() + `/${one.name}` + (one.namespace ? ` -n ${one.namespace}` : "");
}

export function titleOfKey([group, kind, namespace, name]) {
  return `${kind}${group ? `.${group}` : ""}`.toLowerCase() + `/${name}` + (namespace ? ` -n ${namespace}` : "");
}

export function number(value) {
  return value.toLocaleString("en");
}

export function count(value, noun) {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function elapsed(seconds) {
  if (seconds < 60) return `${Number(seconds.toFixed(3))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function cores(millicores) {
  return millicores % 1000 ? `${millicores}m` : `${millicores / 1000}`;
}

export function bytes(amount) {
  const units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
  let unit = 0;
  let left = amount;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit += 1;
  }
  return `${Number(left.toFixed(1))}${units[unit]}`;
}

export function short(value) {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
