"""What actors read: every object by kind, namespace, owner and node, always as the last write left it.

Upstream: staging/src/k8s.io/client-go/tools/cache/thread_safe_store.go (indexers of the shared informers)
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.selectors.labels import Selector
from kplan.simulation.belongings import PODS, Belongings, Keys
from kplan.simulation.labelindex import LabelIndex, SelectorIndex, SelectorOf
from kplan.state.glance import Unread, labelled, mentioning
from kplan.state.store import Store
from kplan.state.texts import MARKED
from kplan.state.watch import EventType, WatchEvent

_Objects = dict[ObjectKey, Json | Unread]
_Keys = dict[ObjectKey, None]
_NO_KEYS: Final[_Keys] = {}
_SERVICES: Final = ("", "Service")
_EVENTS: Final = ("", "Event")
"""No actor watches Events, so nobody would hear of one that goes."""


class Cache:
    """Shared, indexed copies of the cluster's objects; what was stored as text is read when somebody looks at it."""

    def __init__(self, store: Store | None = None) -> None:
        """A cache of what a store holds, except Events; it has to be notified of every write to the store."""
        held = Store() if store is None else store
        self._objects: _Objects = {}
        self._kinds: dict[tuple[str, str], _Keys] = {}
        for kind, objects in held.unread():
            if kind == _EVENTS:
                continue
            self._objects.update(objects)
            self._kinds[kind] = dict.fromkeys(objects)
        self.kinds_revision = 0
        """Counts how often a kind had its first object or lost its last one."""
        self._namespaces: dict[tuple[str, str, str], _Keys] = {
            place: dict(keys) for place, keys in held.places() if place[:2] != _EVENTS
        }
        self._belongings = Belongings(self._objects, self._kinds)
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
        if event.previous is None or not _belongs_alike(key, value, event.previous):
            self._belongings.follow(key, value, event.previous)
        self._objects[key] = value
        if event.previous is None:
            self.kinds_revision += key[:2] not in self._kinds
            self._kinds.setdefault(key[:2], {})[key] = None
            if key.namespace:
                self._namespaces.setdefault(key[:3], {})[key] = None
        for follower in self._followers.get(key[:3], ()):
            follower.put(key, value, event.previous)

    def _discard(self, key: ObjectKey, previous: Json | None) -> None:
        if previous is not None:
            self._belongings.follow(key, None, previous)
        self._objects.pop(key, None)
        _drop(self._kinds, key[:2], key)
        self.kinds_revision += key[:2] not in self._kinds
        _drop(self._namespaces, key[:3], key)
        for follower in self._followers.get(key[:3], ()):
            follower.discard(key)

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

    def has(self, group: str, kind: str) -> bool:
        """Whether there is any object of a kind."""
        return bool(self._kinds.get((group, kind)))

    def count(self, group: str, kind: str) -> int:
        """How many objects of a kind there are."""
        return len(self._kinds.get((group, kind), _NO_KEYS))

    def terminating(self, group: str, kind: str) -> Sequence[Json]:
        """The objects of a kind that are marked for deletion, in creation order;
        of texts, those are read that may be.
        """
        members = self._members(self._kinds.get((group, kind), _NO_KEYS))
        found = (
            self._read(key, value) if isinstance(value, Unread) else value
            for key, value in mentioning(members, (MARKED,))
        )
        return [value for value in found if value["metadata"].get("deletionTimestamp") is not None]

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
        return self._values(self._belongings.controlled_by(uid, (group, kind)))

    def selected(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that a selector matches, in creation order."""
        place = (group, kind, namespace)
        return self._matching(self._namespaces.get(place), place, selector, orphans=False)

    def orphans(self, group: str, kind: str, namespace: str, selector: Selector) -> Sequence[Json]:
        """The objects of a kind and namespace that no controller owns and a selector matches."""
        place = (group, kind, namespace)
        keys = self._belongings.orphans((group, kind), namespace)
        return self._matching(keys, place, selector, orphans=True) if keys else ()

    def selecting(
        self,
        group: str,
        kind: str,
        namespace: str,
        selector_of: SelectorOf,
        sides: Sequence[Mapping[str, str]],
    ) -> Sequence[ObjectKey]:
        """The keys of a kind's objects in a namespace whose selector matches one of these sets of
        labels, in creation order.

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
        wanted = {*terms}
        for key, value in labelled(self._members(keys), terms):
            if isinstance(value, Unread) or wanted <= labels_of(value).items():
                yield key

    def _members(self, keys: Iterable[ObjectKey]) -> Iterable[tuple[ObjectKey, Json | Unread]]:
        held = [*keys]
        return zip(held, map(self._objects.__getitem__, held), strict=True)

    def labels(self, key: ObjectKey) -> Mapping[str, str]:
        """All labels of an object."""
        value = self._objects[key]
        return labels_of({"metadata": value.metadata()} if isinstance(value, Unread) else value)

    def labels_read(self, key: ObjectKey) -> Mapping[str, str]:
        """All labels of an object in which they were found; it is read whole where they stood in its metadata."""
        value = self._objects[key]
        if isinstance(value, Unread):
            if not value.is_outlined():
                return self.labels(key)
            value = self._read(key, value)
        return labels_of(value)

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
        pods = self._values(self._belongings.on(node))
        return [pod for pod in pods if node_of(pod) == node]

    def pods_by_node(self) -> Mapping[str, Collection[ObjectKey]]:
        """All pods by the node that they may be bound to, which is empty for those without:
        if one is bound, it is this one.
        """
        return {str(node): [*keys] for node, keys in self._belongings.nodes().items()}

    def nodes_mentioning(self, word: str) -> Iterator[str]:
        """The nodes that pods may be bound to in which a word may stand."""
        for _, value in mentioning(self._members(self._kinds.get(PODS, _NO_KEYS)), (word,)):
            yield value.node() if isinstance(value, Unread) else node_of(value)

    def dependents(self, uid: str) -> Sequence[ObjectKey]:
        """The keys of all objects with an owner reference to this uid."""
        return list(self._belongings.dependents(uid))

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

    def _matching(
        self, keys: Keys | None, place: tuple[str, str, str], selector: Selector, *, orphans: bool
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


def _drop(index: dict[Any, dict[ObjectKey, Any]], index_key: Any, key: ObjectKey) -> None:
    objects = index.get(index_key)
    if objects is not None:
        objects.pop(key, None)
        if not objects:
            del index[index_key]


def _belongs_alike(key: ObjectKey, value: Json, previous: Json) -> bool:
    """Whether two versions of an object have the same owners, and for pods the same spec; compared by identity."""
    if value["metadata"].get("ownerReferences") is not previous["metadata"].get("ownerReferences"):
        return False
    return key.kind != "Pod" or value.get("spec") is previous.get("spec")
