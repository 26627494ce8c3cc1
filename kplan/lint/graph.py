"""Objects and what they have to do with each other: who names whom, who selects whom, who makes whom."""

from collections.abc import Iterator
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.made import made_by
from kplan.lint.doubt import doubts
from kplan.lint.podselection import label_selector, map_selector
from kplan.lint.world import Subject, World
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector

GIVEN: Final = "given"
MADE: Final = "made"
"""Not in the input, and there all the same: built in, or made by a controller of another object."""
UNKNOWN: Final = "unknown"
MISSING: Final = "missing"


class Node(NamedTuple):
    """An object that is given, or that another one names."""

    id: str
    """Group kind, namespace and name, as ``Service/shop/web``."""
    kind: str
    namespace: str
    name: str
    status: str = GIVEN
    place: str = ""
    """File and line."""


class Edge(NamedTuple):
    """One object that has to do with another: ``source`` names, selects or owns ``target``."""

    source: str
    target: str
    what: str
    """The field that names it, ``selects`` or ``makes``."""


class Graph(NamedTuple):
    """All of it, in the order of the input."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph_of(world: World, given: int) -> Graph:
    """The graph of the first so many objects of a world, and of what they name in the rest of it."""
    nodes: dict[str, Node] = {}
    edges: dict[Edge, None] = {}
    for subject in world.subjects[:given]:
        source = _given(subject)
        nodes[source.id] = source
    for subject in world.subjects[:given]:
        source = _given(subject)
        for what, target in _targets(subject):
            nodes.setdefault(target.id, target)
            if target.id != source.id:
                edges[Edge(source.id, target.id, what)] = None
    return Graph(tuple(nodes.values()), tuple(edges))


def _targets(subject: Subject) -> Iterator[tuple[str, Node]]:
    for reference in subject.references:
        yield str(reference.path), _named(reference.target, subject)
    for one in made_by(subject.value, subject.kind, subject.namespace, subject.world.workloads):
        if "*" not in f"{one.namespace}{one.name}":
            kind, _, group = one.kind.partition(".")
            yield "makes", _named(ObjectKey(group, kind, one.namespace, one.name), subject)
    selector = _selector(subject)
    if selector is not None and not selector.empty:
        for workload in subject.world.selection.selected(subject.namespace, selector):
            yield "selects", _given(workload)


def _selector(subject: Subject) -> Selector | None:
    if subject.kind == "Service":
        return map_selector(subject.spec.get("selector"))
    if subject.kind == "PodDisruptionBudget.policy":
        return label_selector(subject.spec.get("selector"))
    if subject.kind == "NetworkPolicy.networking.k8s.io":
        return label_selector(subject.spec.get("podSelector") or {})
    return None


def _given(subject: Subject) -> Node:
    namespace = subject.world.namespace_of(subject)
    origin = subject.object.origin
    place = origin.location() if origin else None
    shown = f"{place.file}:{place.line}" if place else ""
    return Node(
        _id(subject.kind, namespace, subject.name), subject.kind, namespace, subject.name, GIVEN, shown
    )


def _named(key: ObjectKey, subject: Subject) -> Node:
    world = subject.world
    found = world.find(key)
    if found is not None:
        return _given(found)
    kind = f"{key.kind}.{key.group}" if key.group else key.kind
    known = world.catalog.discovery.by_kind(key.group, key.kind)
    alone = not known.namespaced if known is not None else key.kind.startswith("Cluster")
    namespace = "" if alone else key.namespace or world.namespace
    status = MADE if doubts(world).exists(key) else UNKNOWN if doubts(world).about(key, subject) else MISSING
    return Node(_id(kind, namespace, key.name), kind, namespace, key.name, status)


def _id(kind: str, namespace: str, name: str) -> str:
    return "/".join(part for part in (kind, namespace, name) if part)
