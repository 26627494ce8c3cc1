"""Indexes of the store: two-level dictionaries that forks share until one of them writes.

A what-if forks the whole cluster; copying only the buckets that change costs microseconds per object written.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Generic, TypeVar

Bucket = TypeVar("Bucket")
Key = TypeVar("Key")
Item = TypeVar("Item")

_EMPTY: Final[Mapping[object, object]] = MappingProxyType({})


class CopyOnWriteIndex(Generic[Bucket, Key, Item]):
    """Bucket -> key -> item, in order of insertion; a bucket is copied the first time it is written after a fork."""

    __slots__ = ("_buckets_owned", "_own", "buckets")

    def __init__(self) -> None:
        self.buckets: dict[Bucket, dict[Key, Item]] = {}
        """All of them, to be read only, until the next write."""
        self._own: set[Bucket] = set()
        self._buckets_owned = True

    @classmethod
    def of(cls, buckets: dict[Bucket, dict[Key, Item]]) -> "CopyOnWriteIndex[Bucket, Key, Item]":
        """An index of these buckets, which it takes over."""
        index = cls()
        index.buckets, index._own = dict(buckets), set(buckets)
        return index

    def fork(self) -> "CopyOnWriteIndex[Bucket, Key, Item]":
        """An index that shares every bucket; a write to either copies the bucket first."""
        other = CopyOnWriteIndex[Bucket, Key, Item]()
        other.buckets = self.buckets
        other._buckets_owned = self._buckets_owned = False
        self._own = set()
        return other

    def get(self, bucket: Bucket) -> Mapping[Key, Item]:
        """One bucket, for reading only; empty if there is none."""
        return self.buckets.get(bucket) or _EMPTY  # type: ignore[return-value]  # an empty mapping is one of any type

    def set(self, bucket: Bucket, key: Key, item: Item) -> None:
        """Set an item; an existing key keeps its place in the order."""
        if bucket in self._own and self._buckets_owned:
            self.buckets[bucket][key] = item
        else:
            self._writable(bucket)[key] = item

    def settle(self, bucket: Bucket, key: Key, item: Item) -> None:
        """Set another form of the same item, for all forks that share it."""
        self.buckets[bucket][key] = item

    def discard(self, bucket: Bucket, key: Key) -> None:
        """Remove an item, and the bucket with its last item."""
        if key in self.get(bucket):
            items = self._writable(bucket)
            del items[key]
            if not items:
                del self.buckets[bucket]
                self._own.discard(bucket)

    def __contains__(self, bucket: Bucket) -> bool:
        return bucket in self.buckets

    def __iter__(self) -> Iterator[Bucket]:
        return iter(self.buckets)

    def _writable(self, bucket: Bucket) -> dict[Key, Item]:
        if not self._buckets_owned:
            self.buckets = dict(self.buckets)
            self._buckets_owned = True
        if bucket not in self._own:
            self.buckets[bucket] = dict(self.buckets.get(bucket, ()))
            self._own.add(bucket)
        return self.buckets[bucket]
