"""What the stored state keeps beside its texts: a table of outlines, one of each object that nothing has ended.

An object's place is its own for good, and an outline counts for the row it was made of alone. Where there is none, as in
files that an earlier version wrote, and of revisions that are not the newest, texts tell.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

from kplan.state.glance import Unread
from kplan.state.outline import Outline, outline_of

TABLE: Final = "outline_2"
"""A version of kplan that keeps other things, or other words, has to call its table otherwise."""
CREATE: Final = f"""CREATE TABLE {TABLE} (
    place INTEGER PRIMARY KEY, since INTEGER NOT NULL,
    metadata_end INTEGER NOT NULL, words INTEGER NOT NULL, controller TEXT, controller_name TEXT,
    labels INTEGER NOT NULL, node TEXT NOT NULL
)"""
READ: Final = (
    f"SELECT place, since, metadata_end, words, controller, controller_name, labels, node FROM {TABLE}"  # noqa: S608 - no input
)
PUT: Final = f"INSERT OR REPLACE INTO {TABLE} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - likewise
DROP: Final = f"DELETE FROM {TABLE} WHERE place = ?"  # noqa: S608 - likewise
_TYPES: Final[Sequence[set[type]]] = (
    {int},
    {int},
    {int},
    {int},
    {str, type(None)},
    {str, type(None)},
    {int},
    {str},
)
_OUTLINE: Final = partial(tuple.__new__, Outline)
"""As ``Outline._make``, without a look at how many there are."""

Version = tuple[int, int]
"""An object's place, and the revision that wrote its row."""
Row = Sequence[Any]


class Texts:
    """The texts of a revision, which all get their outlines when one of them is asked for its own."""

    def __init__(self, refuse: Callable[[], None], rows: Callable[[], Sequence[Row]]) -> None:
        """``refuse`` raises the error that names the texts which hold no object, ``rows`` reads the table."""
        self.refuse: Final = refuse
        self._rows: Final = rows
        self.all: Sequence[Unread] = ()
        self._versions: Sequence[Version] = ()

    def hold(self, texts: Iterable[str], versions: Sequence[Version]) -> None:
        """Take over the texts of some rows."""
        self.all = [Unread(text, self) for text in texts]
        self._versions = versions

    def outline(self) -> None:
        """Give all texts their outlines."""
        for text, outline in zip(self.all, matched(self._rows(), self._versions), strict=True):
            text.outline = outline


def row_of(version: Version, kind: str, text: str) -> Row | None:
    """What is kept of an object; nothing of Secrets, whose hashes are keyed in place where they were not."""
    outline = None if kind == "Secret" else outline_of(text)
    return None if outline is None else (*version, *outline)


def matched(rows: Sequence[Row], versions: Iterable[Version]) -> Iterator[Outline | None]:
    """The outlines of some rows of objects, in their order."""
    columns = [itemgetter(place) for place in range(len(_TYPES))]
    sound = all(
        {*map(type, map(column, rows))} <= types for column, types in zip(columns, _TYPES, strict=True)
    )
    kept = dict(zip(map(columns[0], rows), rows, strict=True)) if sound else {}
    for place, since in versions:
        row = kept.get(place)
        yield _OUTLINE(row[2:]) if row is not None and row[1] == since else None
