"""Which change each entry of the timeline goes back to: the timeline, divided among the objects the user wrote.

What a written object owns is its own doing, however it came about; everything else follows its cause. What has no cause
and happens to the pods of a written node is the node's.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.api.pods import node_of
from kplan.plan.reading import fields
from kplan.plan.scaling import target_of
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent
from kplan.state.store import Store

Shares = Mapping[ObjectKey | None, Sequence[TimelineEvent]]


def by_cause(outcome: Outcome, written: Iterable[ObjectKey]) -> Shares:
    """The happenings of each written object; those that no written object brought about are under None."""
    wanted = set(written)
    owners, autoscaled = _Owners(outcome), _Autoscaled(outcome, wanted)
    scales = bool(autoscaled)
    roots: list[ObjectKey | None] = []
    lines: dict[ObjectKey, ObjectKey | None] = {}
    shares: defaultdict[ObjectKey | None, list[TimelineEvent]] = defaultdict(list)
    for entry in outcome.timeline:
        key = entry.object
        try:
            root = lines[key]
        except KeyError:
            root = lines[key] = next((one for one in owners.line(key) if one in wanted), None)
        if root is None and entry.cause is not None:
            root = roots[entry.cause]
        scaled = autoscaled.by(entry) if scales else None
        if root is None:
            root = scaled
        if root is None:
            root = node_of_pod(key, outcome.prior, wanted)
        roots.append(root)
        shares[root].append(entry)
    return shares


def node_of_pod(key: ObjectKey, prior: Store, nodes: Container[ObjectKey]) -> ObjectKey | None:
    """The node that a pod was on, if it is one of these nodes."""
    pod = prior.get(key) if (key.group, key.kind) == ("", "Pod") else None
    node = ObjectKey("", "Node", "", node_of(pod) if pod else "")
    return node if node.name and node in nodes else None


class _Autoscaled:
    """The user's autoscalers that resized workloads: they act periodically, so no write causes it."""

    def __init__(self, outcome: Outcome, written: Iterable[ObjectKey]) -> None:
        values = ((key, outcome.final.get(key)) for key in written if key.kind == "HorizontalPodAutoscaler")
        self._autoscalers = {target_of(value): key for key, value in values if value is not None}
        self._sizes = {key: _size(outcome.prior.get(key)) for key in self._autoscalers}

    def __bool__(self) -> bool:
        return bool(self._autoscalers)

    def by(self, entry: TimelineEvent) -> ObjectKey | None:
        """The autoscaler that may have brought an entry about; None if it changes no size of what one scales."""
        if entry.object not in self._autoscalers or entry.value is None:
            return None
        before, self._sizes[entry.object] = self._sizes[entry.object], _size(entry.value)
        return self._autoscalers[entry.object] if before != _size(entry.value) else None


def _size(workload: Json | None) -> object:
    return fields(workload or {}, "spec").get("replicas")


class _Owners:
    """Who owns whom, over the whole time."""

    def __init__(self, outcome: Outcome) -> None:
        self._owner: dict[ObjectKey, ObjectKey | None] = {}
        self._stores = (outcome.prior, outcome.final)
        seen: dict[ObjectKey, object] = {}
        for entry in outcome.timeline:
            value = entry.value
            if value is None:
                continue
            # a write that leaves the owners alone hands them on as they are
            references = value["metadata"].get("ownerReferences")
            if references and references is not seen.get(key := entry.object):
                seen[key] = references
                self._note(key, value)

    def line(self, key: ObjectKey) -> Iterable[ObjectKey]:
        """The object, its controller, the controller's controller, and so on."""
        seen: set[ObjectKey] = set()
        current: ObjectKey | None = key
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self._owner_of(current)

    def _owner_of(self, key: ObjectKey) -> ObjectKey | None:
        """The last controller that the object had; what nothing happened to is looked up when it is asked for."""
        if key not in self._owner:
            self._owner[key] = None
            for store in self._stores:
                value = store.get(key)
                if value is not None:
                    self._note(key, value)
        return self._owner[key]

    def _note(self, key: ObjectKey, value: Json) -> None:
        reference = controller_of(value)
        if reference is not None:
            self._owner[key] = owner_key(reference, key.namespace)
