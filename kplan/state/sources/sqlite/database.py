"""A stored state: its revisions, read and written.

One writer at a time; a crash at any moment leaves the last committed revision.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.state import home
from kplan.state.facts import Facts
from kplan.state.resting import Resting
from kplan.state.snapshot import Snapshot
from kplan.state.sources.outlines import Kept
from kplan.state.sources.sqlite import blocks
from kplan.state.sources.sqlite.file import connected, reading
from kplan.state.sources.sqlite.private import make_key, prepare, read_key
from kplan.state.sources.sqlite.revisions import (
    AS_KEY,
    Objects,
    facts_of,
    has_table,
    require_whole,
    resting_of,
    rows_of,
    texts_of,
)
from kplan.state.store import Store


class Revision(NamedTuple):
    """One committed state."""

    id: int
    at: str
    """RFC 3339, in UTC."""
    note: str
    objects: int = 0


class Database:
    """A stored state."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_empty(self) -> bool:
        """Whether nothing was ever committed, because the first commit was interrupted."""
        if not self.path.is_file() or self._was_never_written():
            return True
        with connected(self.path) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return not tables

    def _was_never_written(self) -> bool:
        """Whether the file is as it was made; SQLite would write to it to find out,
        for which a full disk has no room.
        """
        return not self.path.stat().st_size and not self.path.with_name(f"{self.path.name}-wal").exists()

    def revisions(self) -> list[Revision]:
        """Every revision, oldest first."""
        with reading(self.path) as connection:
            rows = connection.execute(
                "SELECT id, at, note, (SELECT count(*) FROM object WHERE since <= revision.id "
                "AND (until IS NULL OR until > revision.id)) FROM revision ORDER BY id"
            ).fetchall()
        return [Revision(*row) for row in rows]

    def open(self, revision: int | None = None) -> Snapshot:
        """Read a revision, or the newest. Raises UsageError if there is no such revision."""
        with reading(self.path) as connection:
            known = dict(
                connection.execute("SELECT id, resource_version FROM revision ORDER BY id").fetchall()
            )
            wanted = max(known) if revision is None and known else revision or 0
            if wanted not in known:
                raise UsageError(f"no revision {wanted} in {self.path}", hint="see 'kplan snapshot list'")
            newest = wanted == max(known)
            rows = rows_of(connection, wanted, newest=newest)
            facts, resting = facts_of(connection, wanted), resting_of(connection, wanted)
        keys = map(AS_KEY, map(itemgetter(0, 1, 2, 3), rows))
        kept = Kept(self._outlines if newest else tuple)
        texts = texts_of(rows, partial(self._refuse, wanted), kept)
        store = Store.of_texts(zip(keys, texts, strict=True), known[wanted], self._source(wanted))
        store.salt = self.key()
        return Snapshot(
            f"revision {wanted} of {self.path}", Objects(texts), revision=wanted, stored=store, facts=facts, resting=resting
        )  # fmt: skip

    def _refuse(self, revision: int) -> None:
        """Raise UsageError if a row of a revision holds no object; asked when one cannot be read."""
        with reading(self.path) as connection:
            require_whole(connection, revision)

    def _outlines(self) -> Sequence[Sequence[Any]]:
        """The outlines of the newest revision; none if they cannot be read, as the texts hold the same."""
        with suppress(UsageError), reading(self.path) as connection:
            if has_table(connection, blocks.TABLE):
                return blocks.rows_in(connection)
        return ()

    def definitions(self) -> list[Json]:
        """The CustomResourceDefinitions of the newest revision, read without the rest."""
        with reading(self.path) as connection:
            rows = connection.execute(
                "SELECT value FROM object WHERE until IS NULL AND kind = 'CustomResourceDefinition' ORDER BY place"
            ).fetchall()
        return [json.loads(value) for (value,) in rows]

    def commit(
        self, store: Store, *, base: int, at: str, note: str, facts: Facts | None = None, resting: Resting | None = None
    ) -> int:  # fmt: skip
        """Store a new revision on top of ``base`` and return its number; without ``facts`` those of ``base`` hold on.

        Raises UsageError if another process writes, or has written meanwhile.
        """
        from kplan.state.sources.sqlite.commits import commit  # noqa: PLC0415 - most runs write nothing

        prepare(self.path)
        continues = bool(base) and store.source == self._source(base)
        with connected(self.path) as connection:
            return commit(
                connection, self.path, store, base=base, continues=continues,
                at=at, note=note, facts=facts, resting=resting,
            )  # fmt: skip

    def key(self) -> bytes:
        """What hashes of Secrets are keyed with; empty if there is no key yet, or no longer."""
        return read_key(self.path)

    def make_key(self) -> bytes:
        """The key, created if there is none. Raises UsageError."""
        return make_key(self.path)

    def _source(self, revision: int) -> tuple[str, int]:
        """What the objects of a revision are known by to come from it."""
        return str(self.path.absolute()), revision


def own(directory: Path) -> Database:
    """The stored state in a directory itself, which may not be there yet."""
    return Database(Path(home.as_given(str(directory), home.HOME)))


def find(directory: Path) -> Database | None:
    """The stored state of a directory: its own, or the nearest above. Raises UsageError if it is broken."""
    path = home.find(str(directory))
    found = Database(Path(home.as_seen(str(directory), path))) if path else None
    return None if found is None or found.is_empty() else found


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite file."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False
