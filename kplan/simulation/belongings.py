"""What belongs to whom: objects by controller, by any owner and by node, and those that nobody controls.

Upstream: pkg/controller/controller_utils.go (AddPodControllerIndexer, AddPodNodeNameIndexer)
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.pods import node_of
from kplan.simulation.lateindex import LateIndex, Pairs
from kplan.state.glance import Unread

Kind = tuple[str, str]
Keys = Mapping[ObjectKey, None]
PODS: Final[Kind] = ("", "Pod")
_ALL: Final[Kind] = ("", "")
"""Stands for all kinds."""
_Reader = Callable[[ObjectKey, Json | Unread], Sequence[str]]


def _controllers(key: ObjectKey, value: Json | Unread) -> Sequence[str]:
    del key
    return [uid for uid, controls in _owners(value) if controls]


def _free_in(key: ObjectKey, value: Json | Unread) -> Sequence[str]:
    """The namespace of an object that no controller owns."""
    return () if any(controls for _, controls in _owners(value)) else (key.namespace,)


def _node(key: ObjectKey, value: Json | Unread) -> Sequence[str]:
    del key
    node = value.node() if isinstance(value, Unread) else node_of(value)
    return (node,) if node else ()


def _any_owners(key: ObjectKey, value: Json | Unread) -> Sequence[str]:
    del key
    return [uid for uid, _ in _owners(value)]


def _owners(value: Json | Unread) -> Sequence[tuple[str, bool]]:
    """The uids of an object's owners, and whether each is its controller."""
    only = value.owner() if isinstance(value, Unread) else None
    if only is not None:
        return ((only, True),) if only else ()
    references = value.owners() if isinstance(value, Unread) else owners_of(value)
    return [(one.get("uid") or "", bool(one.get("controller"))) for one in references]


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
        return self._index(_free_in, kind).get(namespace)

    def on(self, node: str) -> Keys:
        """The pods that may be bound to a node."""
        return self._index(_node, PODS).get(node)

    def dependents(self, uid: str) -> Keys:
        """All objects with an owner reference to this uid."""
        return self._index(_any_owners, _ALL).get(uid)

    def follow(self, key: ObjectKey, value: Json | None, previous: Json | None) -> None:
        """Follow a write; None stands for an object that was not there, or is no longer."""
        kind = key[:2]
        for read, of in ((_controllers, kind), (_free_in, kind), (_any_owners, _ALL), (_node, kind)):
            if read is _node and kind != PODS:
                continue
            old = () if previous is None else read(key, previous)
            new = () if value is None else read(key, value)
            if old != new:
                self._index(read, of).move(key, old, new)

    def _index(self, read: _Reader, kind: Kind) -> LateIndex:
        found = self._indexes.get((read, kind))
        if found is None:
            found = self._indexes[read, kind] = LateIndex(partial(self._pairs, read, kind))
        return found

    def _pairs(self, read: _Reader, kind: Kind) -> Pairs:
        """What all objects of a kind are found by."""
        for one in self._kinds if kind == _ALL else (kind,):
            for key in self._kinds.get(one, ()):
                for found_by in read(key, self._objects[key]):
                    yield found_by, key
