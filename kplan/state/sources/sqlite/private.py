"""The folder of a state and the key beside it: for nobody else's eyes, and in no commit."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from kplan.errors import UsageError
from kplan.state.home import is_link
from kplan.state.sources.sqlite.file import full, read_only

_FOLDER: Final = ".kplan"
_PRIVATE: Final = 0o700
_KEY_BYTES: Final = 32
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def prepare(path: Path) -> None:
    """Make the place for nobody else's eyes and no commit, before there is anything in it. Raises UsageError."""
    home = path.parent
    if home.name == _FOLDER and is_link(str(path)):
        raise UsageError(
            f"{home} is behind a symbolic link", hint="remove the link, nothing is stored through it"
        )
    if home.name == _FOLDER and not home.exists():
        home.mkdir(mode=0o700, parents=True)
    home.mkdir(parents=True, exist_ok=True)
    if home.name == _FOLDER:
        _keep_private(home)
    if not path.exists():
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def read_key(path: Path) -> bytes:
    """What hashes of Secrets are keyed with; empty if there is no key yet, or no longer."""
    file = _key_file(path)
    with suppress(OSError):
        if file.is_file() and not file.is_symlink():
            return file.read_bytes()[:_KEY_BYTES]
    return b""


def make_key(path: Path) -> bytes:
    """The key, created if there is none. Raises UsageError."""
    prepare(path)
    file = _key_file(path)
    if not read_key(path):
        beside = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            _write_private(beside, os.urandom(_KEY_BYTES))
            with suppress(FileExistsError):  # another process was faster
                file.hardlink_to(beside)
        except OSError as error:
            raise _refused(path, error) from error
        finally:
            beside.unlink(missing_ok=True)
    return read_key(path)


def _refused(path: Path, error: OSError) -> UsageError | OSError:
    """Why a key cannot be written, said of the state that it is for."""
    if error.errno in _NO_ROOM:
        return full(path)
    return read_only(path) if error.errno in _READ_ONLY else error


def _key_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.key")


def _write_private(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)


def _keep_private(home: Path) -> None:
    """Restrict the folder to its owner, and keep it out of commits, as far as possible."""
    with suppress(OSError):
        if stat.S_IMODE(home.stat().st_mode) != _PRIVATE:
            home.chmod(_PRIVATE)
        for file in home.glob("state.db*"):
            file.chmod(0o600)
        _ignore_all(home / ".gitignore")


def _ignore_all(ignored: Path) -> None:
    """Write the file whole; an empty one is what was left of it by a full disk, or by a process that was killed."""
    if ignored.is_symlink() or (ignored.exists() and ignored.stat().st_size):
        return
    beside = ignored.with_name(f"{ignored.name}.{os.getpid()}")
    try:
        _write_private(beside, b"*\n")
        beside.replace(ignored)
    finally:
        beside.unlink(missing_ok=True)
