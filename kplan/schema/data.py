"""Finds the bundled data files, in an installed package or in a checkout.

A wheel carries ``schemas/`` as ``kplan/_schemas``; an editable install has only the checkout's directory.
"""

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from os.path import dirname, isdir, realpath
from typing import Any, Final

from kplan.errors import InternalError

_GZIP: Final = 31
"""What zlib calls the format."""
_PACKAGE: Final = dirname(dirname(realpath(__file__)))  # noqa: PTH120 - pathlib takes 4 ms of every start


@cache
def root() -> str:
    """The directory that holds the data files."""
    for candidate in (f"{_PACKAGE}/_schemas", f"{dirname(_PACKAGE)}/schemas"):  # noqa: PTH120 - likewise
        if isdir(candidate):  # noqa: PTH112 - likewise
            return candidate
    raise InternalError("the bundled schemas are missing", hint="reinstall kplan")


def read(name: str) -> bytes:
    """One data file, by its path below the directory."""
    with open(f"{root()}/{name}", "rb") as file:  # noqa: PTH123 - likewise
        return file.read()


class Table(Mapping[str, Any]):
    """JSON objects stored with one entry a line, in the order of their names; later files go first.

    Each is looked up and decoded when it is first asked for. The entry without a name is about the table, and null
    takes out what an earlier file has.
    """

    def __init__(self, *names: str) -> None:
        self._texts = [_rows(name) for name in reversed(names)]
        self._entries: dict[str, Any] = {}
        self.about: Any = self.get("", {})

    def get(self, name: str, default: Any = None) -> Any:
        """One entry, or the default."""
        try:
            found = self._entries[name]
        except KeyError:
            found = self._entries[name] = json.loads(self._line(name))
        return default if found is None else found

    def _line(self, name: str) -> bytes:
        """An entry as a line of JSON; ``null`` if there is none."""
        lines = (_line(text, name.encode()) for text in self._texts)
        return next((line for line in lines if line), b"null")

    def __getitem__(self, name: str) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _names(self) -> Mapping[str, None]:
        """All names, in the order of the files."""
        rows = (row for text in reversed(self._texts) for row in text.splitlines())
        names = dict.fromkeys(row.partition(b'":')[0].removeprefix(b'"').decode() for row in rows)
        return {name: None for name in names if name and self._line(name) != b"null"}


def _rows(name: str) -> bytes:
    """The lines of a table, without the braces around them."""
    return zlib.decompress(read(name), wbits=_GZIP).removeprefix(b"{\n").removesuffix(b"\n}\n")


def _line(text: bytes, name: bytes) -> bytes:
    """What stands behind a name, which is looked for by halving;
    splitting the text takes as long as looking up a hundred names.
    """
    sought = b'"%b":' % name

    def beginning(place: int) -> bytes:
        start = text.rfind(b"\n", 0, place) + 1
        return text[start : start + len(sought)]

    start = bisect_left(range(len(text)), sought, key=beginning)
    if not text.startswith(sought, start):
        return b""
    end = text.find(b"\n", start)
    return text[start + len(sought) : end if end >= 0 else None].removesuffix(b",")
