"""A disk that is full while a state is stored: said as what it is, and nothing is left that breaks the next command."""

import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kplan.cli.main import run
from kplan.errors import UsageError
from kplan.state.sources import sqlite
from kplan.state.sources.sqlite import Database, commits, file, private
from kplan.state.store import Store


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


class _Failing:
    """A connection on which a transaction cannot begin."""

    def __init__(self, code: int) -> None:
        self.code = code

    def execute(self, *_: Any) -> Any:
        raise _error(self.code)


def _no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_write_private", _no_room)
    with pytest.raises(UsageError, match=r"the disk of .*state\.db is full"):
        Database(tmp_path / sqlite.HOME).make_key()
    assert not list((tmp_path / ".kplan").glob("state.db.key*"))


def test_a_file_that_was_made_and_not_written_is_no_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    state = tmp_path / sqlite.HOME
    state.parent.mkdir()
    state.touch()
    with monkeypatch.context() as full:
        full.setattr(
            sqlite3, "connect", lambda *_, **__: pytest.fail("opened, for which there may be no room")
        )
        assert Database(state).is_empty()
        assert sqlite.find(tmp_path) is None
    assert run(["cluster", "create"]) == 0
    assert not Database(state).is_empty()


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE]
)
def test_no_room_is_not_called_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=4096))
    begin = commits._begin
    monkeypatch.setattr(commits, "_begin", lambda _, path: begin(_Failing(code), path))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is full"):
        Database(tmp_path / sqlite.HOME).commit(Store(), base=0, at="2026-01-01T00:00:00Z", note="first")


def test_an_error_of_a_disk_with_room_keeps_its_words(tmp_path: Path) -> None:
    assert (
        "disk I/O error" in file._explained(_error(sqlite3.SQLITE_IOERR_READ), tmp_path / "state.db").message
    )


def test_a_lock_is_not_damage(tmp_path: Path) -> None:
    said = file._explained(_error(sqlite3.SQLITE_BUSY), tmp_path / "state.db")
    assert (said.message.endswith("is in use by another process"), said.hint) == (True, "try again")
