/** The changes as a tree: fields, rollouts, objects that controllers write, and pods below what owns them. */

import { el, section } from "./dom.js";
import { facts, hunks, link, prose, showDetails, under } from "./details.js";
import { matches, onSearch } from "./search.js";
import { makeTree } from "./tree.js";
import { SEVERITIES, SYMBOLS, count, elapsed, number, short, title } from "./words.js";

const FEW = 12;
const KNOWN = new Set(["objects", "pods", "rollouts", "endpoints", "refusals", "consequences", "jobs", "survivors", "no_effect_because"]);

export function showChanges(data, pages) {
  const { plan } = data;
  const items = [
    ...plan.changes.map((one, place) => changeItem(one, () => showChange(data, place, pages), pages)),
    ...asideItems(plan, pages),
  ];
  const texts = items.map(() => null);
  const tree = makeTree("Changes", items);
  const part = section("changes", "Changes", items.length ? tree.root : el("p", { class: "quiet" }, "Nothing is applied."));
  if (items.length && items.length <= 3) tree.unfold(1);
  window.addEventListener("beforeprint", () => tree.unfold(2));
  onSearch((words) => {
    const shown = items.filter((item, place) => matches((texts[place] ??= item.text().toLowerCase()), words));
    tree.show(shown);
    return count(shown.length, "change");
  });
  return part;
}

function changeItem({ change, effects }, choose, pages) {
  const below = () => [...fieldItems(change), ...effectItems(effects, pages)];
  const reason = change.reason ? `${change.action}: ${change.reason}` : change.action;
  return {
    label: title(change.object), symbol: SYMBOLS[change.action], tone: change.action, note: reason,
    text: () => JSON.stringify([title(change.object), change.action, change.reason, change.refusal, change.location, change.fields, effects]),
    below: change.refusal || change.fields.length || change.immutable_fields.length || change.warnings.length || hasEffects(effects) ? below : undefined,
    choose,
  };
}

function asideItems(plan, pages) {
  const found = [];
  if (hasEffects(plan.not_caused_by_changes)) {
    found.push({
      label: "Not caused by these changes", text: () => JSON.stringify(plan.not_caused_by_changes),
      below: () => effectItems(plan.not_caused_by_changes, pages),
      choose: () => showDetails("Not caused by these changes", el("p", {}, "It happens at the same time, for another reason.")),
    });
  }
  if (plan.left_behind.length) {
    const heading = `Left behind: ${number(plan.left_behind.length)} in the state, no longer in the manifests`;
    const why = "Earlier applies made them, and the manifests no longer name them; kubectl apply leaves them as they are.";
    found.push({
      label: heading, symbol: "▲", tone: "warning", text: () => JSON.stringify(plan.left_behind),
      below: () => plan.left_behind.map((one) => leftItem(one, pages)),
      choose: () => showDetails("Left behind", el("p", {}, why)),
    });
  }
  return found;
}

function leftItem({ object, renamed_to: renamed, pods, endpoints }, pages) {
  const keeps = [pods ? `keeps ${count(pods, "pod")} running` : "", endpoints ? `keeps serving ${count(endpoints, "endpoint")}` : "",
    renamed && renamed.name === object.name ? `looks moved to namespace ${renamed.namespace}` : renamed ? `looks renamed to ${renamed.name}` : ""];
  return { label: title(object), note: keeps.filter(Boolean).join(", "), choose: () => pages.object(object) };
}

function hasEffects(effects) {
  return Object.values(effects).some((value) => value?.length);
}

function fieldItems(change) {
  const shown = /^(create|delete)$/.test(change.action) ? [] : change.fields;
  const fields = shown.map((edit) => {
    const symbol = edit.before === null ? "+" : edit.after === null ? "−" : "~";
    const tone = { "+": "create", "−": "delete", "~": "update" }[symbol];
    const before = edit.before === null ? "" : short(edit.before);
    const after = edit.after === null ? "" : short(edit.after);
    const choose = () => showDetails(edit.path, facts([["Before", before && el("code", {}, JSON.stringify(edit.before))],
      ["After", after && el("code", {}, JSON.stringify(edit.after))]]));
    return { label: edit.path, symbol, tone, note: [before, after].filter(Boolean).join(" → "), choose };
  });
  const forced = change.immutable_fields.map((path) => ({
    label: path, symbol: "±", tone: "delete", note: "cannot be changed in place",
    choose: () => showDetails(path, el("p", {}, "The API server does not let this field change, so the object has to be made anew.")),
  }));
  const refused = change.refusal ? [{ label: change.refusal, note: change.help, symbol: "!", tone: "refused" }] : [];
  const warned = change.warnings.map((text) => ({ label: text, symbol: "▲", tone: "warning" }));
  const old = change.renamed_from;
  const origin = old?.name === change.object.name ? `looks moved from namespace ${old.namespace}` : old ? `looks like a new name of ${title(old)}` : "";
  const renamed = origin ? [{ label: origin, symbol: "·", tone: "info" }] : [];
  return [...refused, ...fields, ...forced, ...renamed, ...warned];
}

function effectItems(effects, pages) {
  const owned = new Map(effects.objects.map((one) => [one, []]));
  const owners = effects.objects.filter(({ object }) => object.kind === "ReplicaSet" || object.kind === "Job")
    .sort((one, other) => other.object.name.length - one.object.name.length);
  const alone = [];
  for (const pod of effects.pods) {
    const home = owners.find(({ object }) => pod.namespace === object.namespace && pod.name.startsWith(`${object.name}-`));
    (home ? owned.get(home) : alone).push(pod);
  }
  const idle = effects.no_effect_because;
  return [
    ...(idle ? [{ label: "no effect now", note: idle, symbol: "·", tone: "info" }] : []),
    ...effects.rollouts.map(rolloutItem),
    ...[...owned].map(([one, pods]) => ({
      label: title(one.object), symbol: SYMBOLS[one.action], tone: one.action, note: one.detail,
      below: pods.length ? () => podItems(pods, pages) : undefined, choose: () => pages.object(one.object),
    })),
    ...podItems(alone, pages),
    ...effects.endpoints.map(endpointItem),
    ...effects.refusals.map((text) => ({ label: text, symbol: "!", tone: "refused", choose: () => showDetails("Refused", el("p", {}, text)) })),
    ...effects.jobs.map((one) => jobItem(one, pages)),
    ...effects.survivors.map((one) => ({ label: title(one.object), note: one.detail, symbol: "·", choose: () => pages.object(one.object) })),
    ...(effects.consequences ?? []).map((one) => consequenceItem(one, pages)),
    ...otherItems(effects),
  ];
}

function rolloutItem(one) {
  const worst = one.ready_before && one.desired ? atWorst(one) : "";
  const lowest = worst && `, ${worst}`;
  const label = `rollout: ${number(one.ready_before)} → ${number(one.ready_after)} of ${number(one.desired)} ready${lowest}`;
  const finished = one.finished;
  const steps = () => one.steps.map((step) => ({ label: step.message, note: elapsed(step.at_seconds) }));
  return {
    label, note: [one.progress, one.stopped_because].filter(Boolean).join("; "), symbol: finished ? "✓" : "▲", tone: finished ? "info" : "warning", below: one.steps.length ? steps : undefined,
    choose: () => showDetails(`Rollout of ${title(one.workload)}`, facts([["Wanted", number(one.desired)], ["Ready before", number(one.ready_before)],
      ["Fewest ready", number(one.ready_lowest)], ["Ready after", number(one.ready_after)], ["Updated", number(one.updated_after)], ["Stopped by", one.stopped_because]])),
  };
}

/** The lowest number on the way; nothing where it ends with none, which its last number says. */
function atWorst(one) {
  if (one.ready_lowest) return `never fewer than ${number(one.ready_lowest)}`;
  return one.ready_after ? "none for a while" : "";
}

function jobItem(one, pages) {
  const failed = one.outcome === "failed";
  const after = failed && one.pods_failed ? ` after ${count(one.pods_failed, "failed pod")}` : "";
  return { label: `${title(one.job)} ${failed ? "fails" : "succeeds"}${after}`, note: one.reason, symbol: failed ? "!" : "✓",
    tone: failed ? "refused" : "info", choose: () => pages.object(one.job) };
}

function endpointItem(one) {
  const label = `${title(one.service)}${one.port ? ` port ${one.port}` : ""}: ${number(one.ready_before)} → ${number(one.ready_after)} endpoints`;
  const note = one.ready_lowest < Math.min(one.ready_before, one.ready_after) ? atWorst(one) : "";
  return { label, note, symbol: one.ready_after ? "✓" : "▲", tone: one.ready_after ? "info" : "warning",
    choose: () => showDetails(title(one.service), facts([["Endpoints before", number(one.ready_before)], ["Fewest", number(one.ready_lowest)],
      ["Endpoints after", number(one.ready_after)]])) };
}

/** What a change means for an object to which nothing happens now. */
function consequenceItem(one, pages) {
  return { label: title(one.object), note: one.message, symbol: SEVERITIES[one.severity], tone: one.severity, choose: () => pages.object(one.object) };
}

/** Of pods that are there in the end; others are gone. */
const POD_SYMBOLS = { created: "+", restarted: "~", scheduled: "~" };

/** Pods that fare alike: a few one by one, many by node. */
function podItems(pods, pages) {
  const groups = new Map();
  for (const pod of pods) {
    const key = JSON.stringify([pod.outcome, pod.outcome === "created" && !pod.node, pod.reason]);
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [outcome, pending, reason] = JSON.parse(key);
    const one = (pod) => podItem(pod, pending, pages);
    if (group.length <= FEW) return group.map(one);
    const symbol = POD_SYMBOLS[outcome] ?? "−";
    return [{
      label: `${number(group.length)} pods ${pending ? "pending" : outcome}`, note: reason, symbol, tone: pending ? "warning" : outcome,
      below: () => byNode(group, one),
      choose: () => showDetails(`${number(group.length)} pods ${pending ? "pending" : outcome}`, el("p", {}, reason || "Open the line to see them by node.")),
    }];
  });
}

function byNode(pods, one) {
  const nodes = new Map();
  for (const pod of pods) {
    if (!nodes.has(pod.node)) nodes.set(pod.node, []);
    nodes.get(pod.node).push(pod);
  }
  return [...nodes].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([node, group]) => ({ label: node || "no node", note: count(group.length, "pod"), below: () => group.slice(0, 500).map(one) }));
}

function podItem(pod, pending, pages) {
  const stays = ["restarted", "scheduled"].includes(pod.outcome) ? `${pod.outcome} on` : "on";
  const place = pending ? "pending" : POD_SYMBOLS[pod.outcome] ? `${stays} ${pod.node}` : `${pod.outcome}${pod.node ? ` from ${pod.node}` : ""}`;
  return {
    label: `pod/${pod.name}`, symbol: POD_SYMBOLS[pod.outcome] ?? "−", tone: pending ? "warning" : pod.outcome,
    note: pod.reason ? `${place}: ${pod.reason}` : place, choose: () => pages.podByName(pod.namespace, pod.name, pod),
  };
}

/** Kinds of effects that this page has no words for: what they say, as it stands. */
function otherItems(effects) {
  return Object.entries(effects).filter(([name, value]) => !KNOWN.has(name) && value?.length).flatMap(([name, value]) =>
    [value].flat().map((one) => ({ label: sentence(one), note: name.replaceAll("_", " "), symbol: "·", tone: "info" })));
}

function sentence(value) {
  if (value === null || typeof value !== "object") return String(value);
  if ("kind" in value && "name" in value && "api_version" in value) return title(value);
  return Object.values(value).flat().map(sentence).filter(Boolean).join(" ");
}

export function showChange(data, place, pages) {
  const { change } = data.plan.changes[place];
  const risks = data.plan.risks.filter((risk) => title(risk.object) === title(change.object));
  showDetails(
    title(change.object),
    facts([["Action", `${SYMBOLS[change.action]} ${change.action}`], ["Why", change.reason], ["Manifest", change.location]]),
    change.refusal ? under("The API server refuses it", el("p", { class: "refused" }, change.refusal), change.help ? prose(change.help) : "") : "",
    change.warnings.length ? under("Warnings", ...change.warnings.map((text) => el("p", {}, text))) : "",
    risks.length ? under("Risks", ...risks.map((risk) => el("p", {}, `${risk.code} ${risk.message}`))) : "",
    pages.hasObject(change.object) ? link("Show its relations", () => pages.object(change.object)) : "",
    change.diff ? under("Difference", hunks(change.diff)) : "",
  );
}

