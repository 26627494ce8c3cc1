"""The files of a repository, as generators and sources look at them; links that lead out of it are not followed."""

import os
from collections.abc import Callable, Iterator
from functools import cached_property

_LARGEST = 4 << 20
"""Bytes of a file that a generator reads."""
_IGNORED = frozenset({".git", ".kplan", "node_modules", ".venv"})


class Tree:
    """A folder that stands for the root of a repository."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._real = os.path.realpath(root)

    def folder(self, path: str) -> str | None:
        """Where a folder lies; None if there is none within the tree."""
        return self._within(path, os.path.isdir)

    def file(self, path: str) -> str | None:
        """Where a file lies; None if there is none within the tree."""
        return self._within(path, os.path.isfile)

    def read(self, path: str) -> bytes:
        """The content of a file; empty if it is missing or too large."""
        found = self.file(path)
        if found is None or os.path.getsize(found) > _LARGEST:
            return b""
        with open(found, "rb") as file:
            return file.read()

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """All folders, relative to the root, sorted."""
        return tuple(sorted({os.path.dirname(path) for path in self.files} | set(self._parents())))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All files, relative to the root, sorted."""
        return tuple(sorted(self._walk()))

    def _parents(self) -> Iterator[str]:
        for path in self.files:
            parent = os.path.dirname(path)
            while parent:
                yield parent
                parent = os.path.dirname(parent)

    def _walk(self) -> Iterator[str]:
        for folder, names, files in os.walk(self._real):
            names[:] = [name for name in names if name not in _IGNORED]
            inside = os.path.relpath(folder, self._real)
            for name in files:
                yield name if inside == "." else f"{inside}/{name}".replace(os.sep, "/")

    def _within(self, path: str, exists: Callable[[str], bool]) -> str | None:
        shown = os.path.normpath(os.path.join(self.root, path.lstrip("/")))
        real = os.path.realpath(shown)
        inside = real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)
        return shown if inside and exists(shown) else None
