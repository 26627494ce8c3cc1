"""Go's ``sort.Sort``: not stable, yet the same for the same input, so that equal things end where kubectl puts them.

Up to twelve things are inserted one by one, which keeps equal ones in order; more are parted around pivots.

Upstream: sort (zsortinterface.go: pattern-defeating quicksort)
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

_INSERTED: Final = 12
_LONG: Final = 50
_STEPS: Final = 5
_ALL_SWAPPED: Final = 12
_WORD: Final = (1 << 64) - 1


def go_sorted(items: Iterable[Item], key: Callable[[Item], str]) -> list[Item]:
    """Sort by a key as Go does."""
    pairs = [(key(item), item) for item in items]
    _Sort(pairs).sort(0, len(pairs), len(pairs).bit_length())
    return [item for _, item in pairs]


class _Sort:
    """One list at work; positions are those of the whole list."""

    def __init__(self, pairs: list[tuple[str, Item]]) -> None:
        self.pairs: list[tuple[str, Item]] = pairs

    def less(self, one: int, other: int) -> bool:
        return self.pairs[one][0] < self.pairs[other][0]

    def swap(self, one: int, other: int) -> None:
        self.pairs[one], self.pairs[other] = self.pairs[other], self.pairs[one]

    def sort(self, low: int, high: int, limit: int) -> None:
        """Part around pivots; bad luck is answered by shuffling, and a lot of it by a heap."""
        balanced = parted = True
        while high - low > _INSERTED:
            if limit == 0:
                self.heap(low, high)
                return
            if not balanced:
                self.shuffle(low, high)
                limit -= 1
            pivot, swaps = self.pivot(low, high)
            if swaps == _ALL_SWAPPED:
                self.pairs[low:high] = self.pairs[low:high][::-1]
                pivot = high - 1 - (pivot - low)
            ordered = swaps in (0, _ALL_SWAPPED)
            if balanced and parted and ordered and self.nearly_sorted(low, high):
                return
            if low > 0 and not self.less(low - 1, pivot):
                low = self.part_equal(low, high, pivot)
                continue
            length = high - low
            middle, parted = self.part(low, high, pivot)
            balanced = min(middle - low, high - middle) >= length // 8
            if middle - low < high - middle:
                self.sort(low, middle, limit)
                low = middle + 1
            else:
                self.sort(middle + 1, high, limit)
                high = middle
        self.insert(low, high)

    def insert(self, low: int, high: int) -> None:
        self.pairs[low:high] = sorted(self.pairs[low:high], key=lambda pair: pair[0])

    def heap(self, low: int, high: int) -> None:
        length = high - low
        for root in range((length - 1) // 2, -1, -1):
            self.sift(root, length, low)
        for end in range(length - 1, -1, -1):
            self.swap(low, low + end)
            self.sift(0, end, low)

    def sift(self, root: int, end: int, first: int) -> None:
        while (child := 2 * root + 1) < end:
            if child + 1 < end and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    def part(self, low: int, high: int, pivot: int) -> tuple[int, bool]:
        """Smaller things to the left of the pivot; say whether they stood there already."""
        self.swap(low, pivot)
        left, right = self.meet(low, low + 1, high - 1)
        already = left > right
        while left <= right:
            self.swap(left, right)
            left, right = self.meet(low, left + 1, right - 1)
        self.swap(right, low)
        return right, already

    def meet(self, pivot: int, left: int, right: int) -> tuple[int, int]:
        while left <= right and self.less(left, pivot):
            left += 1
        while left <= right and not self.less(right, pivot):
            right -= 1
        return left, right

    def part_equal(self, low: int, high: int, pivot: int) -> int:
        """Things equal to the pivot to the left of larger ones."""
        self.swap(low, pivot)
        left, right = low + 1, high - 1
        while True:
            while left <= right and not self.less(low, left):
                left += 1
            while left <= right and self.less(low, right):
                right -= 1
            if left > right:
                return left
            self.swap(left, right)
            left, right = left + 1, right - 1

    def nearly_sorted(self, low: int, high: int) -> bool:
        """Put a few things right, and say whether that was all there was to do."""
        at = low + 1
        for _ in range(_STEPS):
            while at < high and not self.less(at, at - 1):
                at += 1
            if at == high:
                return True
            if high - low < _LONG:
                return False
            self.swap(at, at - 1)
            if at - low >= 2:
                self.shift(range(at - 1, 0, -1))
            if high - at >= 2:
                self.shift(range(at + 1, high))
        return False

    def shift(self, positions: range) -> None:
        for at in positions:
            if not self.less(at, at - 1):
                return
            self.swap(at, at - 1)

    def shuffle(self, low: int, high: int) -> None:
        """Swap three things in the middle with others, the same ones every time."""
        length = high - low
        random, mask = length, (1 << length.bit_length()) - 1
        start = low + length // 4 * 2 - 1
        for at in range(start, start + 3):
            random ^= random << 13 & _WORD
            random ^= random >> 7
            random ^= random << 17 & _WORD
            other = random & mask
            self.swap(at, low + (other - length if other >= length else other))

    def pivot(self, low: int, high: int) -> tuple[int, int]:
        """A position whose value is near the middle, and how many comparisons found things the wrong way round."""
        quarter, swaps = (high - low) // 4, 0
        places = [low + quarter, low + quarter * 2, low + quarter * 3]
        if high - low >= _LONG:
            for index, place in enumerate(places):
                places[index], more = self.median(place - 1, place, place + 1)
                swaps += more
        chosen, more = self.median(*places)
        return chosen, swaps + more

    def median(self, one: int, two: int, three: int) -> tuple[int, int]:
        swaps = 0
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        if self.less(three, two):
            two, three, swaps = three, two, swaps + 1
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        return two, swaps
