"""How objects are related: who owns, selects, mounts, reads, scales or routes to whom, around what changes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key, owners_of
from kplan.api.references import Reference, references
from kplan.api.walk import mapping
from kplan.api.workloads import POD_OWNERS, group_kind, pod_template
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store

_MOST: Final = 400
"""Objects of a graph; more than a reader can follow."""
_UNSEEN: Final = frozenset(
    {
        "Event",
        "Lease",
        "EndpointSlice",
        "Endpoints",
        "ControllerRevision",
        "Node",
        "Pod",
        "CSINode",
        "PodMetrics",
    }
)
"""Bookkeeping, and what is counted with its owner."""
_VERBS: Final = (
    ("scaleTargetRef", "scales"), ("serviceAccountName", "runs as"), ("imagePullSecrets", "pulls with"),
    ("volumes", "mounts"), ("envFrom", "reads"), ("env[", "reads"), ("tls", "serves TLS with"),
    ("backend", "routes to"), ("rules", "routes to"), ("roleRef", "grants"), ("subjects", "grants to"),
    ("serviceName", "is named by"), ("claimRef", "is bound to"), ("volumeName", "is bound to"),
    ("webhook", "calls"), ("ClassName", "is of class"), ("policyName", "enforces"),
)  # fmt: skip
"""The relation that a reference expresses, by a part of its path."""


class Related(NamedTuple):
    """One object of the graph."""

    key: ObjectKey
    pods: int = 0
    """How many pods it has in the end, itself or through what it owns."""
    found: bool = True
    """Whether the object exists before or after."""


class Relation(NamedTuple):
    """One object's relation to another: ``web`` *owns* ``web-5d4f``."""

    source: ObjectKey
    verb: str
    target: ObjectKey


class Graph(NamedTuple):
    """Objects, and their relations."""

    objects: tuple[Related, ...]
    relations: tuple[Relation, ...]


def graph(outcome: Outcome, wanted: Collection[ObjectKey]) -> Graph:
    """The wanted objects, all that they are related to, and the relations between these."""
    values = dict(_objects(outcome))
    every = [one for one in _relations(values) if one.source != one.target]
    near = set(wanted) & values.keys()
    for one in every:
        if {one.source, one.target} & set(wanted):
            near |= {one.source, one.target}
    kept = sorted(near, key=lambda key: (key not in wanted, key.namespace, key.kind, key.name))[:_MOST]
    chosen, counts = set(kept), _pods_of(outcome.final)
    relations = sorted({one for one in every if {one.source, one.target} <= chosen})
    objects = (Related(key, counts[key], key in values) for key in sorted(kept))
    return Graph(tuple(objects), tuple(relations))


def touched(outcome: Outcome) -> frozenset[ObjectKey]:
    """The objects that something happens to."""
    return frozenset(entry.object for entry in outcome.timeline if entry.object.kind not in _UNSEEN)


def _objects(outcome: Outcome) -> Iterator[tuple[ObjectKey, Json]]:
    """Every object at the end, or as it was last."""
    for store in (outcome.prior, outcome.final):
        for value in store:
            key = store.key_of(value)
            if key.kind not in _UNSEEN or (key.kind == "Pod" and controller_of(value) is None):
                yield key, value


def _relations(values: Mapping[ObjectKey, Json]) -> Iterator[Relation]:
    selectable = _selectable(values)
    for key, value in values.items():
        for reference in owners_of(value):
            owner = owner_key(reference, key.namespace)
            if owner in values:
                yield Relation(owner, "owns", key)
        if controller_of(value) is not None:
            continue  # what it names, its owner names as well
        for one in references(value):
            if one.target in values or not one.optional:
                yield Relation(key, _verb(one), one.target)
        selector = _selector(value)
        if selector is not None:
            chosen = (other for other, labels in selectable[key.namespace] if selector.matches(labels))
            yield from (Relation(key, _selecting(key), other) for other in chosen)


def _verb(one: Reference) -> str:
    path = str(one.path)
    return next((verb for part, verb in _VERBS if part in path), "names")


def _selecting(key: ObjectKey) -> str:
    return {"PodDisruptionBudget": "protects", "NetworkPolicy": "restricts"}.get(key.kind, "selects")


Selectable = Mapping[str, list[tuple[ObjectKey, Mapping[str, str]]]]


def _selectable(values: Mapping[ObjectKey, Json]) -> Selectable:
    """Labels of what makes pods, by namespace."""
    found: defaultdict[str, list[tuple[ObjectKey, Mapping[str, str]]]] = defaultdict(list)
    for key, value in values.items():
        kind = group_kind(value)
        if kind in POD_OWNERS and controller_of(value) is None and (template := pod_template(value, kind)):
            found[key.namespace].append((key, template.labels))
    return found


def _selector(value: Json) -> Selector | None:
    """What an object that is no workload selects pods by; None if it selects none."""
    kind, spec = group_kind(value), mapping(value, "spec")
    if kind == "Service":
        labels = mapping(spec, "selector")
        return Selector.from_set(dict(labels)) if labels else None
    field = {"PodDisruptionBudget.policy": "selector", "NetworkPolicy.networking.k8s.io": "podSelector"}.get(
        kind
    )
    if field is None:
        return None
    try:
        return Selector.from_label_selector(spec.get(field))
    except SelectorError:
        return None


def _pods_of(store: Store) -> Counter[ObjectKey]:
    """How many pods every object controls, itself or through what it owns."""
    counts: Counter[ObjectKey] = Counter()
    for pod in store.list("", "Pod"):
        counts.update(_controllers(pod, store))
    return counts


def _controllers(pod: Json, store: Store) -> Iterator[ObjectKey]:
    """The pod's controller, the controller's controller, and so on."""
    value, seen = pod, set[ObjectKey]()
    while (reference := controller_of(value)) is not None:
        key = owner_key(reference, pod["metadata"].get("namespace", ""))
        owner = store.get(key)
        if owner is None or key in seen:
            return
        seen.add(key)
        yield key
        value = owner
