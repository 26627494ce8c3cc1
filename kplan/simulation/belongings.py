"""What belongs to whom: objects by controller, by any owner and by node, and those that nobody controls.

Upstream: pkg/controller/controller_utils.go (AddPodControllerIndexer, AddPodNodeNameIndexer)
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial
from itertools import chain
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import owners_of
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
_FoundBy = tuple[Collection[Hashable], Collection[Hashable]]
_BY_NOTHING: Final[_FoundBy] = ((), ())


def _controllers(members: Members) -> Pairs:
    """The uids of controllers; what has none is found by its namespace, which stands alone in a tuple."""
    for key, uid in glances.controllers(members):
        yield (key[2],) if uid is None else uid, key


def _owners(members: Members) -> Pairs:
    return ((uid, key) for key, uid in glances.owners(members))


def _nodes(members: Members) -> Pairs:
    """The nodes that pods may be bound to; what has none is found by an empty one."""
    return ((value.node() if isinstance(value, Unread) else node_of(value), key) for key, value in members)


def _owned_by(value: Json, key: ObjectKey) -> _FoundBy:
    """What an object is found by among those that have controllers, and among those that have owners."""
    references = owners_of(value)
    if not references:
        return ((key[2],),), ()
    controllers = [one.get("uid") or "" for one in references if one.get("controller")]
    return controllers or ((key[2],),), [one.get("uid") or "" for one in references]


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
        """The pods that may be bound to a node; those without one if it is empty."""
        return self._index(_nodes, PODS).get(node)

    def nodes(self) -> Mapping[Hashable, Keys]:
        """All pods by the node that they may be bound to, to be read only."""
        return self._index(_nodes, PODS).all()

    def dependents(self, uid: str) -> Keys:
        """All objects with an owner reference to this uid."""
        return self._index(_owners, _ALL).get_rare(uid)

    def follow(self, key: ObjectKey, value: Json | None, previous: Json | None) -> None:
        """Follow a write; None means that the object did not exist before, or does not exist any more."""
        kind = key[:2]
        old = _owned_by(previous, key) if previous is not None else _BY_NOTHING
        new = _owned_by(value, key) if value is not None else _BY_NOTHING
        if old != new:
            self._index(_controllers, kind).move(key, old[0], new[0])
            self._index(_owners, _ALL).move(key, old[1], new[1])
        if kind == PODS:
            before = (node_of(previous),) if previous is not None else ()
            now = (node_of(value),) if value is not None else ()
            if before != now:
                self._index(_nodes, kind).move(key, before, now)

    def _index(self, read: _Reader, kind: Kind) -> LateIndex:
        found = self._indexes.get((read, kind))
        if found is None:
            found = self._indexes[read, kind] = LateIndex(partial(self._pairs, read, kind))
        return found

    def _pairs(self, read: _Reader, kind: Kind) -> Pairs:
        """What all objects of a kind are found by."""
        keys = [*(chain.from_iterable(self._kinds.values()) if kind == _ALL else self._kinds.get(kind, ()))]
        return read(zip(keys, map(self._objects.__getitem__, keys), strict=True))
