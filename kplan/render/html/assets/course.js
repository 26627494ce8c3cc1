/** Nodes and pods over the moments: who is where at any of them. */

const NOWHERE = -1;

/** The cluster's data as objects, each pod with its visits to nodes and the slot that it takes there. */
export function readCourse(data) {
  const last = data.moments.length;
  const { owners } = data.cluster;
  const nodes = data.cluster.nodes.map(([name, cpu, memory, room, steps], number) =>
    ({ number, name, cpu, memory, room, steps, visits: [], slots: 0 }));
  const nowhere = { number: NOWHERE, name: "No node", cpu: 0, memory: 0, room: 0, steps: [[0, "ready"]], visits: [], slots: 0 };
  const pods = data.cluster.pods.map(([namespace, name, owner, cpu, memory, change, reason, steps]) => {
    const pod = { namespace, name, owner: owners[owner], cpu, memory, change, reason, steps };
    pod.isNew = steps[0][0] > 0;
    pod.goes = stateAt(steps, last) === "gone";
    return pod;
  });
  const at = (number) => (number === NOWHERE ? nowhere : nodes[number]);
  pods.forEach((pod) => visitsOf(pod, last).forEach((visit) => at(visit.node).visits.push(visit)));
  nodes.forEach(giveSlots);
  giveRoom(nowhere, last);
  return { nodes, nowhere, pods, last, seconds: data.moments };
}

/** The state of a thing at a moment; "" before it is there. */
export function stateAt(steps, moment) {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle][0] <= moment) low = middle + 1;
    else high = middle;
  }
  return low ? steps[low - 1][1] : "";
}

function visitsOf(pod, last) {
  const visits = [];
  for (const [moment, state, node] of pod.steps) {
    const open = visits[visits.length - 1];
    if (open && open.until > moment) {
      if (state !== "gone" && open.node === node) continue;
      open.until = moment;
    }
    if (state !== "gone") visits.push({ pod, node, from: moment, until: last + 1 });
  }
  return visits;
}

/** Every visit has the lowest slot that is free when it begins, so that no pod moves because another one goes. */
function giveSlots(node) {
  const free = [];
  for (const visit of node.visits.sort((one, other) => one.from - other.from)) {
    let slot = free.findIndex((until) => until <= visit.from);
    if (slot < 0) slot = free.length;
    free[slot] = visit.until;
    visit.slot = slot;
  }
  node.slots = free.length;
}

/** Pods without a node come and go by the thousand: they close up, and need room for the most that ever wait. */
function giveRoom(nowhere, last) {
  const changes = new Array(last + 2).fill(0);
  for (const { from, until } of nowhere.visits) {
    changes[from] += 1;
    changes[until] -= 1;
  }
  let waiting = 0;
  for (const change of changes) {
    waiting += change;
    nowhere.slots = Math.max(nowhere.slots, waiting);
  }
}

/** Who is on a node at a moment, each with the slot to draw it in. */
export function guests(node, moment) {
  const here = node.visits.filter((visit) => visit.from <= moment && moment < visit.until);
  return node.number === NOWHERE ? here.map((visit, slot) => ({ ...visit, slot })) : here;
}

/** How many pods are in which state, moment by moment. */
export function countStates(course) {
  const counts = Array.from({ length: course.last + 1 }, () => ({}));
  for (const pod of course.pods) {
    pod.steps.forEach(([from, state], place) => {
      const until = pod.steps[place + 1]?.[0] ?? course.last + 1;
      if (state === "gone") return;
      for (let moment = from; moment < until; moment += 1) counts[moment][state] = (counts[moment][state] ?? 0) + 1;
    });
  }
  return counts;
}
