"""Which lines differ, decided exactly as GNU diff decides it.

Many shortest edit scripts exist for two texts; ``kubectl diff`` shows the one GNU diff picks, so its choices (trimmed
ends, confusing lines set aside, a bidirectional search, runs shifted downwards) are followed here step by step.

Upstream: GNU diffutils, src/analyze.c and src/io.c
"""

from collections import Counter
from collections.abc import Sequence

from kplan.namedtuples import NamedTuple

CONTEXT = 3
_TOO_MANY = 5


class Change(NamedTuple):
    """Lines ``start0..end0`` of the first text are replaced by ``start1..end1`` of the
    second (from 0, end excluded).
    """

    start0: int
    end0: int
    start1: int
    end1: int


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The runs of lines that differ, in order."""
    start, tail = _identical_ends(old, new)
    files = _classes(old[start : len(old) - tail], new[start : len(new) - tail])
    marks = _Marks(*map(len, files))
    _mark(files, marks)
    for side in (0, 1):
        _shift(files[side], marks.of[side], marks.of[1 - side])
    return [Change(*(position + start for position in change)) for change in _script(marks)]


def _identical_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines at both ends need no look; a context's worth stays, for runs to be shifted into."""
    limit = min(len(old), len(new))
    start = 0
    while start < limit and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < limit - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if start == limit == len(old) == len(new):
        return start, 0
    return max(0, start - CONTEXT), max(0, tail - CONTEXT)


def _classes(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int]]:
    """Number lines so that equal lines have equal numbers."""
    numbers: dict[str, int] = {}
    first = [numbers.setdefault(line, len(numbers)) for line in old]
    return first, [numbers.setdefault(line, len(numbers)) for line in new]


class _Marks:
    """Per side, which lines are changed; one unmarked line stands before and after."""

    def __init__(self, old: int, new: int) -> None:
        self.of = ([False] * (old + 2), [False] * (new + 2))
        """Line i stands at i + 1."""


def _mark(files: tuple[list[int], list[int]], marks: _Marks) -> None:
    """Mark a shortest set of changed lines, leaving lines aside that would confuse the search."""
    kept: list[list[int]] = []
    places: list[list[int]] = []
    counts = (Counter(files[0]), Counter(files[1]))
    for side in (0, 1):
        discarded = _discards(files[side], counts[1 - side])
        places.append([index for index, mark in enumerate(discarded) if not mark])
        kept.append([files[side][index] for index in places[side]])
        for index, mark in enumerate(discarded):
            if mark:
                marks.of[side][index + 1] = True
    search = _Search(kept[0], kept[1])
    search.compare(0, len(kept[0]), 0, len(kept[1]))
    for side, found in ((0, search.deleted), (1, search.inserted)):
        for index in found:
            marks.of[side][places[side][index] + 1] = True


def _discards(lines: list[int], other: Counter[int]) -> list[int]:
    """Per line: 1 without a match in the other file, 2 with so many that it may go along, 0 otherwise."""
    many = _TOO_MANY
    size = len(lines) // 64
    while (size := size >> 2) > 0:
        many *= 2
    marks = [1 if not other[line] else 2 if other[line] > many else 0 for line in lines]
    index = 0
    while index < len(marks):
        if marks[index] == 2:
            marks[index] = 0
        elif marks[index]:
            index = _settle(marks, index)
        index += 1
    return marks


def _settle(marks: list[int], start: int) -> int:
    """Decide which provisional discards of a run stand; the answer is the run's last line."""
    end = start
    while end < len(marks) and marks[end]:
        end += 1
    while end > start and marks[end - 1] == 2:
        end -= 1
        marks[end] = 0
    length = end - start
    provisional = marks[start:end].count(2)
    if provisional * 4 > length:
        for index in range(start, end):
            if marks[index] == 2:
                marks[index] = 0
        return start
    _cancel_subruns(marks, start, length)
    _cancel_edge(marks, start, length, 1)
    _cancel_edge(marks, end - 1, length, -1)
    return end - 1


def _cancel_subruns(marks: list[int], start: int, length: int) -> None:
    """Cancel subruns of provisionals about as long as the square root of a quarter of the run."""
    minimum = 1
    size = length >> 2
    while (size := size >> 2) > 0:
        minimum <<= 1
    minimum += 1
    offset = consecutive = 0
    while offset < length:
        if marks[start + offset] != 2:
            consecutive = 0
        else:
            consecutive += 1
            if minimum == consecutive:
                offset -= consecutive
            elif minimum < consecutive:
                marks[start + offset] = 0
        offset += 1


def _cancel_edge(marks: list[int], start: int, length: int, step: int) -> None:
    """Cancel provisionals near an end of the run, until three real discards in a row or one 8 lines in."""
    consecutive = 0
    for offset in range(length):
        index = start + step * offset
        if offset >= 8 and marks[index] == 1:
            return
        if marks[index] == 2:
            consecutive = 0
            marks[index] = 0
        elif marks[index] == 0:
            consecutive = 0
        else:
            consecutive += 1
        if consecutive == 3:
            return


class _Search:
    """Myers' search from both ends, splitting at the middle snake."""

    def __init__(self, old: list[int], new: list[int]) -> None:
        self.old = old
        self.new = new
        self.deleted: list[int] = []
        self.inserted: list[int] = []
        size = len(old) + len(new) + 3
        self._origin = len(new) + 1
        self._forward = [0] * size
        self._backward = [0] * size

    def compare(self, left0: int, right0: int, left1: int, right1: int) -> None:
        """Note the deletions and insertions between two stretches."""
        old, new = self.old, self.new
        waiting = [(left0, right0, left1, right1)]
        while waiting:
            left0, right0, left1, right1 = waiting.pop()
            while left0 < right0 and left1 < right1 and old[left0] == new[left1]:
                left0, left1 = left0 + 1, left1 + 1
            while left0 < right0 and left1 < right1 and old[right0 - 1] == new[right1 - 1]:
                right0, right1 = right0 - 1, right1 - 1
            if left0 == right0:
                self.inserted += range(left1, right1)
            elif left1 == right1:
                self.deleted += range(left0, right0)
            else:
                middle0, middle1 = self._middle(left0, right0, left1, right1)
                waiting += [(middle0, right0, middle1, right1), (left0, middle0, left1, middle1)]

    def _middle(self, left0: int, right0: int, left1: int, right1: int) -> tuple[int, int]:
        """Where the two searches meet."""
        old, new, origin = self.old, self.new, self._origin
        forward, backward = self._forward, self._backward
        lowest, highest = left0 - right1, right0 - left1
        start, end = left0 - left1, right0 - right1
        odd = bool((start - end) & 1)
        low_f = high_f = start
        low_b = high_b = end
        forward[origin + start] = left0
        backward[origin + end] = right0
        far = len(old) + len(new) + 2
        while True:
            low_f, high_f = _wider(forward, origin, low_f, high_f, lowest, highest, -1)
            for diagonal in range(high_f, low_f - 1, -2):
                below, above = forward[origin + diagonal - 1], forward[origin + diagonal + 1]
                x = above if below < above else below + 1
                y = x - diagonal
                while x < right0 and y < right1 and old[x] == new[y]:
                    x, y = x + 1, y + 1
                forward[origin + diagonal] = x
                if odd and low_b <= diagonal <= high_b and backward[origin + diagonal] <= x:
                    return x, y
            low_b, high_b = _wider(backward, origin, low_b, high_b, lowest, highest, far)
            for diagonal in range(high_b, low_b - 1, -2):
                below, above = backward[origin + diagonal - 1], backward[origin + diagonal + 1]
                x = below if below < above else above - 1
                y = x - diagonal
                while left0 < x and left1 < y and old[x - 1] == new[y - 1]:
                    x, y = x - 1, y - 1
                backward[origin + diagonal] = x
                if not odd and low_f <= diagonal <= high_f and x <= forward[origin + diagonal]:
                    return x, y


def _wider(
    reached: list[int], origin: int, low: int, high: int, lowest: int, highest: int, nowhere: int
) -> tuple[int, int]:
    """The diagonals that one edit more reaches: one more on either side, or one less if a side has no more."""
    if low > lowest:
        low -= 1
        reached[origin + low - 1] = nowhere
    else:
        low += 1
    if high < highest:
        high += 1
        reached[origin + high + 1] = nowhere
    else:
        high -= 1
    return low, high


def _shift(lines: list[int], changed: list[bool], other: list[bool]) -> None:
    """Move runs of changes as far down as equal lines allow, or back to where the other file changes, too."""
    end = len(lines)
    at = there = 0
    while True:
        while at < end and not changed[at + 1]:
            while other[there + 1]:
                there += 1
            there += 1
            at += 1
        if at == end:
            return
        start = at
        while changed[at + 1]:
            at += 1
        while other[there + 1]:
            there += 1
        at, there = _shift_run(lines, changed, other, start, at, there)


def _shift_run(
    lines: list[int], changed: list[bool], other: list[bool], start: int, at: int, there: int
) -> tuple[int, int]:
    """Shift one run; the answer is its end, here and there."""
    end = len(lines)
    while True:
        length = at - start
        while start and lines[start - 1] == lines[at - 1]:
            start, at = start - 1, at - 1
            changed[start + 1], changed[at + 1] = True, False
            while changed[start]:
                start -= 1
            there -= 1
            while other[there + 1]:
                there -= 1
        corresponding = at if other[there] else end
        while at != end and lines[start] == lines[at]:
            changed[start + 1], changed[at + 1] = False, True
            start, at = start + 1, at + 1
            while changed[at + 1]:
                at += 1
            there += 1
            while other[there + 1]:
                corresponding = at
                there += 1
        if length == at - start:
            break
    while corresponding < at:
        start, at = start - 1, at - 1
        changed[start + 1], changed[at + 1] = True, False
        there -= 1
        while other[there + 1]:
            there -= 1
    return at, there


def _script(marks: _Marks) -> list[Change]:
    found: list[Change] = []
    old, new = marks.of
    at0 = at1 = 0
    while at0 < len(old) - 2 or at1 < len(new) - 2:
        if old[at0 + 1] or new[at1 + 1]:
            start0, start1 = at0, at1
            while old[at0 + 1]:
                at0 += 1
            while new[at1 + 1]:
                at1 += 1
            found.append(Change(start0, at0, start1, at1))
        at0, at1 = at0 + 1, at1 + 1
    return found
