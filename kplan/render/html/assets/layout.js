/** Where the objects of a graph stand: related ones together, each to the right of those that point to it. */

export const CARD = { width: 208, height: 46, across: 96, down: 14 };

const ABREAST = 4;

/** Places by object number, and the size of the whole; `objects` is a number, `relations` are [source, verb, target]. */
export function layOut(objects, relations) {
  const places = [];
  let [top, width] = [CARD.down, 0];
  const groups = components(objects, relations);
  for (const group of groups.filter((one) => one.length > 1)) {
    const columns = sorted(layers(group, relations), relations);
    const tallest = Math.max(...columns.map((column) => column.length));
    columns.forEach((column, across) => {
      const start = top + ((tallest - column.length) * (CARD.height + CARD.down)) / 2;
      column.forEach((one, down) => (places[one] = { x: CARD.down + across * (CARD.width + CARD.across), y: start + down * (CARD.height + CARD.down) }));
    });
    top += tallest * (CARD.height + CARD.down) + CARD.down;
    width = Math.max(width, columns.length * (CARD.width + CARD.across) - CARD.across + 2 * CARD.down);
  }
  const alone = groups.filter((one) => one.length === 1).flat();
  alone.forEach((one, place) => (places[one] = { x: CARD.down + (place % ABREAST) * (CARD.width + CARD.down), y: top + Math.floor(place / ABREAST) * (CARD.height + CARD.down) }));
  const rows = Math.ceil(alone.length / ABREAST);
  if (rows) width = Math.max(width, Math.min(ABREAST, alone.length) * (CARD.width + CARD.down) + CARD.down);
  return { places, width, height: top + rows * (CARD.height + CARD.down) };
}

function components(objects, relations) {
  const home = Array.from({ length: objects }, (_, place) => place);
  const find = (one) => (home[one] === one ? one : (home[one] = find(home[one])));
  relations.forEach(([source, , target]) => (home[find(source)] = find(target)));
  const groups = new Map();
  for (let one = 0; one < objects; one += 1) groups.set(find(one), [...(groups.get(find(one)) ?? []), one]);
  return [...groups.values()].sort((one, other) => other.length - one.length);
}

/** The longest way to every object from those that nobody points to; a relation that closes a circle does not count. */
function layers(group, relations) {
  const out = new Map(group.map((one) => [one, []]));
  relations.forEach(([source, , target]) => out.get(source)?.push(target));
  const [depth, state] = [new Map(), new Map()];
  const order = [];
  function visit(one) {
    state.set(one, "open");
    for (const other of out.get(one)) if (!state.has(other)) visit(other);
    state.set(one, "done");
    order.unshift(one);
  }
  group.forEach((one) => state.has(one) || visit(one));
  const rank = new Map(order.map((one, place) => [one, place]));
  order.forEach((one) => {
    depth.set(one, depth.get(one) ?? 0);
    out.get(one).filter((other) => rank.get(other) > rank.get(one))
      .forEach((other) => depth.set(other, Math.max(depth.get(other) ?? 0, depth.get(one) + 1)));
  });
  const columns = [];
  order.forEach((one) => (columns[depth.get(one)] ??= []).push(one));
  return columns;
}

/** Neighbours at the same height: every column in the order of what its objects are related to. */
function sorted(columns, relations) {
  const near = new Map();
  relations.forEach(([source, , target]) => {
    near.set(source, [...(near.get(source) ?? []), target]);
    near.set(target, [...(near.get(target) ?? []), source]);
  });
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const height = new Map(columns.flatMap((column) => column.map((one, place) => [one, place / column.length])));
    const mean = (one) => {
      const others = near.get(one) ?? [];
      return others.length ? others.reduce((sum, other) => sum + height.get(other), 0) / others.length : height.get(one);
    };
    columns.forEach((column) => column.sort((one, other) => mean(one) - mean(other) || one - other));
  }
  return columns;
}
