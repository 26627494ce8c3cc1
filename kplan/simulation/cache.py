"""What actors read: every object by kind, namespace, owner and node, always as the last write left it.

Upstream: staging/src/k8s.io/client-go/tools/cache/thread_safe_store.go (indexers of the shared informers)
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.simulation.labelindex import LabelIndex, SelectorIndex, SelectorOf
from kplan.state.watch import EventType, WatchEvent

_Objects = dict[ObjectKey, Json]
_NOTHING: _Objects = {}


class _Index(IntEnum):
    KIND = 0
    NAMESPACE = 1
    CONTROLLER = 2
    ORPHAN = 3
    NODE = 4
    OWNER = 5


class Cache:
    """Shared, indexed copies of the cluster's objects."""

    def __init__(self) -> None:
        self._indexes: tuple[dict[Any, _Objects], ...] = tuple({} for _ in _Index)
        self._labels: dict[tuple[bool, str, str, str], LabelIndex] = {}
        self._selectors: dict[tuple[SelectorOf, str, str, str], SelectorIndex] = {}
        self._followers: dict[tuple[str, str, str], list[LabelIndex | SelectorIndex]] = {}

    def load(self, objects: Iterable[tuple[ObjectKey, Json]]) -> None:
        """Take over what the cluster holds already."""
        for key, value in objects:
            for index, index_key in _index_keys(key, value):
                self._indexes[index].setdefault(index_key, {})[key] = value

    def apply(self, event: WatchEvent) -> None:
        """Bring the indexes up to date with one write."""
        gone = event.type is EventType.DELETED
        new = [] if gone else _index_keys(event.key, event.value)
        if event.previous is not None and (gone or not _has_same_index_keys(event.value, event.previous)):
            for index, index_key in _index_keys(event.key, event.previous):
                if (index, index_key) not in new:
                    self._drop(index, index_key, event.key)
        for index, index_key in new:
            self._indexes[index].setdefault(index_key, {})[event.key] = event.value
        for follower in self._followers.get(event.key[:3], ()):
            if gone:
                follower.discard(event.key)
            else:
                follower.put(event.key, event.value, event.previous)

    def find(self, key: ObjectKey) -> Json | None:
        """One object, or None."""
        return self._indexes[_Index.KIND].get(key[:2], _NOTHING).get(key)

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """Objects in creation order; an empty namespace means all."""
        if namespace:
            return list(self._indexes[_Index.NAMESPACE].get((group, kind, namespace), _NOTHING).values())
        return list(self._indexes[_Index.KIND].get((group, kind), _NOTHING).values())

    def items(self, group: str, kind: str) -> Sequence[tuple[ObjectKey, Json]]:
        """Objects of a kind with their keys, in creation order."""
        return list(self._indexes[_Index.KIND].get((group, kind), _NOTHING).items())

    def __len__(self) -> int:
        return sum(map(len, self._indexes[_Index.KIND].values()))

    def all(self) -> Sequence[tuple[ObjectKey, Json]]:
        """Everything with its key, kind by kind."""
        return [pair for objects in self._indexes[_Index.KIND].values() for pair in objects.items()]

    def kinds_in(self, namespace: str) -> Sequence[tuple[str, str]]:
        """The (group, kind) pairs a namespace has objects of."""
        return [index_key[:2] for index_key in self._indexes[_Index.NAMESPACE] if index_key[2] == namespace]

    def controlled_by(self, uid: str, group: str, kind: str) -> Sequence[Json]:
        """The objects of a kind whose controller reference names this uid."""
        return list(self._indexes[_Index.CONTROLLER].get((uid, group, kind), _NOTHING).values())

    def selected(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that a selector matches, in creation order."""
        return self._matching(_Index.NAMESPACE, (group, kind, namespace), selector)

    def orphans(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that no controller owns and a selector matches."""
        return self._matching(_Index.ORPHAN, (group, kind, namespace), selector)

    def selecting(
        self,
        group: str,
        kind: str,
        namespace: str,
        selector_of: SelectorOf,
        sides: Sequence[Mapping[str, str]],
    ) -> Sequence[Json]:
        """The objects of a kind and namespace whose selector matches one of these sets of labels, in creation order.

        ``selector_of`` has to be the same function every time, and look at the spec alone.
        """
        objects = self._indexes[_Index.NAMESPACE].get((group, kind, namespace))
        if not objects or not sides:
            return ()
        known = self._selectors.get((selector_of, group, kind, namespace))
        if known is None:
            known = self._selectors[selector_of, group, kind, namespace] = SelectorIndex(selector_of)
            self._follow(known, (group, kind, namespace), objects)
        found = []
        for key in known.candidates(sides):
            selector = selector_of(objects[key])
            if selector is not None and any(map(selector.matches, sides)):
                found.append(objects[key])
        return found

    def pods_on(self, node: str) -> Sequence[Json]:
        """The pods bound to a node."""
        return list(self._indexes[_Index.NODE].get(node, _NOTHING).values())

    def dependents(self, uid: str) -> Sequence[ObjectKey]:
        """The keys of all objects with an owner reference to this uid."""
        return list(self._indexes[_Index.OWNER].get(uid, _NOTHING))

    def _matching(self, index: int, place: tuple[str, str, str], selector: Selector) -> Sequence[Json]:
        objects = self._indexes[index].get(place)
        if not objects or not selector.selectable:
            return ()
        if not selector.exact:
            return [value for value in objects.values() if selector.matches(labels_of(value))]
        orphans = index == _Index.ORPHAN
        known = self._labels.get((orphans, *place))
        if known is None:
            known = self._labels[orphans, *place] = LabelIndex(orphans=orphans)
            self._follow(known, place, objects)
        candidates = (objects[key] for key in known.candidates(selector.exact))
        return [value for value in candidates if selector.matches(labels_of(value))]

    def _follow(
        self, index: LabelIndex | SelectorIndex, place: tuple[str, str, str], objects: _Objects
    ) -> None:
        """Fill an index with what there is, and keep it up to date."""
        for key, value in objects.items():
            index.put(key, value)
        self._followers.setdefault(place, []).append(index)

    def _drop(self, index: int, index_key: Any, key: ObjectKey) -> None:
        objects = self._indexes[index].get(index_key)
        if objects is not None:
            objects.pop(key, None)
            if not objects:
                del self._indexes[index][index_key]


def _has_same_index_keys(value: Json, previous: Json) -> bool:
    """Whether two states of an object have the same index keys; owners and spec, which give them, are compared by identity."""
    same_owners = value["metadata"].get("ownerReferences") is previous["metadata"].get("ownerReferences")
    return same_owners and value.get("spec") is previous.get("spec")


def _index_keys(key: ObjectKey, value: Json) -> list[tuple[int, Any]]:
    """The indexes an object is in, and its key in each."""
    keys: list[tuple[int, Any]] = [(_Index.KIND, key[:2])]
    if key.namespace:
        keys.append((_Index.NAMESPACE, key[:3]))
    controlled = False
    for reference in value["metadata"].get("ownerReferences") or ():
        uid = reference.get("uid") or ""
        keys.append((_Index.OWNER, uid))
        if reference.get("controller"):
            controlled = True
            keys.append((_Index.CONTROLLER, (uid, key.group, key.kind)))
    if not controlled:
        keys.append((_Index.ORPHAN, key[:3]))
    if key.kind == "Pod" and not key.group:
        node = (value.get("spec") or {}).get("nodeName")
        if node:
            keys.append((_Index.NODE, node))
    return keys
