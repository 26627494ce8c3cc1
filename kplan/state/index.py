"""Indexes of the store: two-level dictionaries that forks share until one of them writes.

A what-if forks the whole cluster; copying only the shelves that change keeps that in microseconds per object touched.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Generic, TypeVar

Shelf = TypeVar("Shelf")
Slot = TypeVar("Slot")
Item = TypeVar("Item")

_EMPTY: Final[Mapping[object, object]] = MappingProxyType({})


class Shelves(Generic[Shelf, Slot, Item]):
    """Shelf -> slot -> item, in order of insertion; a shelf is copied the first time it is written after a fork."""

    __slots__ = ("_outer_owned", "_own", "_shelves")

    def __init__(self) -> None:
        self._shelves: dict[Shelf, dict[Slot, Item]] = {}
        self._own: set[Shelf] = set()
        self._outer_owned = True

    def fork(self) -> "Shelves[Shelf, Slot, Item]":
        """Share everything; whoever writes first copies what it writes."""
        other = Shelves[Shelf, Slot, Item]()
        other._shelves = self._shelves
        other._outer_owned = self._outer_owned = False
        self._own = set()
        return other

    def get(self, shelf: Shelf) -> Mapping[Slot, Item]:
        """Look at one shelf; empty where there is none. Not to be changed."""
        return self._shelves.get(shelf) or _EMPTY  # type: ignore[return-value]  # an empty mapping is one of any type

    def set(self, shelf: Shelf, slot: Slot, item: Item) -> None:
        """Put an item; an existing slot keeps its place in the order."""
        self._writable(shelf)[slot] = item

    def discard(self, shelf: Shelf, slot: Slot) -> None:
        """Take an item away, and the shelf with its last item."""
        if slot in self.get(shelf):
            items = self._writable(shelf)
            del items[slot]
            if not items:
                del self._shelves[shelf]
                self._own.discard(shelf)

    def __iter__(self) -> Iterator[Shelf]:
        return iter(self._shelves)

    def _writable(self, shelf: Shelf) -> dict[Slot, Item]:
        if not self._outer_owned:
            self._shelves = dict(self._shelves)
            self._outer_owned = True
        if shelf not in self._own:
            self._shelves[shelf] = dict(self._shelves.get(shelf, ()))
            self._own.add(shelf)
        return self._shelves[shelf]
