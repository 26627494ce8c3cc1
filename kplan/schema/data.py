"""Finds the bundled data files, in an installed package or in a checkout.

A wheel carries ``schemas/`` as ``kplan/_schemas``; an editable install has only the checkout's directory.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
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
    """JSON objects stored with one entry a line, each decoded when it is first asked for; later files go first.

    The entry without a name is about the table, and null takes out what an earlier file has.
    """

    def __init__(self, *names: str) -> None:
        self._lines: dict[str, str] = {}
        self._entries: dict[str, Any] = {}
        for name in names:
            text = zlib.decompress(read(name), wbits=_GZIP).decode()
            rows = text.removeprefix('{\n"').removesuffix("\n}\n").split(',\n"')
            self._lines |= dict([row.split('":', 1) for row in rows])
        if len(names) > 1:
            self._lines = {name: line for name, line in self._lines.items() if line != "null"}
        self.about: Any = json.loads(self._lines.pop("", "{}"))

    def get(self, name: str, default: Any = None) -> Any:
        """One entry, or the default."""
        found = self._entries.get(name)
        if found is None:
            line = self._lines.get(name)
            if line is None:
                return default
            found = self._entries[name] = json.loads(line)
        return found

    def __getitem__(self, name: str) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)
