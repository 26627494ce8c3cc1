"""How a revision is written: the rows that it ends and those that it begins.

An object's row is valid from the revision that wrote it until the one that replaced it, so a revision costs what it
changed.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.state.facts import Facts
from kplan.state.resting import Resting
from kplan.state.secrets import PLAIN_PREFIX, hashed
from kplan.state.sources.sqlite import blocks
from kplan.state.sources.sqlite.blocks import Changes
from kplan.state.sources.sqlite.file import FORMAT, PRIMARY
from kplan.state.sources.sqlite.revisions import AS_KEY, facts_of, has_table
from kplan.state.store import Store

_TABLES: Final = """
CREATE TABLE revision (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, note TEXT NOT NULL, resource_version INTEGER NOT NULL
);
CREATE TABLE object (
    api_group TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    since INTEGER NOT NULL REFERENCES revision (id), until INTEGER REFERENCES revision (id),
    place INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (api_group, kind, namespace, name, since)
);
CREATE INDEX object_current ON object (until, place);
"""
_FACTS: Final = "CREATE TABLE IF NOT EXISTS facts (revision INTEGER PRIMARY KEY REFERENCES revision (id), value TEXT NOT NULL)"
"""Files that an earlier version wrote have no such table."""
_RESTING: Final = "CREATE TABLE IF NOT EXISTS resting (revision INTEGER PRIMARY KEY REFERENCES revision (id), value TEXT NOT NULL)"
"""Likewise."""
_CURRENT: Final = "api_group = ? AND kind = ? AND namespace = ? AND name = ? AND until IS NULL"
_UNKEYED: Final = f"SELECT rowid, value FROM object WHERE api_group = '' AND kind = 'Secret' AND value LIKE '%{PLAIN_PREFIX}%'"  # noqa: S608 - no input


def commit(
    connection: sqlite3.Connection, path: Path, store: Store, *, base: int, continues: bool,
    at: str, note: str, facts: Facts | None, resting: Resting | None,
) -> int:  # fmt: skip
    """Write a revision on top of ``base`` and return its number. Raises UsageError, as ``Database.commit``.

    A store ``continues`` the base if it was read from it: it knows then what was written since.
    """
    _begin(connection, path)
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM revision").fetchone()[0]
    if newest != base:
        raise _conflict(path, newest, base)
    number = int(newest) + 1
    _rekey(connection, store.salt)
    said = note.encode(errors="replace").decode()
    connection.execute("INSERT INTO revision VALUES (?, ?, ?, ?)", (number, at, said, store.revision))
    kept = facts_of(connection, base) if facts is None else facts
    connection.execute("INSERT INTO facts VALUES (?, ?)", (number, kept.text()))
    if resting is not None:
        connection.execute("INSERT INTO resting VALUES (?, ?)", (number, resting.text()))
    beside = Changes()
    (_update if continues else _replace)(connection, store, number, beside)
    beside.write(connection)
    connection.execute("COMMIT")
    return number


def _begin(connection: sqlite3.Connection, path: Path) -> None:
    """Begin to write, in tables that are made if they are missing. Raises UsageError if another process writes."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        raise UsageError(f"{path} is being written by another kplan process", hint="try again") from error
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in filter(None, (text.strip() for text in _TABLES.split(";"))):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute(_FACTS)
    connection.execute(_RESTING)
    if not has_table(connection, blocks.TABLE):
        _outline(connection)


def _conflict(path: Path, newest: int, base: int) -> UsageError:
    if not base:
        return UsageError(
            f"{path} already holds a state (revision {newest}): another command stored it first, or --state named a different one",
            hint="run the command again without --state to continue from it, or work in another directory",
        )
    return UsageError(
        f"{path} was changed by another command: revision {newest}, not {base}", hint="run the command again"
    )


def _outline(connection: sqlite3.Connection) -> None:
    """Begin to keep outlines, in a new file or one of an earlier version."""
    rows = connection.execute(
        "SELECT api_group, kind, namespace, name, place, since, value FROM object WHERE until IS NULL ORDER BY place"
    )
    blocks.begin(connection, ((AS_KEY(row[:4]), row[4:6], row[6]) for row in rows))


def _rekey(connection: sqlite3.Connection, key: bytes) -> None:
    """Key the hashes that an earlier version stored without, in all revisions."""
    rows = connection.execute(_UNKEYED).fetchall() if key else ()
    for place, text in rows:
        with suppress(ValueError):
            kept = json.dumps(hashed(json.loads(text), key), separators=(",", ":"), ensure_ascii=False)
            connection.execute("UPDATE object SET value = ? WHERE rowid = ?", (kept, place))


def _update(connection: sqlite3.Connection, store: Store, number: int, beside: Changes) -> None:
    """End the rows of what was written or deleted since it was read, and insert the new ones."""
    places = _places(connection)
    for key in store.written():
        found = connection.execute(f"SELECT place, value FROM object WHERE {_CURRENT}", key).fetchone()  # noqa: S608 - no input
        _write(connection, key, store.get(key), found, number, places, beside)


def _replace(connection: sqlite3.Connection, store: Store, number: int, beside: Changes) -> None:
    """End the rows that changed or were deleted, and insert the new ones; an object keeps its place."""
    current = {
        tuple(row[:4]): (row[4], row[5])
        for row in connection.execute(
            "SELECT api_group, kind, namespace, name, place, value FROM object WHERE until IS NULL"
        )
    }
    places = _places(connection)
    for value in store:
        key = Store.key_of(value)
        _write(connection, key, value, current.pop(tuple(key), None), number, places, beside)
    for gone, (place, _) in current.items():
        _close(connection, gone, place, number, beside)


def _write(
    connection: sqlite3.Connection, key: ObjectKey, value: Json | None, found: tuple[int, str] | None, number: int,
    places: Iterator[int], beside: Changes,
) -> None:  # fmt: skip
    """Bring one object's rows up to date; an object keeps its place, a new one comes last."""
    text = None if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if found is not None and found[1] != text:
        _close(connection, key, found[0], number, beside)
    if text is not None and (found is None or found[1] != text):
        place = found[0] if found else next(places)
        connection.execute(
            "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, number, None, place, text)
        )
        beside.put(key, (place, number), text)


def _places(connection: sqlite3.Connection) -> Iterator[int]:
    """The places of new objects, after all there are."""
    return count(connection.execute("SELECT coalesce(max(place), 0) FROM object").fetchone()[0] + 1)


def _close(
    connection: sqlite3.Connection, key: tuple[str, ...], place: int, number: int, beside: Changes
) -> None:
    connection.execute(f"UPDATE object SET until = ? WHERE {_CURRENT}", (number, *key))  # noqa: S608 - no input
    beside.drop((key[0], key[1]), place)
