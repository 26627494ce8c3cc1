"""The order in which Go's ``sort.Sort`` leaves what is equal: of up to 12 values as it was, of more
as its algorithm has it.

kubectl sorts with it, so that the order of equals is part of what it prints. It is a pattern-defeating quicksort:
short runs are sorted by insertion, partitions that do not balance are shuffled by a fixed sequence, and after too many
of them a heap takes over.

Upstream: none in Kubernetes; Go's package sort
"""

from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

_SHORT: Final = 12
"""How many values are sorted by insertion."""
_LONG: Final = 50
"""The number of values from which Go picks a pivot as a median of medians and tries an insertion sort
on nearly sorted values.
"""
_SHIFTS: Final = 5
_SWAPS_OF_REVERSED: Final = 12
_WORD: Final = (1 << 64) - 1


def go_sorted(values: Iterable[Value], less: Callable[[Value, Value], bool]) -> list[Value]:
    """The values in the order of ``less``; raises what it raises."""
    sorting = _Sorting(values, less)
    count = len(sorting.values)
    if count > 1:
        sorting.sort(0, count, count.bit_length())
    return sorting.values


def go_sorted_by(values: Iterable[Value], key: Callable[[Value], str]) -> list[Value]:
    """The values in the order of a key."""
    pairs = go_sorted([(key(value), value) for value in values], lambda one, other: one[0] < other[0])
    return [value for _, value in pairs]


class _Sorting(Generic[Value]):
    """The values while they are sorted; ranges are from ``start`` to before ``end``."""

    def __init__(self, values: Iterable[Value], less: Callable[[Value, Value], bool]) -> None:
        self.values = list(values)
        self._less = less

    def less(self, one: int, other: int) -> bool:
        return self._less(self.values[one], self.values[other])

    def swap(self, one: int, other: int) -> None:
        values = self.values
        values[one], values[other] = values[other], values[one]

    def sort(self, start: int, end: int, limit: int) -> None:
        """Sort a range; ``limit`` is how many unbalanced partitions there may be."""
        balanced = partitioned = True
        while end - start > _SHORT:
            if not limit:
                self._heap(start, end)
                return
            if not balanced:
                self._shuffle(start, end)
                limit -= 1
            pivot, swaps = self._pivot(start, end)
            if swaps == _SWAPS_OF_REVERSED:
                self.values[start:end] = self.values[start:end][::-1]
                pivot, swaps = end - 1 - (pivot - start), 0
            if balanced and partitioned and not swaps and self._nearly_sorted(start, end):
                return
            if start > 0 and not self.less(start - 1, pivot):
                start = self._without_equals(start, end, pivot)
                continue
            length = end - start
            middle, partitioned = self._partition(start, end, pivot)
            balanced = min(middle - start, end - middle) >= length // 8
            if middle - start < end - middle:
                self.sort(start, middle, limit)
                start = middle + 1
            else:
                self.sort(middle + 1, end, limit)
                end = middle
        self._insert(start, end)

    def _insert(self, start: int, end: int) -> None:
        for place in range(start + 1, end):
            while place > start and self.less(place, place - 1):
                self.swap(place, place - 1)
                place -= 1  # noqa: PLW2901 - the value sinks

    def _heap(self, start: int, end: int) -> None:
        count = end - start
        for root in range((count - 1) // 2, -1, -1):
            self._sift(root, count, start)
        for last in range(count - 1, -1, -1):
            self.swap(start, start + last)
            self._sift(0, last, start)

    def _sift(self, root: int, count: int, start: int) -> None:
        while (child := 2 * root + 1) < count:
            if child + 1 < count and self.less(start + child, start + child + 1):
                child += 1
            if not self.less(start + root, start + child):
                return
            self.swap(start + root, start + child)
            root = child

    def _shuffle(self, start: int, end: int) -> None:
        """Exchange three values in the middle for others, which a xorshift of the length names."""
        length = random = end - start
        place = start + length // 4 * 2 - 1
        for at in range(place, place + 3):
            random ^= random << 13 & _WORD
            random ^= random >> 7
            random ^= random << 17 & _WORD
            other = random & ((1 << length.bit_length()) - 1)
            self.swap(at, start + (other - length if other >= length else other))

    def _pivot(self, start: int, end: int) -> tuple[int, int]:
        """The place of the pivot, and how many pairs on the way to it were not in order."""
        quarter = (end - start) // 4
        places = [start + quarter * part for part in (1, 2, 3)]
        swaps = 0
        if end - start >= _LONG:
            found = [self._median(place - 1, place, place + 1) for place in places]
            places = [place for place, _ in found]
            swaps = sum(count for _, count in found)
        pivot, more = self._median(*places)
        return pivot, swaps + more

    def _median(self, one: int, two: int, three: int) -> tuple[int, int]:
        swaps = 0
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        if self.less(three, two):
            two, three, swaps = three, two, swaps + 1
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        return two, swaps

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Whether a few shifts leave nothing to do; short ranges are not shifted."""
        place = start + 1
        for _ in range(_SHIFTS):
            while place < end and not self.less(place, place - 1):
                place += 1
            if place == end:
                return True
            if end - start < _LONG:
                return False
            self.swap(place, place - 1)
            self._shift(start, place, end)
        return False

    def _shift(self, start: int, place: int, end: int) -> None:
        if place - start >= 2:
            below = place - 1
            while below >= 1 and self.less(below, below - 1):
                self.swap(below, below - 1)
                below -= 1
        if end - place >= 2:
            above = place + 1
            while above < end and self.less(above, above - 1):
                self.swap(above, above - 1)
                above += 1

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Values below the pivot, then it, then the others: its place, and whether they stood so."""
        self.swap(start, pivot)
        low, high = self._apart(start, start + 1, end - 1)
        stood = low > high
        while low <= high:
            self.swap(low, high)
            low, high = self._apart(start, low + 1, high - 1)
        self.swap(high, start)
        return high, stood

    def _apart(self, pivot: int, low: int, high: int) -> tuple[int, int]:
        while low <= high and self.less(low, pivot):
            low += 1
        while low <= high and not self.less(high, pivot):
            high -= 1
        return low, high

    def _without_equals(self, start: int, end: int, pivot: int) -> int:
        """Values that equal the pivot first: where the greater ones begin."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        while True:
            while low <= high and not self.less(start, low):
                low += 1
            while low <= high and self.less(start, high):
                high -= 1
            if low > high:
                return low
            self.swap(low, high)
            low, high = low + 1, high - 1
