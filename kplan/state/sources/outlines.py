"""What the stored state keeps beside its texts: the outlines of the objects that nothing has ended, in
blocks of columns by kind.

An object's place is its own for good, and an outline counts for the row it was made of alone. Where there is none, as
in files that an earlier version wrote, and of revisions that are not the newest, texts tell.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from kplan.state.outline import NOTHING, Outlines
from kplan.state.sources.columns import Columns, unpacked

NUMBERS: Final = 5
"""Columns of numbers, which come first: an object's place, the revision that wrote its row,
and those of its outline.
"""
Kind = tuple[str, str]


class Kept:
    """What a file keeps, read when the first outline is asked for."""

    def __init__(self, rows: Callable[[], Sequence[Sequence[Any]]]) -> None:
        """``rows`` reads the table."""
        self._rows = rows

    @cached_property
    def _kinds(self) -> Mapping[Kind, Sequence[Sequence[Any]]]:
        kinds: defaultdict[Kind, list[Sequence[Any]]] = defaultdict(list)
        for group, kind, *columns in self._rows():
            kinds[group, kind].append(columns)
        return kinds

    def of(self, kind: Kind) -> Columns | None:
        """The columns of a kind; None if there are none that can be read."""
        return unpacked(self._kinds.get(kind, ()), NUMBERS)


class Texts:
    """The texts of one kind in a revision."""

    def __init__(self, kind: Kind, refuse: Callable[[], None], kept: Kept) -> None:
        """``refuse`` raises the error that names the texts which hold no object."""
        self.refuse: Final = refuse
        self._kind = kind
        self._kept = kept
        self._places: list[int] = []
        self._since: list[int] = []

    def __len__(self) -> int:
        return len(self._places)

    def add(self, places: Iterable[int], since: Iterable[int]) -> None:
        """The versions of some rows more."""
        self._places.extend(places)
        self._since.extend(since)

    @cached_property
    def outlines(self) -> Outlines:
        """What is kept beside them, read when it is asked for."""
        held = self._kept.of(self._kind)
        if held is None:
            return Outlines.none(len(self))
        places, since, *said = held
        if [*places] == self._places and [*since] == self._since:
            return Outlines(*said)
        at = {version: number for number, version in enumerate(zip(places, since, strict=True))}
        picked = [at.get(version) for version in zip(self._places, self._since, strict=True)]
        return Outlines(*map(_picked, said, [picked] * len(said), NOTHING))


def _picked(column: Sequence[Any], picked: Iterable[int | None], unknown: Any) -> Sequence[Any]:
    return [unknown if number is None else column[number] for number in picked]
