"""Why a pod goes where it goes, or nowhere: each node's refusal with its numbers, the scores, and the nearest remedy.

A remedy is not guessed: the changed pod or cluster is put to the scheduler again, and only what works is named.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kplan.api.object import Json
from kplan.api.podresources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS, in_words, parse_resources
from kplan.api.pods import node_of
from kplan.scheduler.decision import Decision
from kplan.scheduler.framework import ExplainingPlugin
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.ownclaims import give_claims
from kplan.scheduler.picture import Picture, node_like
from kplan.scheduler.plugins.node_affinity import NodeAffinity
from kplan.scheduler.plugins.node_resources_fit import NodeResourcesFit, shortages
from kplan.scheduler.plugins.scheduling_gates import waits_for
from kplan.scheduler.plugins.taint_toleration import TaintToleration
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.status import Code
from kplan.selectors.taints import untolerated

_SHRINKABLE: Final = (CPU, MEMORY, EPHEMERAL_STORAGE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One node's answer."""

    node: str
    plugin: str
    reasons: tuple[str, ...]
    detail: str
    """The numbers behind it; empty if the reason says all."""
    resolvable: bool
    """Whether evicting pods could help."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that was tried and gives the pod a place."""

    kind: str
    """request, toleration, label, pods or node."""
    text: str
    node: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in full."""

    decision: Decision
    refusals: tuple[Refusal, ...]
    remedies: tuple[Remedy, ...]
    bound: str = ""
    """The node that the pod has already, and keeps; empty where it has none."""


def explain(picture: Picture, value: Json, profile: Profile = DEFAULT) -> Explanation:
    """Put a pod to the scheduler, as if it had just come, and keep everything that was said."""
    metadata = value["metadata"]
    before = picture.without_pod(metadata.get("namespace") or "default", metadata["name"])
    fresh = unplaced(value)
    scheduler = Scheduler(profile, one_by_one=True)
    objects = before.objects()
    give_claims(objects, fresh)
    cache = before.cache(objects)
    if waiting := waits_for(fresh):
        return Explanation(Decision(cache.parser.parse(fresh), message=waiting), (), (), node_of(value))
    decision = scheduler.schedule_one(cache, cache.parser.parse(fresh), explain=True)
    refusals = tuple(_refusals(scheduler, decision, cache.nodes))
    # Reserve and Permit plug-ins have a say as well, and what they change ends with this cache
    reserved = scheduler.commit(cache, decision)
    if reserved.node != decision.node:
        refusals += tuple(_refusals(scheduler, reserved, cache.nodes))
        decision = reserved
    remedies = () if decision.node or not cache.nodes else tuple(_remedies(before, fresh, decision, profile))
    return Explanation(decision, refusals, remedies, node_of(value))


def unplaced(value: Json) -> Json:
    """A pod as it was before it had a node."""
    spec = {key: item for key, item in value["spec"].items() if key != "nodeName"}
    return {**value, "spec": spec, "status": {"phase": "Pending"}}


def _refusals(scheduler: Scheduler, decision: Decision, nodes: Sequence[NodeInfo]) -> Iterator[Refusal]:
    cycle = decision.cycle
    if cycle is None:
        return
    plugins = {plugin.name: plugin for plugin in scheduler.framework.plugins}
    for node in nodes:
        status = decision.diagnosis.status(node.index)
        if status is None:
            if not decision.node and cycle.absent_nodes_status.reasons:
                yield Refusal(
                    node.name,
                    cycle.absent_nodes_status.plugin,
                    cycle.absent_nodes_status.reasons,
                    "",
                    resolvable=False,
                )
            continue
        plugin = plugins.get(status.plugin)
        detail = (
            plugin.detail(cycle.state(), decision.pod, node) if isinstance(plugin, ExplainingPlugin) else ""
        )
        yield Refusal(
            node.name, status.plugin, status.reasons, detail, resolvable=status.code is Code.UNSCHEDULABLE
        )


def _remedies(picture: Picture, value: Json, decision: Decision, profile: Profile) -> Iterator[Remedy]:
    """Try changes from the smallest to the largest; of each kind the first that works is enough."""
    for attempts in (
        _smaller_requests(picture, value, decision),
        _tolerations(picture, value, decision),
        _labels(picture, value, decision),
        _more_nodes(picture, value),
    ):
        for changed, pod, kind, text in attempts:
            node = _place(changed, pod, profile)
            if node:
                yield Remedy(kind, text, node)
                break


_Attempt = tuple[Picture, Json, str, str]


def _place(picture: Picture, value: Json, profile: Profile) -> str:
    objects, scheduler = picture.objects(), Scheduler(profile)
    give_claims(objects, value)
    cache = picture.cache(objects)
    return scheduler.commit(cache, scheduler.schedule_one(cache, cache.parser.parse(value))).node


def _refused_by(decision: Decision, plugin: str) -> list[NodeInfo]:
    cycle = decision.cycle
    if cycle is None:
        return []
    found = []
    for node in cycle.snapshot.nodes:
        status = decision.diagnosis.status(node.index)
        if status is not None and status.plugin == plugin:
            found.append(node)
    return found


def _smaller_requests(picture: Picture, value: Json, decision: Decision) -> Iterator[_Attempt]:
    """Take from the largest container what each node lacks, the smallest lack first."""
    cycle = decision.cycle
    assert cycle is not None
    options = []
    for node in _refused_by(decision, NodeResourcesFit.name):
        short = shortages(cycle.state()[NodeResourcesFit.name], node)
        if short and all(item.resource in _SHRINKABLE for item in short):
            lack = {item.resource: item.requested - (item.capacity - item.used) for item in short}
            share = sum(amount / decision.pod.requests[name] for name, amount in lack.items())
            options.append((share, node, lack))
    for share, node, lack in sorted(options, key=lambda option: (option[0], option[1].index)):
        smaller = _with_less(value, lack) if share < len(lack) else None
        if smaller is not None:
            parts = [f"{in_words(name, amount)} less {name}" for name, amount in lack.items()]
            yield picture, smaller, "request", f"{' and '.join(parts)} requested, for node {node.name}"


def _with_less(value: Json, lack: dict[str, int]) -> Json | None:
    """The pod with smaller requests; None if no single container has so much to give."""
    changed = copy.deepcopy(value)

    for name, amount in lack.items():
        containers = changed["spec"].get("containers") or []
        sizes = [
            parse_resources((item.get("resources") or {}).get("requests")).get(name, 0) for item in containers
        ]
        largest = max(range(len(sizes)), key=sizes.__getitem__)
        if sizes[largest] <= amount:
            return None
        left = sizes[largest] - amount
        containers[largest]["resources"]["requests"][name] = f"{left}m" if name == CPU else str(left)
    return changed


def _tolerations(picture: Picture, value: Json, decision: Decision) -> Iterator[_Attempt]:
    seen = set()
    for node in _refused_by(decision, TaintToleration.name):
        taints = [taint for taint in node.taints if untolerated([taint], decision.pod.template.tolerations)]
        names = tuple(
            f"{taint['key']}{'=' + taint['value'] if taint.get('value') else ''}:{taint['effect']}"
            for taint in taints
        )
        if names not in seen:
            seen.add(names)
            changed = copy.deepcopy(value)
            changed["spec"].setdefault("tolerations", []).extend(
                {**taint, "operator": "Equal"} for taint in map(_plain, taints)
            )
            yield picture, changed, "toleration", f"a toleration of {' and '.join(names)}"


def _plain(taint: Json) -> Json:
    return {key: taint[key] for key in ("key", "value", "effect") if taint.get(key)}


def _labels(picture: Picture, value: Json, decision: Decision) -> Iterator[_Attempt]:
    """Give a node the labels that the pod's node selector wants."""
    wanted = value["spec"].get("nodeSelector") or {}
    for node in _refused_by(decision, NodeAffinity.name):
        missing = {key: text for key, text in wanted.items() if node.labels.get(key) != text}
        if not missing:
            continue
        changed = copy.deepcopy(node.value)
        changed["metadata"].setdefault("labels", {}).update(missing)
        nodes = tuple(changed if item["metadata"]["name"] == node.name else item for item in picture.nodes)
        described = " and ".join(f"{key}={text}" for key, text in missing.items())
        yield (
            Picture(nodes, picture.running, picture.waiting, picture.others),
            value,
            "label",
            f"label {described} on node {node.name}",
        )


def _more_nodes(picture: Picture, value: Json) -> Iterator[_Attempt]:
    """One more empty node like one that is there, each shape once."""
    seen = set()
    for model in picture.nodes:
        spec = model.get("spec") or {}
        allocatable = (model.get("status") or {}).get("allocatable") or {}
        shape = repr((allocatable, spec.get("taints"), sorted(_kept(model).items())))
        if shape in seen or spec.get("unschedulable"):
            continue
        seen.add(shape)
        added = node_like(model, f"{model['metadata']['name']}-copy")
        offer = ", ".join(
            f"{allocatable[name]} {name}" for name in (CPU, MEMORY, PODS) if name in allocatable
        )
        yield (
            picture.with_nodes([added]),
            value,
            "node",
            f"one more node like {model['metadata']['name']} ({offer})",
        )


def _kept(model: Json) -> dict[str, str]:
    labels = model["metadata"].get("labels") or {}
    return {key: value for key, value in labels.items() if key != "kubernetes.io/hostname"}
