"""A value's digest: equal values have one, whatever process made them, and values that differ in anything do not."""

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from os.path import dirname, exists, isdir, join
from typing import Any

from kplan import __version__
from kplan.checksum import sha256


class UndigestibleError(Exception):
    """A value that is more than data, such as a function, so that its content has no digest."""


def digest(value: Any) -> str:
    """The digest of plain data: texts, numbers, enums, named tuples, sequences and mappings.

    Raises UndigestibleError.
    """
    made = sha256()
    for part in _parts(value):
        made.update(b"%d:%s," % (len(part), part))
    return made.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    """The value in pieces, each with its type and each list with its length."""
    if isinstance(value, Enum):
        yield f"{type(value).__qualname__}.{value.name}".encode()
    elif isinstance(value, str):
        yield b"s" + value.encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes):
        yield b"b" + value
    elif value is None or isinstance(value, (bool, int, float)):
        yield f"{type(value).__name__} {value!r}".encode()
    elif isinstance(value, (tuple, list)):
        yield f"{type(value).__name__} {len(value)}".encode()
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}".encode()
        for name, item in value.items():
            yield from _parts(name)
            yield from _parts(item)
    elif isinstance(value, (set, frozenset)):
        yield f"set {len(value)}".encode()
        yield from sorted(digest(item).encode() for item in value)
    else:
        raise UndigestibleError(f"a {type(value).__name__} is no data")


@cache
def build() -> str:
    """The digest of the program itself: its version, its files, Python, and the installed libraries.

    An installed program is what its installer recorded, so that every machine that installs it has the same digest; one
    that runs from its sources is what these are since they were last written.
    """
    package = dirname(__file__).removesuffix(f"{os.sep}cache")  # noqa: PTH120 - at every start
    program = _record(dirname(package)) or _files(package)  # noqa: PTH120 - likewise
    return digest((__version__, sys.version, "\n".join(_libraries()), program))


def _record(folder: str) -> bytes:
    """What the installer wrote down of the files beside it; nothing if nobody installed them."""
    names = (name for name in sorted(os.listdir(folder)) if name.startswith("kplan-"))  # noqa: PTH208 - likewise
    for name in names:
        path = join(folder, name, "RECORD")  # noqa: PTH118 - likewise
        if name.endswith(".dist-info") and exists(path):  # noqa: PTH110 - likewise
            with open(path, "rb") as file:  # noqa: PTH123 - likewise
                return file.read()
    return b""


def _libraries() -> Iterator[str]:
    """The names of installed distributions, which hold their versions."""
    for folder in sys.path:
        names = os.listdir(folder) if isdir(folder) else ()  # noqa: PTH112, PTH208 - likewise
        yield from sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))


def _files(root: str) -> str:
    """Name, size and time of every file of the program; what Python compiled from them follows from them."""
    found, folders = list[str](), [root]
    while folders:
        folder = folders.pop()
        found.append(folder.removeprefix(root))
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 - with os.stat it takes half of what os.scandir does
            if name == "__pycache__":
                continue
            path = f"{folder}{os.sep}{name}"
            about = os.stat(path)  # noqa: PTH116 - likewise
            if stat.S_ISDIR(about.st_mode):
                folders.append(path)
            else:
                found.append(f"{name} {about.st_size} {about.st_mtime_ns}")
    return "\n".join(found)
