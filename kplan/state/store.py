"""The cluster's memory: versioned objects by key, as etcd keeps them.

It knows versions, not meaning: defaulting, validation and admission are the API server's. Forking is cheap, because
every question of the kind "what if" starts with a fork.

Decided: stored values are shared and frozen by convention; ``put`` copies the two outer levels to stamp the version.
Decided: what was stored as text stays text until somebody looks at it, since most commands look at few objects.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.whole import whole
from kplan.state.glance import Unread, mentioning
from kplan.state.index import CopyOnWriteIndex
from kplan.state.watch import EventType, Subscriber, Subscribers, WatchEvent

_Kind = tuple[str, str]
_ADDED: Final = EventType.ADDED
_MODIFIED: Final = EventType.MODIFIED
_CREATED: Final = '"creationTimestamp":"'


class Store:
    """Objects by (group, kind, namespace, name), each write with a new resourceVersion."""

    def __init__(self, objects: Iterable[Json] = ()) -> None:
        self.revision = 0
        self.source: Hashable = None
        """Where the objects come from that were not written since; None if they come from nowhere."""
        self.salt = b""
        """What the hashes of Secrets in it are keyed with; empty if they are not."""
        self._kinds: CopyOnWriteIndex[_Kind, ObjectKey, Json | Unread] = CopyOnWriteIndex()
        self._namespaces: CopyOnWriteIndex[tuple[str, str, str], ObjectKey, None] = CopyOnWriteIndex()
        self.changed: dict[_Kind, int] = {}
        """The revision of the last write to every kind, to be read only."""
        self._written: dict[ObjectKey, None] = {}
        self._lineage = object()
        self.kinds_revision = 0
        """Counts how often a kind had its first object or lost its last one."""
        self.taken_over = 0
        """Counts how often objects were taken over, of which no subscriber is told."""
        self.load(objects)
        self._subscribers = Subscribers()

    @classmethod
    def of(cls, objects: Iterable[Json]) -> "Store":
        """A store that holds these objects, in their order."""
        return cls(objects)

    @classmethod
    def of_texts(cls, texts: Iterable[tuple[ObjectKey, Unread]], revision: int, source: Hashable) -> "Store":
        """A store at a revision that holds objects as texts, in their order."""
        kinds: defaultdict[_Kind, dict[ObjectKey, Json | Unread]] = defaultdict(dict)
        namespaces: defaultdict[tuple[str, str, str], dict[ObjectKey, None]] = defaultdict(dict)
        pairs = list(texts)
        places = map(itemgetter(0, 1, 2), map(itemgetter(0), pairs))
        for place, run in groupby(zip(places, pairs, strict=True), itemgetter(0)):
            members = dict(
                map(itemgetter(1), run)
            )  # dicts that are made of it do not work out its hashes again
            kinds[place[:2]].update(members)
            if place[2]:
                namespaces[place].update(dict.fromkeys(members))
        store = cls()
        store.revision, store.source = revision, source
        store._kinds, store._namespaces = CopyOnWriteIndex.of(kinds), CopyOnWriteIndex.of(namespaces)
        store.changed = dict.fromkeys(kinds, revision)
        return store

    @staticmethod
    def key_of(value: Json) -> ObjectKey:
        """The key an object is stored under."""
        metadata = value.get("metadata") or {}
        group = value["apiVersion"].rpartition("/")[0]
        return ObjectKey(group, value["kind"], metadata.get("namespace") or "", metadata.get("name") or "")

    def load(self, objects: Iterable[Json]) -> None:
        """Load objects unchanged, in this order and with their resourceVersions; subscribers are not notified."""
        self.taken_over += 1
        for value in objects:
            version = whole(str((value.get("metadata") or {}).get("resourceVersion") or ""))
            if version is not None:
                key = self.key_of(value)
                self.revision = max(self.revision + (key in self), version)
                self._set(key, value)
            else:
                self.revision += 1
                self._set(self.key_of(value), _stamped(value, self.revision))

    def get(self, key: ObjectKey) -> Json | None:
        """Read one object, or None."""
        try:
            value = self._kinds.buckets[key[:2]][key]
        except KeyError:
            return None
        return self._read(key, value) if value.__class__ is Unread else value  # type: ignore[return-value]

    def __contains__(self, key: ObjectKey) -> bool:
        try:
            return key in self._kinds.buckets[key[:2]]
        except KeyError:
            return False

    def __iter__(self) -> Iterator[Json]:
        for kind in self._kinds:
            yield from self.list(*kind)

    def items(self) -> Iterator[tuple[ObjectKey, Json]]:
        """Every object with its key, kind by kind."""
        for kind in self._kinds:
            yield from zip(self._kinds.get(kind), self.list(*kind), strict=True)

    def __len__(self) -> int:
        return sum(len(self._kinds.get(kind)) for kind in self._kinds)

    def kinds(self) -> Sequence[_Kind]:
        """The (group, kind) pairs there are objects of."""
        return list(self._kinds)

    def revision_of(self, group: str, kind: str) -> int:
        """The revision of the last write to a kind; 0 if there was none."""
        return self.changed.get((group, kind), 0)

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """Read objects in creation order; an empty namespace means all."""
        objects = self._kinds.get((group, kind))
        keys = self._namespaces.get((group, kind, namespace)) if namespace else tuple(objects)
        found = [objects[key] for key in keys]
        if Unread in map(type, found):
            return [self._read(key, value) for key, value in zip(keys, found, strict=True)]
        return found  # type: ignore[return-value]  # no text among them

    def unread(self) -> Iterator[tuple[_Kind, Mapping[ObjectKey, Json | Unread]]]:
        """Every kind with its objects, those that nobody has looked at as texts."""
        for kind in self._kinds:
            yield kind, self._kinds.get(kind)

    def places(self) -> Iterator[tuple[tuple[str, str, str], Mapping[ObjectKey, None]]]:
        """The keys of every kind in every namespace, kind by kind."""
        kinds = {kind: number for number, kind in enumerate(self._kinds)}
        for place in sorted(self._namespaces, key=lambda place: kinds[place[:2]]):
            yield place, self._namespaces.get(place)

    def members(
        self, group: str, kind: str, namespace: str = ""
    ) -> Iterator[tuple[ObjectKey, Json | Unread]]:
        """The objects of a kind with their keys, those that nobody has looked at as texts; "" means all namespaces."""
        objects = self._kinds.get((group, kind))
        if not namespace:
            return iter(objects.items())
        keys = self._namespaces.get((group, kind, namespace))
        return zip(keys, map(objects.__getitem__, keys), strict=True)

    def mentioning(self, word: str, *kinds: _Kind, namespace: str = "") -> Iterator[Json]:
        """The objects in which a word may stand, of some kinds or of all, kind by kind; the rest stays unread."""
        for kind in kinds or list(self._kinds):
            for key, value in mentioning(list(self.members(*kind, namespace)), (word,)):
                yield self._read(key, value)

    def metadata(self, word: str) -> Iterator[tuple[ObjectKey, Json]]:
        """The metadata of all objects in which a word may stand;
        of what nobody has looked at, the rest stays unread.
        """
        for kind in self._kinds:
            for key, value in mentioning(self._kinds.get(kind).items(), (word,)):
                yield key, value.metadata() if isinstance(value, Unread) else value["metadata"]

    def last_creation(self) -> str:
        """The latest creationTimestamp of all objects;
        what is text is read if it may hold a later one than those before.
        """
        last = ""
        for kind in self._kinds:
            for value in self._kinds.get(kind).values():
                if not isinstance(value, Unread):
                    last = max(last, value["metadata"].get("creationTimestamp") or "")
                elif max(value.following(_CREATED), default="") > last:
                    last = max(last, value.metadata().get("creationTimestamp") or "")
        return last

    def has(self, group: str, kind: str) -> bool:
        """Whether there is any object of a kind."""
        return bool(self._kinds.get((group, kind)))

    def put(self, value: Json, key: ObjectKey | None = None) -> Json:
        """Create or replace; the answer is the stored object with its new resourceVersion.

        Whoever has its key may give it.
        """
        key = key or self.key_of(value)
        previous = self.get(key)
        return self.add(key, value) if previous is None else self.replace(key, value, previous)

    def add(self, key: ObjectKey, value: Json) -> Json:
        """Create what is not there, as the caller knows; the answer is the stored object."""
        self.revision = revision = self.revision + 1
        stored = _stamped(value, revision)
        kind = key[:2]
        self.changed[kind] = revision
        self.kinds_revision += kind not in self._kinds.buckets
        self._note(key)
        self._kinds.set(kind, key, stored)
        if key[2]:
            self._namespaces.set(key[:3], key, None)
        self._tell(WatchEvent(revision, _ADDED, key, stored))
        return stored

    def replace(self, key: ObjectKey, value: Json, previous: Json, *, reports: bool = False) -> Json:
        """Replace what is stored, which the caller has just read; ``reports`` if nothing but the status differs."""
        self.revision = revision = self.revision + 1
        stored = {**value, "metadata": {**value["metadata"], "resourceVersion": str(revision)}}
        kind = key[:2]
        self.changed[kind] = revision
        if key not in self._written:
            self._written[key] = None
        self._kinds.set(kind, key, stored)
        self._tell(WatchEvent(revision, _MODIFIED, key, stored, previous, reports))
        return stored

    def delete(self, key: ObjectKey) -> Json | None:
        """Delete an object. Returns its last content, or None if it did not exist."""
        previous = self.get(key)
        if previous is None:
            return None
        self.revision += 1
        self.changed[key[:2]] = self.revision
        self._note(key)
        self._kinds.discard(key[:2], key)
        self.kinds_revision += key[:2] not in self._kinds
        self._namespaces.discard(key[:3], key)
        self._tell(
            WatchEvent(self.revision, EventType.DELETED, key, _stamped(previous, self.revision), previous)
        )
        return previous

    def fork(self) -> "Store":
        """A store that starts with the same content and goes its own way; subscribers stay behind."""
        other = Store()
        other.revision = self.revision
        other._kinds, other._namespaces = self._kinds.fork(), self._namespaces.fork()
        other.changed, other._written, other.source = dict(self.changed), dict(self._written), self.source
        other._lineage = self._lineage
        other.salt = self.salt
        return other

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call back on every change to come; the answer is called to stop."""
        return self._subscribers.add(subscriber)

    def replace_in_place(self, value: Json) -> None:
        """Store an object in place of the one with its key; it is no new version, and no subscriber hears of it."""
        self._set(self.key_of(value), value)

    def written(self) -> Sequence[ObjectKey]:
        """What is there, or no longer, since the objects were taken over from the source:
        by kind, new ones in their order.
        """
        kinds = {kind: number for number, kind in enumerate(self._kinds)}
        return sorted(self._written, key=lambda key: kinds.get(key[:2], len(kinds)))

    def keys(self, namespaces: Collection[str] | None = None) -> Iterator[ObjectKey]:
        """The keys of all objects, or of those in some namespaces, kind by kind."""
        for kind in list(self._kinds):
            if namespaces is None:
                yield from list(self._kinds.get(kind))
                continue
            for namespace in namespaces:
                yield from list(self._namespaces.get((*kind, namespace)))

    def touched(self, before: "Store") -> Iterator[ObjectKey]:
        """What was there in another store and may be otherwise here, in its order;
        of two that are no kin, everything.
        """
        kin = self._lineage is before._lineage  # noqa: SLF001 - a store like this one
        held = before._kinds.buckets  # noqa: SLF001 - likewise
        written = {key for key in self._written if key[:2] in held and key in held[key[:2]]} if kin else None
        kinds = None if written is None else {key[:2] for key in written}
        for kind, objects in before.unread():
            if written is None or kinds is None:
                yield from objects
            elif kind in kinds:
                yield from [key for key in objects if key in written]

    def _set(self, key: ObjectKey, value: Json | Unread) -> None:
        kind = key[:2]
        self.changed[kind] = self.revision
        objects = self._kinds.get(kind)
        new = key not in objects
        self.kinds_revision += not objects
        if new or key not in self._written:
            self._note(key)
        self._kinds.set(kind, key, value)
        if new and key[2]:
            self._namespaces.set(key[:3], key, None)

    def _tell(self, event: WatchEvent) -> None:
        for subscriber in self._subscribers.told:
            subscriber(event)

    def _note(self, key: ObjectKey) -> None:
        """Remember as written last."""
        if key in self._written:
            del self._written[key]
        self._written[key] = None

    def _read(self, key: ObjectKey, value: Json | Unread) -> Json:
        if not isinstance(value, Unread):
            return value
        read = value.read()
        self._kinds.settle(key[:2], key, read)
        return read


def written_since(before: Store, after: Store) -> Iterator[WatchEvent]:
    """What a watch would tell of a store that went its own way from another one."""
    for key in after.written():
        value, previous = after.get(key), before.get(key)
        if value is None and previous is not None:
            yield WatchEvent(after.revision, EventType.DELETED, key, previous, previous)
        elif value is not None and value != previous:
            kind = EventType.ADDED if previous is None else EventType.MODIFIED
            yield WatchEvent(after.revision, kind, key, value, previous)


def _stamped(value: Json, revision: int) -> Json:
    return {**value, "metadata": {**(value.get("metadata") or {}), "resourceVersion": str(revision)}}
