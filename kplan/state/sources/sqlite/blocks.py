"""The table of outlines in the stored state: those of the objects that nothing has ended,
in blocks of columns by kind.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.state.outline import outline_of
from kplan.state.sources.columns import packed, unpacked
from kplan.state.sources.outlines import NUMBERS

TABLE: Final = "outline_3"
"""A version of kplan that keeps other things, or other words, has to call its table otherwise."""
_FORMER: Final = "outline_2"
_BLOCK: Final = 256
"""Objects in a block: a commit writes those again in which an object changed."""
_COLUMNS: Final = "places, since, metadata_ends, words, labels, controllers, controller_names, nodes"
CREATE: Final = f"""CREATE TABLE {TABLE} (
    api_group TEXT NOT NULL, kind TEXT NOT NULL, first INTEGER NOT NULL, {_COLUMNS.replace(", ", " NOT NULL, ")} NOT NULL,
    PRIMARY KEY (api_group, kind, first)
)"""
_READ: Final = f"SELECT api_group, kind, {_COLUMNS} FROM {TABLE} ORDER BY api_group, kind, first"  # noqa: S608 - no input
_OF_KIND: Final = "WHERE api_group = ? AND kind = ?"

Kind = tuple[str, str]
Version = tuple[int, int]
"""The index of an object and the revision that wrote its row; unique among rows."""
_Entry = tuple[Any, ...]
"""A version, and what an outline says."""


def rows_in(connection: Connection) -> Sequence[Sequence[Any]]:
    """The whole table."""
    return connection.execute(_READ).fetchall()


class Changes:
    """What a commit changes of the table."""

    def __init__(self) -> None:
        self._kinds: defaultdict[Kind, dict[int, _Entry | None]] = defaultdict(dict)

    def put(self, key: ObjectKey, version: Version, text: str) -> None:
        """An object's row; nothing is kept of Secrets, whose hashes are keyed in place where they were not."""
        outline = None if key.kind == "Secret" else outline_of(text)
        self._kinds[key[:2]][version[0]] = None if outline is None else (*version, *outline)

    def drop(self, kind: Kind, place: int) -> None:
        """Forget an object that is gone."""
        self._kinds[kind][place] = None

    def write(self, connection: Connection) -> None:
        """Write the blocks again in which something changes."""
        for kind, changes in self._kinds.items():
            firsts = [
                first for (first,) in connection.execute(f"SELECT first FROM {TABLE} {_OF_KIND} ORDER BY first", kind)  # noqa: S608 - no input
            ]  # fmt: skip
            blocks: defaultdict[int | None, dict[int, _Entry | None]] = defaultdict(dict)
            for place, entry in changes.items():
                block = firsts[max(bisect_right(firsts, place) - 1, 0)] if firsts else None
                blocks[block][place] = entry
            for first, changed in blocks.items():
                _rewrite(connection, kind, first, changed)


def begin(connection: Connection, rows: Iterable[tuple[ObjectKey, Version, object]]) -> None:
    """Begin to keep outlines of all objects, in a new file or one of an earlier version."""
    connection.execute(CREATE)
    made = Changes()
    for key, version, value in rows:
        if isinstance(value, str):
            made.put(key, version, value)
    made.write(connection)
    connection.execute(f"DROP TABLE IF EXISTS {_FORMER}")


def _rewrite(
    connection: Connection, kind: Kind, first: int | None, changes: Mapping[int, _Entry | None]
) -> None:
    """Write a block again; more than fit in one are put into several."""
    block = f"{_OF_KIND} AND first = ?"
    found = connection.execute(f"SELECT {_COLUMNS} FROM {TABLE} {block}", (*kind, first)).fetchall()  # noqa: S608 - no input
    held: dict[int, _Entry | None] = {
        entry[0]: entry for entry in zip(*(unpacked(found, NUMBERS) or ()), strict=True)
    }
    held.update(changes)
    entries = [entry for _, entry in sorted(held.items()) if entry is not None]
    connection.execute(f"DELETE FROM {TABLE} {block}", (*kind, first))  # noqa: S608 - no input
    marks = ", ".join("?" * (4 + _COLUMNS.count(",")))
    for start in range(0, len(entries), _BLOCK):
        some = entries[start : start + _BLOCK]
        row = (*kind, some[0][0], *packed(some, NUMBERS))
        connection.execute(f"INSERT INTO {TABLE} VALUES ({marks})", row)  # noqa: S608 - no input
