"""Paths as given to the files behind them, in kubectl's order, and refusals in its words.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go
"""

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kplan.inputs.excludes import Excludes, excludes_of
from kplan.inputs.request import Depth, Request
from kplan.inputs.skipped import Skipped
from kplan.manifest.files import STDIN, unreadable
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.diagnostics import Diagnostic

_OWN = (".kplan.yaml", ".kplan.yml", ".kplan-baseline.json")
"""kplan's own configuration and baseline, which are nobody's manifests."""
EXTENSIONS = (".json", ".yaml", ".yml")
UPPER_CASE = "upper-case YAML or JSON file"
"""A file that neither kubectl nor kplan reads in a folder, because its ending is not lower-case."""
_GLOB = frozenset("*?[")
_ADDRESSES = ("http://", "https://")
_FETCH_HINT = "fetch it yourself, and name the file or pipe it in: '-' is standard input"


class File(NamedTuple):
    """A file to read."""

    path: str
    named: bool = False
    """Whether it was given itself, not found in a folder."""
    root: str = ""
    """The folder given, for a file found in one."""


class Walk:
    """Finds files, each once, and notes what could not be found and what was left out."""

    def __init__(self, request: Request) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.excluded: list[str] = []
        self.files: list[File] = []
        self.unread: list[Skipped] = []
        """Files that might be meant, and are not read as they are called."""
        self.below: dict[str, int] = {}
        """By folder given, how many files in folders below it were not read."""
        self._request = request
        self._seen: set[str] = set()

    def run(self) -> None:
        """Find the files of all paths."""
        for path in self._request.paths:
            if not self._take(path, self._expand(path)):
                return

    def read_below(self, folder: str) -> list[File]:
        """The files in folders below one whose own files were no manifests."""
        self.below.pop(folder, None)
        before = len(self.files)
        self._take(folder, self._walk(folder, deep=True))
        return self.files[before:]

    def _take(self, path: str, found: Iterator[File]) -> bool:
        """Keep files that are new; the answer is whether there was room for all."""
        for file in found:
            identity = os.path.normpath(file.path)
            if identity in self._seen:
                continue
            if len(self.files) >= self._request.limits.max_files:
                reason = f"more than {self._request.limits.max_files} files"
                self.diagnostics.append(unreadable(path, reason, hint="read them with --limit files=N"))
                return False
            self._seen.add(identity)
            self.files.append(file)
        return True

    def _expand(self, path: str) -> Iterator[File]:
        if path == STDIN:
            yield File(path, named=True)
            return
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 - on 200,000 paths pathlib costs seconds
        except FileNotFoundError:
            yield from self._matching(path)
            return
        except (OSError, ValueError) as error:
            self.diagnostics.append(unreadable(path, error))
            return
        if stat.S_ISDIR(mode):
            yield from self._walk(path, deep=self._request.depth is Depth.ALL)
        elif not self._is_excluded(path):
            yield File(path, named=True)

    def _matching(self, pattern: str) -> Iterator[File]:
        matches = _matches(pattern) if _GLOB & set(pattern) else []
        if not matches and pattern.startswith(_ADDRESSES):
            self.diagnostics.append(
                unreadable(pattern, "kplan fetches nothing from the network", hint=_FETCH_HINT)
            )
        elif not matches:
            self.diagnostics.append(unreadable(pattern, f'the path "{pattern}" does not exist'))
        for match in matches:
            yield from self._expand(match)

    def _is_excluded(self, path: str) -> bool:
        """Whether a file that was named itself is left out all the same."""
        if not self._request.force_exclude:
            return False
        folder = os.path.dirname(path) or "."  # noqa: PTH120 - likewise
        excludes = excludes_of(self._request.exclude, self._request.root, folder, named=False)
        if excludes.entering(folder, os.listdir(folder)).hides(path):  # noqa: PTH208 - likewise
            self.excluded.append(path)
            return True
        return False

    def _walk(self, root: str, *, deep: bool) -> Iterator[File]:
        """Give a folder's files in lexical order; links to folders are not followed, as by kubectl."""
        pending = self._entries(root, excludes_of(self._request.exclude, self._request.root, root), 0)
        while pending:
            entry, holds, level = pending.pop()
            is_folder = entry.is_dir(follow_symlinks=False)
            path = entry.path.removeprefix("./")  # as kubectl names what it finds
            if not is_folder and (not entry.name.endswith(EXTENSIONS) or entry.name in _OWN):
                if (
                    entry.name.lower().endswith(EXTENSIONS)
                    and entry.name not in _OWN
                    and not holds.hides(path)
                ):
                    self.unread.append(Skipped(path, UPPER_CASE))
            elif holds.hides(path, folder=is_folder):
                self.excluded.append(path)
            elif is_folder:
                if entry.name != ".git" and (deep or self._request.depth is Depth.OWN_FIRST):
                    pending += self._entries(path, holds, level + 1)
            elif deep or level == 0:
                yield File(path, root=root)
            else:
                self.below[root] = self.below.get(root, 0) + 1

    def _entries(
        self, folder: str, excludes: Excludes, level: int
    ) -> "list[tuple[os.DirEntry[str], Excludes, int]]":
        """A folder's entries with what holds in it and how deep it lies, the last name first."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            self.diagnostics.append(unreadable(folder, error))
            return []
        holds = excludes.entering(folder, (entry.name for entry in entries))
        return [(entry, holds, level) for entry in entries]


def _matches(pattern: str) -> list[str]:
    from glob import glob  # noqa: PLC0415 - compiles patterns of its own, and few runs are given one

    return sorted(glob(pattern, recursive=True))  # noqa: PTH207 - likewise
