"""What is left out of a walk: patterns of the configuration, ``.kplanignore`` and, inside a repository, ``.gitignore``.

A pattern of a deeper file outweighs one of a folder above, and of one file the last that matches counts, as for git.
"""

import os
from collections.abc import Iterable, Sequence
from os.path import abspath, dirname, exists, join, relpath
from typing import TYPE_CHECKING, Final

_LARGEST: Final = 16 << 20

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

KPLAN_IGNORE: Final = ".kplanignore"
GIT_IGNORE: Final = ".gitignore"


class Excludes:
    """What holds in one folder: by folder that patterns are relative to, the patterns, the outermost first."""

    __slots__ = ("in_repository", "scopes")

    def __init__(
        self, scopes: "tuple[tuple[str, GitIgnoreSpec], ...]" = (), in_repository: bool = False
    ) -> None:
        self.scopes: Final = scopes
        self.in_repository: Final = in_repository

    def hides(self, path: str, *, folder: bool = False) -> bool:
        """Whether a path is left out."""
        if not self.scopes:
            return False
        whole = abspath(path)  # noqa: PTH100 - a walk asks for every entry
        for above, spec in reversed(self.scopes):
            inner = relpath(whole, above).encode("utf-8", "replace").decode()  # as patterns can be matched
            if inner.startswith(".."):
                continue
            verdict = spec.check_file(f"{inner}/" if folder else inner).include
            if verdict is not None:
                return verdict
        return False

    def entering(self, folder: str, names: Iterable[str]) -> "Excludes":
        """What holds in a folder with these entries."""
        found = set(names)
        wanted = [KPLAN_IGNORE, *([GIT_IGNORE] if self.in_repository else [])]
        more = [scope for name in wanted if name in found and (scope := _scope(folder, name))]
        return Excludes((*self.scopes, *more), self.in_repository) if more else self


def excludes_of(patterns: Sequence[str], root: str, start: str, *, named: bool = True) -> Excludes:
    """What holds at a path before its own ignore file is read: the given patterns, and the files of folders above.

    Who names an ignored folder wants it read, so there the files above do not count.
    """
    above = list(_above(start, root))
    in_repository = any(exists(join(folder, ".git")) for folder in above)  # noqa: PTH110, PTH118 - a walk asks for every folder
    found = Excludes((), in_repository)
    for folder in reversed(above[1:]):
        names = [name for name in (KPLAN_IGNORE, GIT_IGNORE) if exists(join(folder, name))]  # noqa: PTH110, PTH118 - likewise
        found = found.entering(folder, names)
    if named and found.hides(start, folder=True):
        found = Excludes((), in_repository)
    given = [(abspath(root), _spec(patterns))] if patterns else []  # noqa: PTH100 - likewise
    return Excludes((*given, *found.scopes), in_repository)


def _above(start: str, root: str) -> Iterable[str]:
    """A folder and those above it, up to the repository's, or else to the root of the configuration."""
    folder, top = abspath(start), abspath(root)  # noqa: PTH100 - likewise
    while True:
        yield folder
        parent = dirname(folder)  # noqa: PTH120 - likewise
        if folder in (parent, top) or exists(join(folder, ".git")):  # noqa: PTH110, PTH118 - likewise
            return
        folder = parent


def _scope(folder: str, name: str) -> "tuple[str, GitIgnoreSpec] | None":
    try:
        path = os.path.join(folder, name)  # noqa: PTH118 - likewise
        if not os.path.isfile(path):  # noqa: PTH113 - likewise; opening a pipe would wait for its writer
            return None
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - likewise
            lines = file.read(_LARGEST).splitlines()
    except OSError:
        return None
    return abspath(folder), _spec(lines)  # noqa: PTH100 - likewise


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most runs have no pattern

    return GitIgnoreSpec.from_lines(lines)
