"""What belongs to whom: objects by controller, by any owner and by node, and those that nobody controls.

Upstream: pkg/controller/controller_utils.go (AddPodControllerIndexer, AddPodNodeNameIndexer)
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.simulation.lateindex import LateIndex, Pairs
from kplan.state import glances
from kplan.state.glance import Unread
from kplan.state.glances import Members

Kind = tuple[str, str]
Keys = Mapping[ObjectKey, None]
PODS: Final[Kind] = ("", "Pod")
_ALL: Final[Kind] = ("", "")
"""Stands for all kinds."""
_Reader = Callable[[Members], Pairs]
"""Tells what objects are found by."""


def _controllers(members: Members) -> Pairs:
    """The uids of controllers; what has none is found by its namespace, which stands alone in a tuple."""
    for key, uid in glances.controllers(members):
        yield (key[2],) if uid is None else uid, key


def _owners(members: Members) -> Pairs:
    return ((uid, key) for key, uid in glances.owners(members))


def _nodes(members: Members) -> Pairs:
    """The nodes that pods may be bound to; what has none is found by an empty one."""
    return ((value.node() if isinstance(value, Unread) else node_of(value), key) for key, value in members)


class Belongings:
    """Indexes over the objects of a cache, each made when it is asked for."""

    def __init__(
        self, objects: Mapping[ObjectKey, Json | Unread], kinds: Mapping[Kind, Mapping[ObjectKey, Any]]
    ) -> None:
        """Both are the cache's own, which brings them up to date."""
        self._objects = objects
        self._kinds = kinds
        self._indexes: dict[tuple[_Reader, Kind], LateIndex] = {}

    def controlled_by(self, uid: str, kind: Kind) -> Keys:
        """The objects of a kind whose controller reference names this uid."""
        return self._index(_controllers, kind).get(uid)

    def orphans(self, kind: Kind, namespace: str) -> Keys:
        """The objects of a kind and namespace that no controller owns."""
        return self._index(_controllers, kind).get((namespace,))

    def on(self, node: str) -> Keys:
        """The pods that may be bound to a node; those without one where it is empty."""
        return self._index(_nodes, PODS).get(node)

    def nodes(self) -> Mapping[Hashable, Keys]:
        """All pods by the node that they may be bound to, to be read only."""
        return self._index(_nodes, PODS).all()

    def dependents(self, uid: str) -> Keys:
        """All objects with an owner reference to this uid."""
        return self._index(_owners, _ALL).get_rare(uid)

    def follow(self, key: ObjectKey, value: Json | None, previous: Json | None) -> None:
        """Follow a write; None stands for an object that was not there, or is no longer."""
        for read, kind in self._indexes_of(key[:2]):
            old = [found_by for found_by, _ in read(((key, previous),))] if previous is not None else []
            new = [found_by for found_by, _ in read(((key, value),))] if value is not None else []
            if old != new:
                self._index(read, kind).move(key, old, new)

    def _indexes_of(self, kind: Kind) -> Iterator[tuple[_Reader, Kind]]:
        yield _controllers, kind
        yield _owners, _ALL
        if kind == PODS:
            yield _nodes, kind

    def _index(self, read: _Reader, kind: Kind) -> LateIndex:
        found = self._indexes.get((read, kind))
        if found is None:
            found = self._indexes[read, kind] = LateIndex(partial(self._pairs, read, kind))
        return found

    def _pairs(self, read: _Reader, kind: Kind) -> Pairs:
        """What all objects of a kind are found by."""
        keys = [*(chain.from_iterable(self._kinds.values()) if kind == _ALL else self._kinds.get(kind, ()))]
        return read(zip(keys, map(self._objects.__getitem__, keys), strict=True))
