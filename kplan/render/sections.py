"""Parts of a text that must not grow beyond a size: what does not fit is counted instead of shown."""

from collections.abc import Sequence

from kplan.namedtuples import NamedTuple


class Section(NamedTuple):
    """Rows under a title; the first rows are the most important ones."""

    noun: str
    """What one row is."""
    rows: Sequence[str]

    @property
    def size(self) -> int:
        """Bytes of all rows, with the line ends."""
        return sum(map(_size, self.rows))


class Fitted(NamedTuple):
    """The rows that are shown, and how many are not."""

    rows: Sequence[str]
    left_out: int


def fit(sections: Sequence[Section], room: int) -> list[Fitted]:
    """Share ``room`` bytes out: a section takes half of what is left, and what those after it do not need."""
    needs = [section.size for section in sections]
    found = []
    for place, section in enumerate(sections):
        share = max(room // 2, room - sum(needs[place + 1 :]))
        fitted, used = _first(section.rows, share)
        found.append(fitted)
        room -= used
    return found


def _first(rows: Sequence[str], room: int) -> tuple[Fitted, int]:
    """The rows up to the first that does not fit, and their bytes."""
    used = 0
    for number, row in enumerate(rows):
        if used + _size(row) > room:
            return Fitted(rows[:number], len(rows) - number), used
        used += _size(row)
    return Fitted(rows, 0), used


def _size(row: str) -> int:
    return len(row.encode("utf-8", "replace")) + 1
