"""A folder of entries, one file for each key: written to a temporary file and renamed; the oldest are removed first.

Entries decide what a user is told, so a folder or an entry that somebody else could have written is not read, and what
is broken counts as not there. Many processes may use one folder; none waits for another.
"""

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from os.path import basename, join
from typing import Final

from kplan.checksum import sha256
from kplan.namedtuples import NamedTuple

LIMIT: Final = 256 << 20
"""Bytes that entries may take together."""
_SUFFIX: Final = ".entry"
_PART: Final = ".part"
_AS_IT_IS: Final = b"="
"""How content begins that is not compressed."""
_NOT_THROUGH_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class Entry(NamedTuple):
    """One file of the folder."""

    path: str
    size: int
    used: int
    """When it was written or read last, in nanoseconds."""


class Folder:
    """Entries by key."""

    def __init__(self, path: str, limit: int = LIMIT) -> None:
        self.path = path
        self._limit = limit

    def get(self, key: str) -> bytes | None:
        """Read an entry; None if it is missing or broken, or may belong to another user."""
        if not self._is_private():
            return None
        path = self._place(key)
        try:
            number = os.open(path, os.O_RDONLY | _NOT_THROUGH_LINKS)
            with open(number, "rb") as file:  # noqa: PTH123 - a number has no path
                if not _is_own(os.fstat(number), regular=True):
                    return None
                written = file.read()
            os.utime(path)
        except OSError:
            return None
        return _unpacked(key, written)

    def put(self, key: str, content: bytes, *, squeezed: bool = False) -> None:
        """Keep an entry; if the folder cannot be written, or is not the user's own, nothing is kept.

        Content that is ``squeezed`` cannot be made smaller.
        """
        with suppress(OSError):
            os.makedirs(self.path, 0o700, exist_ok=True)  # noqa: PTH103 - pathlib takes 4 ms of a start
            if self._is_private():
                self._write(key, _packed(key, content, squeezed=squeezed))
                self._shrink()

    def holds(self, beginning: str) -> bool:
        """Whether there is an entry whose key begins so."""
        return any(basename(one.path).startswith(beginning) for one in self._entries(_SUFFIX))  # noqa: PTH119 - likewise

    def entries(self) -> list[Entry]:
        """All entries, the one that was used longest ago first."""
        return sorted(self._entries(_SUFFIX), key=lambda one: (one.used, one.path))

    def clear(self) -> int:
        """Remove all entries; the answer is how many there were."""
        found = self.entries()
        for one in (*found, *self._entries(_PART)):
            with suppress(OSError):
                os.unlink(one.path)  # noqa: PTH108 - likewise
        return len(found)

    def _place(self, key: str) -> str:
        return join(self.path, key + _SUFFIX)  # noqa: PTH118 - likewise

    def _is_private(self) -> bool:
        """Whether the folder is a real one, the user's own, and written by nobody else."""
        try:
            return _is_own(os.lstat(self.path), regular=False)
        except OSError:
            return False

    def _write(self, key: str, written: bytes) -> None:
        beside = join(self.path, f"{key}.{os.getpid()}{_PART}")  # noqa: PTH118 - likewise
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOT_THROUGH_LINKS, 0o600)
        try:
            with open(number, "wb") as file:  # noqa: PTH123 - a number has no path
                file.write(written)
            os.replace(beside, self._place(key))  # noqa: PTH105 - likewise
        except OSError:
            os.unlink(beside)  # noqa: PTH108 - likewise
            raise

    def _shrink(self) -> None:
        found = self.entries()
        size = sum(one.size for one in found)
        for one in found:
            if size <= self._limit:
                return
            with suppress(OSError):
                os.unlink(one.path)  # noqa: PTH108 - likewise
            size -= one.size

    def _entries(self, suffix: str) -> Iterator[Entry]:
        try:
            names = os.listdir(self.path) if self._is_private() else []  # noqa: PTH208 - likewise
        except OSError:
            return
        for name in names:
            if name.endswith(suffix):
                path = join(self.path, name)  # noqa: PTH118 - likewise
                with suppress(OSError):
                    found = os.lstat(path)
                    yield Entry(path, found.st_size, found.st_mtime_ns)


def _is_own(found: os.stat_result, *, regular: bool) -> bool:
    """Whether the user alone can have written it; systems without owners keep users' folders apart themselves."""
    right = stat.S_ISREG(found.st_mode) if regular else stat.S_ISDIR(found.st_mode)
    if not right or not hasattr(os, "geteuid"):
        return right
    return found.st_uid == os.geteuid() and not found.st_mode & _MAY_WRITE


def _packed(key: str, content: bytes, *, squeezed: bool) -> bytes:
    body = _AS_IT_IS + content if squeezed else zlib.compress(content, 1)
    return sha256(key.encode() + body).hexdigest().encode() + b"\n" + body


def _unpacked(key: str, written: bytes) -> bytes | None:
    """What was packed; None if a byte of it is another one now."""
    told, _, body = written.partition(b"\n")
    if told != sha256(key.encode() + body).hexdigest().encode():
        return None
    try:
        return body[1:] if body.startswith(_AS_IT_IS) else zlib.decompress(body)
    except zlib.error:
        return None
