"""What a revision holds: its objects, each read when it is looked at, and what was kept beside them."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count, groupby, repeat
from operator import itemgetter
from typing import Any, Final, overload

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.state.facts import NONE, Facts
from kplan.state.glance import Unread
from kplan.state.resting import Resting
from kplan.state.sources.outlines import Kept, Texts

AS_KEY: Final = partial(tuple.__new__, ObjectKey)
"""``ObjectKey._make`` without its length check, as every object needs it."""
_VALUE: Final = itemgetter(6)


class Objects(Sequence[Json]):
    """Objects of texts, each read when it is looked at."""

    def __init__(self, texts: Sequence[Unread]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> Json: ...
    @overload
    def __getitem__(self, index: slice) -> "Objects": ...
    def __getitem__(self, index: int | slice) -> "Json | Objects":
        if isinstance(index, slice):
            return Objects(self._texts[index])
        return self._texts[index].read()


def rows_of(connection: sqlite3.Connection, revision: int, *, newest: bool) -> Sequence[Sequence[Any]]:
    """The rows of a revision in their order. Raises UsageError if one is no text.

    What texts hold is seen when they are read.
    """
    # The newest revision is what nothing has ended, which the index gives in order: the others are
    # sorted, values and all.
    where = "until IS NULL" if newest else "since <= :at AND (until IS NULL OR until > :at)"
    rows = connection.execute(
        f"SELECT api_group, kind, namespace, name, place, since, value FROM object WHERE {where} ORDER BY place",  # noqa: S608 - no input
        {} if newest else {"at": revision},
    ).fetchall()
    if {*map(type, map(_VALUE, rows))} - {str}:
        require_whole(connection, revision)
        return [(*row[:6], str(row[6], "utf-8") if isinstance(row[6], bytes) else row[6]) for row in rows]
    return rows


def texts_of(rows: Sequence[Sequence[Any]], refuse: Callable[[], None], kept: Kept) -> Sequence[Unread]:
    """The texts of some rows, which get the outlines of their kind when one of them is asked for its own."""
    sources: dict[tuple[str, str], Texts] = {}
    texts: list[Unread] = []
    for kind, run in groupby(rows, itemgetter(0, 1)):
        source = sources.get(kind)
        if source is None:
            source = sources[kind] = Texts(kind, refuse, kept)
        some = [*run]
        texts += map(Unread, map(_VALUE, some), repeat(source), count(len(source)))
        source.add(map(itemgetter(4), some), map(itemgetter(5), some))
    return texts


def require_whole(connection: sqlite3.Connection, revision: int) -> None:
    """Raise UsageError if a row of a revision holds no object, and name it."""
    rows = connection.execute(
        "SELECT kind, namespace, name, value FROM object WHERE since <= ? AND (until IS NULL OR until > ?) "
        "AND NOT (json_valid(value) AND substr(value, 1, 1) = '{')",
        (revision, revision),
    ).fetchall()
    for kind, namespace, name, value in rows:
        with suppress(ValueError, TypeError, RecursionError):
            if isinstance(json.loads(value), dict):  # SQLite's JSON has limits of its own
                continue
        raise UsageError(
            f"revision {revision} is damaged: {kind} {namespace}{'/' * bool(namespace)}{name} cannot be read",
            hint="other revisions may be whole: 'kplan snapshot list' names them",
        )


def facts_of(connection: sqlite3.Connection, revision: int) -> Facts:
    """What a revision knows beside its objects."""
    found = _beside(connection, "facts", revision)
    return Facts.parse(found) if found else NONE


def resting_of(connection: sqlite3.Connection, revision: int) -> Resting | None:
    """How a revision settles, if that is stored."""
    found = _beside(connection, "resting", revision)
    return Resting.parse(found) if found else None


def _beside(connection: sqlite3.Connection, table: str, revision: int) -> str:
    """The row of a table for a revision; empty if there is no row, or no such table."""
    if not has_table(connection, table):
        return ""
    found = connection.execute(f"SELECT value FROM {table} WHERE revision = ?", (revision,)).fetchone()  # noqa: S608 - no input
    return str(found[0]) if found else ""


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a file has a table: those of earlier versions lack some."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None
