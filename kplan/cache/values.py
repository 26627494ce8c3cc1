"""Parsed files, kept for later runs in one entry of the folder; each is sealed with the file's own content.

Only files are kept about which reading has nothing to say, since what it says has places in a file.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kplan.cache.folder import Folder
from kplan.cache.jsonbytes import writer
from kplan.manifest.document import Document

if TYPE_CHECKING:
    from kplan.cache.sealing import Seal

_MOST: Final = 48 << 20
"""Bytes that the values of a run may take."""
_SPREAD: Final = 4
"""How many times as long as its text a file's values may be: what a file repeats by reference would be written out."""
_QUICK: Final = 1
_SHORT: Final = 1_024
"""Bytes below which compressing costs more than it saves; JSON of a list begins as nothing compressed does."""
_LIST: Final = b"["


class Values:
    """What files read as, by their contents; what is looked up or learned goes on to the next run."""

    def __init__(self, folder: Folder, key: str) -> None:
        self._folder = folder
        self._key = key
        self._known = dict(_told_apart(folder.get(key) or b""))
        self._used: dict[str, bytes] = {}
        self._learned: dict[str, bytes] = {}
        self._write = writer(0)

    def expect(self, number: int) -> None:
        """Be told how many files will be read."""
        self._write = writer(number)

    def seal(self, content: bytes) -> "Seal":
        """The key that identifies the content of a file."""
        from kplan.cache.sealing import seal_of  # noqa: PLC0415 - most runs read too few files to seal any

        return seal_of(content, self._key)

    def of(self, seal: "Seal") -> Mapping[int, Any] | None:
        """The values of a file's documents by their index, but for those without one; None if they are not known."""
        sealed = self._known.get(seal.name)
        if sealed is None:
            return None
        from kplan.cache.sealing import applied  # noqa: PLC0415 - likewise

        written = applied(seal, sealed)
        return dict(json.loads(written if written.startswith(_LIST) else zlib.decompress(written)))

    def sealed(self, seal: "Seal", documents: Sequence[Document]) -> bytes:
        """The values of a file's documents; nothing if they are too long."""
        written = self._write([(one.index, one.value) for one in documents])
        if len(written) > _SPREAD * sum(len(one.text) for one in documents):
            return b""
        from kplan.cache.sealing import applied  # noqa: PLC0415 - likewise

        return applied(seal, written if len(written) < _SHORT else zlib.compress(written, _QUICK))

    def take(self, seal: "Seal", sealed: bytes) -> None:
        """Take a file of this run on to the next one."""
        if seal.name in self._known:
            self._used[seal.name] = self._known[seal.name]
        elif sealed:
            self._learned[seal.name] = sealed

    def save(self) -> None:
        """Keep what the files of this run read as, if some of it was not known."""
        if not self._learned:
            return
        parts = {**self._used, **self._learned}
        if sum(map(len, parts.values())) <= _MOST:
            self._folder.put(self._key, _together(parts), squeezed=True)


def _together(parts: Mapping[str, bytes]) -> bytes:
    """A line that says how long each part is, and the parts."""
    sizes = json.dumps({name: len(part) for name, part in parts.items()})
    return b"".join((sizes.encode(), b"\n", *parts.values()))


def _told_apart(written: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts by their names."""
    sizes, _, rest = written.partition(b"\n")
    place = 0
    for name, size in (json.loads(sizes) if sizes else {}).items():
        yield name, rest[place : place + size]
        place += size
