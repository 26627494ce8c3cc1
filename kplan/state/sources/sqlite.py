"""The stored state: an SQLite file that keeps every object and every revision.

An object's row is valid from the revision that wrote it until the one that replaced it, so a revision costs what it
changed. One writer at a time; a crash at any moment leaves the last committed revision.
"""

import errno
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count, groupby, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, overload

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.state import home
from kplan.state.facts import NONE, Facts
from kplan.state.glance import Unread
from kplan.state.home import is_link
from kplan.state.resting import Resting
from kplan.state.secrets import PLAIN_PREFIX, hashed
from kplan.state.snapshot import Snapshot
from kplan.state.sources import blocks
from kplan.state.sources.blocks import Changes
from kplan.state.sources.outlines import Kept, Texts
from kplan.state.store import Store

FORMAT: Final = 1
HOME: Final = home.HOME
HOME_FOLDER: Final = ".kplan"
PRIVATE: Final = 0o700
_RECOVERY: Final = "move it away; 'kplan snapshot import' or 'kplan apply' creates a new one"
_CURRENT: Final = "api_group = ? AND kind = ? AND namespace = ? AND name = ? AND until IS NULL"
_KEY_BYTES: Final = 32
_KEY: Final = partial(tuple.__new__, ObjectKey)
"""As ``ObjectKey._make`` without a look at how many there are: it is made of every object."""
_VALUE: Final = itemgetter(6)
_UNKEYED: Final = f"SELECT rowid, value FROM object WHERE api_group = '' AND kind = 'Secret' AND value LIKE '%{PLAIN_PREFIX}%'"  # noqa: S608 - no input
_BUSY_SECONDS: Final = 5.0
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_PRIMARY: Final = 0xFF
"""The part of SQLite's codes that says what happened; the rest says where."""
_SHARED_BYTES: Final = 64 * 1024
"""What SQLite needs beside the file: 32 KiB that all who have it open share, and the beginning of its journal."""
_PAGE_BYTES: Final = 16384
"""Most objects take 1 to 3 KB: in pages of the usual 4 a third of a file is left empty, and is read with the rest."""
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
        with self._connect() as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return not tables

    def _was_never_written(self) -> bool:
        """Whether the file is as it was made; SQLite would write to it to find out, for which a full disk has no room."""
        return not self.path.stat().st_size and not self.path.with_name(f"{self.path.name}-wal").exists()

    def revisions(self) -> list[Revision]:
        """Every revision, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT id, at, note, (SELECT count(*) FROM object WHERE since <= revision.id "
                "AND (until IS NULL OR until > revision.id)) FROM revision ORDER BY id"
            ).fetchall()
        return [Revision(*row) for row in rows]

    def open(self, revision: int | None = None) -> Snapshot:
        """Read a revision, or the newest. Raises UsageError where there is none of that number."""
        with self._read() as connection:
            known = dict(
                connection.execute("SELECT id, resource_version FROM revision ORDER BY id").fetchall()
            )
            wanted = max(known) if revision is None and known else revision or 0
            if wanted not in known:
                raise UsageError(f"no revision {wanted} in {self.path}", hint="see 'kplan snapshot list'")
            newest = wanted == max(known)
            rows = _rows(connection, wanted, newest=newest)
            facts, resting = _facts(connection, wanted), _resting(connection, wanted)
        keys = map(_KEY, map(itemgetter(0, 1, 2, 3), rows))
        kept = Kept(self._outlines if newest else tuple)
        texts = _texts(rows, partial(self._refuse, wanted), kept)
        store = Store.of_texts(zip(keys, texts, strict=True), known[wanted], self._source(wanted))
        store.salt = self.key()
        return Snapshot(
            f"revision {wanted} of {self.path}", Objects(texts), revision=wanted, stored=store, facts=facts, resting=resting
        )  # fmt: skip

    def _refuse(self, revision: int) -> None:
        """Raise UsageError where a row of a revision holds no object; asked when one cannot be read."""
        with self._read() as connection:
            _require_whole(connection, revision)

    def _outlines(self) -> Sequence[Sequence[Any]]:
        """What is kept beside the texts of the newest revision; nothing where that cannot be read, as texts tell the same."""
        with suppress(UsageError), self._read() as connection:
            if _has_table(connection, blocks.TABLE):
                return blocks.rows_in(connection)
        return ()

    def definitions(self) -> list[Json]:
        """The CustomResourceDefinitions of the newest revision, read without the rest."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT value FROM object WHERE until IS NULL AND kind = 'CustomResourceDefinition' ORDER BY place"
            ).fetchall()
        return [json.loads(value) for (value,) in rows]

    def commit(
        self, store: Store, *, base: int, at: str, note: str, facts: Facts | None = None, resting: Resting | None = None
    ) -> int:  # fmt: skip
        """Store a new revision on top of ``base`` and return its number; without ``facts`` those of ``base`` hold on.

        Raises UsageError where another process writes, or has written meanwhile.
        """
        self._prepare()
        with self._connect() as connection:
            self._begin(connection)
            newest = connection.execute("SELECT coalesce(max(id), 0) FROM revision").fetchone()[0]
            if newest != base:
                raise _conflict(self.path, newest, base)
            number = int(newest) + 1
            _rekey(connection, store.salt)
            said = note.encode(errors="replace").decode()
            connection.execute("INSERT INTO revision VALUES (?, ?, ?, ?)", (number, at, said, store.revision))
            kept = _facts(connection, base) if facts is None else facts
            connection.execute("INSERT INTO facts VALUES (?, ?)", (number, kept.text()))
            if resting is not None:
                connection.execute("INSERT INTO resting VALUES (?, ?)", (number, resting.text()))
            known = bool(base) and store.source == self._source(base)
            beside = Changes()
            (_update if known else _replace)(connection, store, number, beside)
            beside.write(connection)
            connection.execute("COMMIT")
        return number

    def _prepare(self) -> None:
        """Make the place for nobody else's eyes and no commit, before there is anything in it. Raises UsageError."""
        home = self.path.parent
        if home.name == HOME_FOLDER and is_link(str(self.path)):
            raise UsageError(
                f"{home} is behind a symbolic link", hint="remove the link, nothing is stored through it"
            )
        if home.name == HOME_FOLDER and not home.exists():
            home.mkdir(mode=0o700, parents=True)
        home.mkdir(parents=True, exist_ok=True)
        if home.name == HOME_FOLDER:
            _keep_private(home)
        if not self.path.exists():
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    @property
    def _key_file(self) -> Path:
        return self.path.with_name(f"{self.path.name}.key")

    def key(self) -> bytes:
        """What hashes of Secrets are keyed with; empty where there is no key yet, or no longer."""
        with suppress(OSError):
            if self._key_file.is_file() and not self._key_file.is_symlink():
                return self._key_file.read_bytes()[:_KEY_BYTES]
        return b""

    def make_key(self) -> bytes:
        """The key, made now where there is none. Raises UsageError."""
        self._prepare()
        if not self.key():
            beside = self._key_file.with_name(f"{self._key_file.name}.{os.getpid()}")
            try:
                _write_private(beside, os.urandom(_KEY_BYTES))
                with suppress(FileExistsError):  # another process was faster
                    self._key_file.hardlink_to(beside)
            except OSError as error:
                raise _full(self.path) if error.errno in _NO_ROOM else error from error
            finally:
                beside.unlink(missing_ok=True)
        return self.key()

    def _source(self, revision: int) -> tuple[str, int]:
        """What the objects of a revision are known by to come from it."""
        return str(self.path.absolute()), revision

    def _begin(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            raise UsageError(
                f"{self.path} is being written by another kplan process", hint="try again"
            ) from error
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in filter(None, (text.strip() for text in _TABLES.split(";"))):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute(_FACTS)
        connection.execute(_RESTING)
        if not _has_table(connection, blocks.TABLE):
            _outline(connection)

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise UsageError(
                f"no state at {self.path}", hint="make one with 'kplan snapshot import' or 'kplan apply'"
            )
        with self._connect() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != FORMAT:
                raise UsageError(
                    f"{self.path} has format {version}, this version of kplan reads format {FORMAT}",
                    hint=_RECOVERY
                    if not version
                    else "use the version of kplan that wrote it, or a newer one",
                )
            connection.execute("BEGIN")
            yield connection

    def _uri(self) -> str:
        """The address to open it by: where the directory cannot be written, without the files that readers share."""
        writable = os.access(self.path.parent, os.W_OK)
        journal = self.path.with_name(f"{self.path.name}-wal").exists()
        mode = "rwc" if writable else "ro" if journal else "ro&immutable=1"
        return f"{self.path.absolute().as_uri()}?mode={mode}"

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._uri(), timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
        except sqlite3.Error as error:
            raise UsageError(f"cannot open the state {self.path}: {error}", hint=_RECOVERY) from error
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            _recognise(connection, self.path)
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new file, others keep theirs
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        except sqlite3.DatabaseError as error:
            raise _explained(error, self.path) from error
        finally:
            connection.close()


def _explained(error: sqlite3.DatabaseError, path: Path) -> UsageError:
    """What an error of SQLite means for a state."""
    # only errors that SQLite itself reports have a code
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code == sqlite3.SQLITE_READONLY:
        hint = "check the permissions of the file and its directory"
        return UsageError(f"the state {path} is read-only", hint=hint)
    if code == sqlite3.SQLITE_BUSY:
        return UsageError(f"{path} is in use by another process", hint="try again")
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _has_no_room(path)):
        return _full(path)
    return UsageError(f"cannot read the state {path}: {error}", hint=_RECOVERY)


def _has_no_room(path: Path) -> bool:
    """Whether the disk lacks what SQLite needs beside the file; it then speaks of an error of input and output."""
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize < _SHARED_BYTES


def _full(path: Path) -> UsageError:
    return UsageError(
        f"the disk of {path} is full", hint="nothing was stored, earlier revisions are whole; make room and try again"
    )  # fmt: skip


def _write_private(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Raise UsageError where a file is another program's, or does more than hold a state; nothing is written for that."""
    parts = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall())
    if strange := next((name for name, kind in parts.items() if kind not in {"table", "index"}), None):
        raise UsageError(f"{path} is no state of kplan: it has a {parts[strange]}", hint=_RECOVERY)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if parts and (not version or not {"revision", "object"} <= parts.keys()):
        raise UsageError(f"{path} is a database of another program, not a state of kplan", hint=_RECOVERY)


def _rows(connection: sqlite3.Connection, revision: int, *, newest: bool) -> Sequence[Sequence[Any]]:
    """The rows of a revision in their order. Raises UsageError where one is no text.

    What texts hold is seen when they are read.
    """
    # The newest revision is what nothing has ended, which the index gives in order: the others are sorted, values and all.
    where = "until IS NULL" if newest else "since <= :at AND (until IS NULL OR until > :at)"
    rows = connection.execute(
        f"SELECT api_group, kind, namespace, name, place, since, value FROM object WHERE {where} ORDER BY place",  # noqa: S608 - no input
        {} if newest else {"at": revision},
    ).fetchall()
    if {*map(type, map(_VALUE, rows))} - {str}:
        _require_whole(connection, revision)
        return [(*row[:6], str(row[6], "utf-8") if isinstance(row[6], bytes) else row[6]) for row in rows]
    return rows


def _texts(rows: Sequence[Sequence[Any]], refuse: Callable[[], None], kept: Kept) -> Sequence[Unread]:
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


def _require_whole(connection: sqlite3.Connection, revision: int) -> None:
    """Raise UsageError where a row of a revision holds no object, and name it."""
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


def _keep_private(home: Path) -> None:
    """Close the folder to others, and keep it out of commits; what cannot be changed is left as it is."""
    with suppress(OSError):
        if stat.S_IMODE(home.stat().st_mode) != PRIVATE:
            home.chmod(PRIVATE)
        for file in home.glob("state.db*"):
            file.chmod(0o600)
        with (home / ".gitignore").open("x", encoding="utf-8") as ignored:
            ignored.write("*\n")


def _conflict(path: Path, newest: int, base: int) -> UsageError:
    if not base:
        return UsageError(
            f"{path} already holds a state (revision {newest}): another command stored it first, or --state named a different one",
            hint="run the command again without --state to continue from it, or work in another directory",
        )
    return UsageError(
        f"{path} was changed by another command: revision {newest}, not {base}", hint="run the command again"
    )


def find(directory: Path) -> Database | None:
    """The stored state of a directory: its own, or the nearest above. Raises UsageError where it is broken."""
    path = home.find(str(directory))
    found = Database(Path(path)) if path else None
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


def _facts(connection: sqlite3.Connection, revision: int) -> Facts:
    """What a revision knows beside its objects."""
    found = _beside(connection, "facts", revision)
    return Facts.parse(found) if found else NONE


def _resting(connection: sqlite3.Connection, revision: int) -> Resting | None:
    """How a revision comes to rest, where that was kept."""
    found = _beside(connection, "resting", revision)
    return Resting.parse(found) if found else None


def _beside(connection: sqlite3.Connection, table: str, revision: int) -> str:
    """What a table says of a revision; empty where it says nothing, or where there is no such table."""
    if not _has_table(connection, table):
        return ""
    found = connection.execute(f"SELECT value FROM {table} WHERE revision = ?", (revision,)).fetchone()  # noqa: S608 - no input
    return str(found[0]) if found else ""


def _has_table(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _outline(connection: sqlite3.Connection) -> None:
    """Begin to keep outlines, in a new file or one of an earlier version."""
    rows = connection.execute(
        "SELECT api_group, kind, namespace, name, place, since, value FROM object WHERE until IS NULL ORDER BY place"
    )
    blocks.begin(connection, ((_KEY(row[:4]), row[4:6], row[6]) for row in rows))


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
