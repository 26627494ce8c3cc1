"""An index that is made when somebody asks for the first time, as if it had been there from the beginning.

Upstream: none; an informer's indexes are made as its objects come in.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from kplan.api.gvk import ObjectKey

Pairs = Iterable[tuple[Hashable, ObjectKey]]
"""What objects are found by, with their keys, in the order of the objects."""
Bucket = Mapping[ObjectKey, None]
_NONE: Final[Bucket] = MappingProxyType({})


class LateIndex:
    """Keys of objects by one of their properties, in the order in which they acquired it."""

    __slots__ = ("_buckets", "_names", "_pairs")

    def __init__(self, pairs: Callable[[], Pairs]) -> None:
        """``pairs`` lists all objects as they are when it is called."""
        self._pairs: Callable[[], Pairs] | None = pairs
        self._names: Collection[Hashable] | None = None
        """What anything was found by when somebody asked for what few are found by."""
        self._buckets: dict[Hashable, dict[ObjectKey, None]] = {}
        """Until the index is made, what came since the beginning: it stands behind what was there."""

    def get(self, found_by: Hashable) -> Bucket:
        """The keys that are found by something, to be read only."""
        return self.all().get(found_by, _NONE)

    def get_rare(self, found_by: Hashable) -> Bucket:
        """Like ``get``, for properties that usually match nothing: no index is built as long as that is so."""
        if self._pairs is not None:
            if self._names is None:
                self._names = {name for name, _ in self._pairs()}
            if found_by not in self._names:
                return self._buckets.get(found_by, _NONE)
        return self.get(found_by)

    def all(self) -> Mapping[Hashable, Bucket]:
        """All that anything is found by, to be read only."""
        if self._pairs is not None:
            self._make(self._pairs())
        return self._buckets

    def move(self, key: ObjectKey, old: Collection[Hashable], new: Collection[Hashable]) -> None:
        """Follow an object that is found by something else from now on; if it stays, it keeps its place."""
        for gone in old:
            if gone not in new and (keys := self._buckets.get(gone)) is not None:
                keys.pop(key, None)
                if not keys:
                    del self._buckets[gone]
        for come in new:
            if come not in old:
                self._buckets.setdefault(come, {})[key] = None

    def _make(self, pairs: Pairs) -> None:
        made: dict[Hashable, dict[ObjectKey, None]] = {}
        came = self._buckets
        for found_by, key in pairs:
            if found_by not in came or key not in came[found_by]:
                bucket = made.get(found_by)
                if bucket is None:
                    bucket = made[found_by] = {}
                bucket[key] = None
        for found_by, keys in came.items():
            made.setdefault(found_by, {}).update(keys)
        self._buckets, self._pairs = made, None
