"""An index that is made when somebody asks for the first time, as if it had been there from the beginning.

Upstream: none; an informer's indexes are made as its objects come in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from kplan.api.gvk import ObjectKey

Pairs = Iterable[tuple[str, ObjectKey]]
"""What objects are found by, with their keys, in the order of the objects."""
_NONE: Final[Mapping[ObjectKey, None]] = MappingProxyType({})


class LateIndex:
    """The keys of objects by something about them, in the order in which they came to be found by it."""

    __slots__ = ("_buckets", "_pairs")

    def __init__(self, pairs: Callable[[], Pairs]) -> None:
        """``pairs`` tells of all objects as they are when it is asked, which is done once."""
        self._pairs: Callable[[], Pairs] | None = pairs
        self._buckets: dict[str, dict[ObjectKey, None]] = {}
        """Until the index is made, what came since the beginning: it stands behind what was there."""

    def get(self, found_by: str) -> Mapping[ObjectKey, None]:
        """The keys that are found by something, to be read only."""
        if self._pairs is not None:
            self._make(self._pairs())
        return self._buckets.get(found_by, _NONE)

    def move(self, key: ObjectKey, old: Collection[str], new: Collection[str]) -> None:
        """Follow an object that is found by something else from now on; where it stays, it keeps its place."""
        for gone in old:
            if gone not in new and (keys := self._buckets.get(gone)) is not None:
                keys.pop(key, None)
                if not keys:
                    del self._buckets[gone]
        for come in new:
            if come not in old:
                self._buckets.setdefault(come, {})[key] = None

    def _make(self, pairs: Pairs) -> None:
        made: dict[str, dict[ObjectKey, None]] = {}
        for found_by, key in pairs:
            if key not in self._buckets.get(found_by, _NONE):
                made.setdefault(found_by, {})[key] = None
        for found_by, keys in self._buckets.items():
            made.setdefault(found_by, {}).update(keys)
        self._buckets, self._pairs = made, None
