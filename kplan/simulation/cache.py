"""What actors read: every object by kind, namespace, owner and node, always as the last write left it.

Upstream: staging/src/k8s.io/client-go/tools/cache/thread_safe_store.go (indexers of the shared informers)
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.pods import node_of
from kplan.selectors.labels import Selector
from kplan.simulation.labelindex import LabelIndex, SelectorIndex, SelectorOf
from kplan.state.glance import Unread
from kplan.state.store import Store
from kplan.state.texts import label_bits, label_word
from kplan.state.watch import EventType, WatchEvent

_Objects = dict[ObjectKey, Json | Unread]
_Keys = dict[ObjectKey, None]
_Buckets = defaultdict[Any, _Keys]
_Place = tuple[int, Any]
"""An index, and a key in it."""
_NO_KEYS: Final[_Keys] = {}
_PODS: Final = ("", "Pod")
_SERVICES: Final = ("", "Service")


class _Index(IntEnum):
    CONTROLLER = 0
    ORPHAN = 1
    NODE = 2
    OWNER = 3


class Cache:
    """Shared, indexed copies of the cluster's objects; what was stored as text is read when somebody looks at it."""

    def __init__(self, store: Store | None = None) -> None:
        """A cache of what a store holds; it has to be told of every write to it."""
        held = Store() if store is None else store
        self._objects: _Objects = {}
        self._kinds: dict[tuple[str, str], _Keys] = {}
        for kind, objects in held.unread():
            self._objects.update(objects)
            self._kinds[kind] = dict.fromkeys(objects)
        self._namespaces: dict[tuple[str, str, str], _Keys] = {
            place: dict(keys) for place, keys in held.places()
        }
        self._indexes: tuple[_Buckets, ...] | None = None
        self._labels: dict[tuple[bool, str, str, str], LabelIndex] = {}
        self._selectors: dict[tuple[SelectorOf, str, str, str], SelectorIndex] = {}
        self._followers: dict[tuple[str, str, str], list[LabelIndex | SelectorIndex]] = {}

    def apply(self, event: WatchEvent) -> None:
        """Bring the indexes up to date with one write."""
        key, value = event.key, event.value
        if event.reports:  # no index and no follower looks at a status
            self._objects[key] = value
            return
        if event.type is EventType.DELETED:
            self._discard(key, event.previous)
            return
        if event.previous is None:
            self._enter(key, _index_keys(key, value))
        elif not _has_same_index_keys(value, event.previous):
            new = _index_keys(key, value)
            self._leave(key, [place for place in _index_keys(key, event.previous) if place not in new])
            self._enter(key, new)
        self._objects[key] = value
        if event.previous is None:
            self._kinds.setdefault(key[:2], {})[key] = None
            if key.namespace:
                self._namespaces.setdefault(key[:3], {})[key] = None
        for follower in self._followers.get(key[:3], ()):
            follower.put(key, value, event.previous)

    def _discard(self, key: ObjectKey, previous: Json | None) -> None:
        if previous is not None:
            self._leave(key, _index_keys(key, previous))
        self._objects.pop(key, None)
        _drop(self._kinds, key[:2], key)
        _drop(self._namespaces, key[:3], key)
        for follower in self._followers.get(key[:3], ()):
            follower.discard(key)

    def _enter(self, key: ObjectKey, places: Iterable[_Place]) -> None:
        indexes = self._indexed()
        for index, index_key in places:
            indexes[index][index_key][key] = None

    def _leave(self, key: ObjectKey, places: Iterable[_Place]) -> None:
        indexes = self._indexed()
        for index, index_key in places:
            _drop(indexes[index], index_key, key)

    def find(self, key: ObjectKey) -> Json | None:
        """One object, or None."""
        value = self._objects.get(key)
        return self._read(key, value) if value.__class__ is Unread else value  # type: ignore[return-value]

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """Objects in creation order; an empty namespace means all."""
        if namespace:
            return self._values(self._namespaces.get((group, kind, namespace), _NO_KEYS))
        return [value for _, value in self.items(group, kind)]

    def items(self, group: str, kind: str) -> Sequence[tuple[ObjectKey, Json]]:
        """Objects of a kind with their keys, in creation order."""
        keys = tuple(self._kinds.get((group, kind), _NO_KEYS))
        return list(zip(keys, self._values(keys), strict=True))

    def __len__(self) -> int:
        return len(self._objects)

    def all(self) -> Sequence[tuple[ObjectKey, Json]]:
        """Everything with its key, kind by kind."""
        return [pair for kind in tuple(self._kinds) for pair in self.items(*kind)]

    def kinds_in(self, namespace: str) -> Sequence[tuple[str, str]]:
        """The (group, kind) pairs a namespace has objects of."""
        return [index_key[:2] for index_key in self._namespaces if index_key[2] == namespace]

    def controlled_by(self, uid: str, group: str, kind: str) -> Sequence[Json]:
        """The objects of a kind whose controller reference names this uid."""
        return self._values(self._indexed()[_Index.CONTROLLER].get((uid, group, kind), _NO_KEYS))

    def selected(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that a selector matches, in creation order."""
        place = (group, kind, namespace)
        return self._matching(self._namespaces.get(place), place, selector, orphans=False)

    def orphans(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that no controller owns and a selector matches."""
        place = (group, kind, namespace)
        keys = self._indexed()[_Index.ORPHAN].get(place)
        return self._matching(keys, place, selector, orphans=True) if keys else ()

    def selecting(
        self,
        group: str,
        kind: str,
        namespace: str,
        selector_of: SelectorOf,
        sides: Sequence[Mapping[str, str]],
    ) -> Sequence[ObjectKey]:
        """The keys of a kind's objects in a namespace whose selector matches one of these sets of labels, in creation order.

        ``selector_of`` has to be the same function every time, and look at the spec alone.
        """
        keys = self._namespaces.get((group, kind, namespace))
        if not keys or not sides:
            return ()
        known = self._selectors.get((selector_of, group, kind, namespace))
        if known is None:
            known = self._selectors[selector_of, group, kind, namespace] = self._selectors_in(
                keys, selector_of
            )
            self._followers.setdefault((group, kind, namespace), []).append(known)
        if len(sides) > 1:
            return self._selecting(known, sides)
        answer = known.answer(sides[0])
        if answer is None:
            answer = self._selecting(known, sides)
            known.remember(sides[0], answer)
        return answer

    def labelled(self, keys: Iterable[ObjectKey], terms: Sequence[tuple[str, str]]) -> Iterator[ObjectKey]:
        """The objects among these that may have some labels; texts say so without being read."""
        words, bits, wanted = [label_word(*term) for term in terms], label_bits(terms), {*terms}
        for key in keys:
            value = self._objects[key]
            if isinstance(value, Unread):
                if value.may_have(words, bits):
                    yield key
            elif wanted <= labels_of(value).items():
                yield key

    def labels(self, key: ObjectKey) -> Mapping[str, str]:
        """All labels of an object."""
        value = self._objects[key]
        return labels_of({"metadata": value.metadata()} if isinstance(value, Unread) else value)

    def _selectors_in(self, keys: Iterable[ObjectKey], selector_of: SelectorOf) -> SelectorIndex:
        made = SelectorIndex(selector_of)
        for key in keys:
            value = self._objects[key]
            if not isinstance(value, Unread):
                made.put(key, value)
            elif key[:2] == _SERVICES:  # they select by whole labels alone
                made.put_text(key, value)
            else:
                made.put(key, self._read(key, value))
        return made

    def _selecting(self, known: SelectorIndex, sides: Sequence[Mapping[str, str]]) -> Sequence[ObjectKey]:
        found = []
        for key in known.candidates(sides):
            selector = known.selector_of(self._values((key,))[0])
            if selector is not None and any(map(selector.matches, sides)):
                found.append(key)
        return found

    def pods_on(self, node: str) -> Sequence[Json]:
        """The pods bound to a node."""
        pods = self._values(self._indexed()[_Index.NODE].get(node, _NO_KEYS))
        return [pod for pod in pods if node_of(pod) == node]

    def pods_by_node(self, mentioning: str = "") -> Iterator[tuple[ObjectKey, str]]:
        """Every pod in which a word may stand, with the node that it may be bound to: where it is bound, it is this one."""
        for key in self._kinds.get(_PODS, _NO_KEYS):
            value = self._objects[key]
            if not isinstance(value, Unread):
                yield key, node_of(value)
            elif not mentioning or value.mentions(mentioning):
                yield key, value.node()

    def dependents(self, uid: str) -> Sequence[ObjectKey]:
        """The keys of all objects with an owner reference to this uid."""
        return list(self._indexed()[_Index.OWNER].get(uid, _NO_KEYS))

    def _read(self, key: ObjectKey, value: Unread) -> Json:
        self._objects[key] = found = value.read()
        return found

    def _values(self, keys: Collection[ObjectKey]) -> Sequence[Json]:
        objects = self._objects
        found = [objects[key] for key in keys]
        for value in found:
            if value.__class__ is Unread:
                return [
                    self._read(key, value) if isinstance(value, Unread) else value
                    for key, value in zip(keys, found, strict=True)
                ]
        return found  # type: ignore[return-value]  # no text among them

    def _indexed(self) -> tuple[_Buckets, ...]:
        """The indexes, made when they are asked for or something is written."""
        if self._indexes is None:
            self._indexes = tuple(defaultdict(dict) for _ in _Index)
            for kind, keys in self._kinds.items():
                self._index(kind, keys, *self._indexes)
        return self._indexes

    def _index(
        self, kind: tuple[str, str], keys: _Keys, controllers: _Buckets, orphans: _Buckets, nodes: _Buckets, owners: _Buckets,
    ) -> None:  # fmt: skip
        """Put all objects of a kind into the indexes, as their events would one by one, in a third of the time."""
        objects = self._objects
        for key in keys:
            value = objects[key]
            uid = value.owner() if isinstance(value, Unread) else None
            if uid:
                owners[uid][key] = controllers[uid, *kind][key] = None
                continue
            controlled = False
            for reference in () if uid == "" else _references(value):
                uid = reference.get("uid") or ""
                owners[uid][key] = None
                if reference.get("controller"):
                    controlled = True
                    controllers[uid, *kind][key] = None
            if not controlled:
                orphans[key[:3]][key] = None
        if kind == _PODS:
            for key in keys:
                value = objects[key]
                if node := value.node() if isinstance(value, Unread) else node_of(value):
                    nodes[node][key] = None

    def _matching(
        self, keys: _Keys | None, place: tuple[str, str, str], selector: Selector, *, orphans: bool
    ) -> Sequence[Json]:
        if not keys or not selector.selectable:
            return ()
        if not selector.exact:
            return [value for value in self._values(keys) if selector.matches(labels_of(value))]
        known = self._labels.get((orphans, *place))
        if known is None:
            known = self._labels[orphans, *place] = LabelIndex(self, keys, orphans=orphans)
            self._followers.setdefault(place, []).append(known)
        return self._values(known.selected(selector))


def _references(value: Json | Unread) -> Sequence[Json]:
    return value.owners() if isinstance(value, Unread) else owners_of(value)


def _drop(index: dict[Any, dict[ObjectKey, Any]], index_key: Any, key: ObjectKey) -> None:
    objects = index.get(index_key)
    if objects is not None:
        objects.pop(key, None)
        if not objects:
            del index[index_key]


def _has_same_index_keys(value: Json, previous: Json) -> bool:
    """Whether two states of an object have the same index keys; owners and spec, which give them, are compared by identity."""
    same_owners = value["metadata"].get("ownerReferences") is previous["metadata"].get("ownerReferences")
    return same_owners and value.get("spec") is previous.get("spec")


def _index_keys(key: ObjectKey, value: Json) -> list[_Place]:
    """The indexes an object is in, and its key in each."""
    keys: list[_Place] = []
    controlled = False
    for reference in owners_of(value):
        uid = reference.get("uid") or ""
        keys.append((_Index.OWNER, uid))
        if reference.get("controller"):
            controlled = True
            keys.append((_Index.CONTROLLER, (uid, key.group, key.kind)))
    if not controlled:
        keys.append((_Index.ORPHAN, key[:3]))
    if key.kind == "Pod" and not key.group:
        node = node_of(value)
        if node:
            keys.append((_Index.NODE, node))
    return keys
