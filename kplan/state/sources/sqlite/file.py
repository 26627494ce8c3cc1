"""The file of a state: opened as SQLite's, told from other programs' files, and what its errors mean."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kplan.errors import UsageError

FORMAT: Final = 1
_RECOVERY: Final = "move it away; 'kplan snapshot import' or 'kplan apply' creates a new one"
_BUSY_SECONDS: Final = 5.0
PRIMARY: Final = 0xFF
"""The part of SQLite's codes that says what happened; the rest says where."""
_SHARED_BYTES: Final = 64 * 1024
"""What SQLite needs beside the file: 32 KiB that all who have it open share, and the beginning of its journal."""
_PAGE_BYTES: Final = 16384
"""Most objects take 1 to 3 KB: in pages of the usual 4 a third of a file is left empty, and is read with the rest."""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Read a state that is there; all that is asked for is as of one moment. Raises UsageError."""
    if not path.is_file():
        raise UsageError(f"no state at {path}", hint="make one with 'kplan snapshot import' or 'kplan apply'")
    with connected(path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != FORMAT:
            raise UsageError(
                f"{path} has format {version}, this version of kplan reads format {FORMAT}",
                hint=_RECOVERY if not version else "use the version of kplan that wrote it, or a newer one",
            )
        connection.execute("BEGIN")
        yield connection


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a state, or make the file. Raises UsageError for what SQLite has against it."""
    try:
        connection = sqlite3.connect(_uri(path), timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
    except sqlite3.Error as error:
        if path.exists() and not os.access(path, os.R_OK):
            raise UsageError(
                f"cannot read the state {path}: permission denied", hint="check the permissions of the file"
            ) from error
        raise UsageError(f"cannot open the state {path}: {error}", hint=_RECOVERY) from error
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        _recognise(connection, path)
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new file, others keep theirs
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        yield connection
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from error
    finally:
        connection.close()


def _uri(path: Path) -> str:
    """The address to open it by: if the directory cannot be written, without the files that readers share."""
    writable = os.access(path.parent, os.W_OK)
    journal = path.with_name(f"{path.name}-wal").exists()
    mode = "rwc" if writable else "ro" if journal else "ro&immutable=1"
    return f"{path.absolute().as_uri()}?mode={mode}"


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Raise UsageError if a file is another program's, or does more than hold a state; nothing is written for that."""
    parts = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall())
    if strange := next((name for name, kind in parts.items() if kind not in {"table", "index"}), None):
        raise UsageError(f"{path} is no state of kplan: it has a {parts[strange]}", hint=_RECOVERY)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if parts and (not version or not {"revision", "object"} <= parts.keys()):
        raise UsageError(f"{path} is a database of another program, not a state of kplan", hint=_RECOVERY)


def _explained(error: sqlite3.DatabaseError, path: Path) -> UsageError:
    """What an error of SQLite means for a state."""
    # only errors that SQLite itself reports have a code
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code == sqlite3.SQLITE_READONLY:
        return read_only(path)
    if code == sqlite3.SQLITE_BUSY:
        return UsageError(f"{path} is in use by another process", hint="try again")
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _has_no_room(path)):
        return full(path)
    return UsageError(f"cannot read the state {path}: {error}", hint=_RECOVERY)


def _has_no_room(path: Path) -> bool:
    """Whether the disk lacks what SQLite needs beside the file; it then speaks of an error of input and output."""
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize < _SHARED_BYTES


def read_only(path: Path) -> UsageError:
    """What is said of a state that may be read and not written."""
    return UsageError(
        f"the state {path} is read-only", hint="check the permissions of the file and its directory"
    )


def full(path: Path) -> UsageError:
    """What is said where the disk has no room."""
    return UsageError(
        f"the disk of {path} is full", hint="nothing was stored, earlier revisions are whole; make room and try again"
    )  # fmt: skip
