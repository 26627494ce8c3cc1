"""The content of files that were already read, so that nothing is read twice and nothing changes in between."""

from typing import Final

_ROOM: Final = 64 << 20
"""Bytes that are held at most; what is beyond is read again."""


class Held:
    """Contents of files by path."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._contents: dict[str, bytes] = {}

    def keep(self, path: str, content: bytes) -> None:
        """Hold what a file holds, as far as there is room."""
        if len(content) <= self._room:
            self._room -= len(content)
            self._contents[path] = content

    def take(self, path: str) -> bytes | None:
        """Hand out what a file holds, and hold it no longer; None if it has to be read."""
        return self._contents.pop(path, None)
