"""Paths as given on the command line to the files behind them, in kubectl's order, and refusals in its words.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go
"""

import os
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from glob import glob
from typing import Final, NamedTuple

from kplan.diagnostics import Diagnostic, Location
from kplan.manifest.limits import DEFAULT, Limits

UNREADABLE: Final = "YAML006"
STDIN: Final = "-"
IGNORE_FILE: Final = ".kplanignore"

_EXTENSIONS = (".json", ".yaml", ".yml")
_GLOB = frozenset("*?[")


class Found(NamedTuple):
    """Files to read, each once, and what could not be found."""

    files: list[str]
    diagnostics: list[Diagnostic]


def discover(paths: Iterable[str], *, recursive: bool = False, limits: Limits = DEFAULT) -> Found:
    """Find the files behind files, directories, globs and ``-``."""
    found = Found([], [])
    seen: set[str] = set()
    for path in paths:
        for file in _expand(path, found, recursive=recursive):
            identity = os.path.normpath(file)
            if identity in seen:
                continue
            if len(found.files) >= limits.max_files:
                reason = f"more than {limits.max_files} files"
                found.diagnostics.append(unreadable(path, reason, hint="read them with --limit files=N"))
                return found
            seen.add(identity)
            found.files.append(file)
    return found


def unreadable(path: str, reason: str, *, hint: str = "") -> Diagnostic:
    """Say that a path cannot be read."""
    return Diagnostic(UNREADABLE, reason, location=Location(path), help=hint)


def _expand(path: str, found: Found, *, recursive: bool) -> Iterator[str]:
    if path == STDIN:
        yield path
        return
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - on 200,000 paths pathlib costs seconds
    except FileNotFoundError:
        matches = sorted(glob(path, recursive=True)) if _GLOB & set(path) else []  # noqa: PTH207 - likewise
        if not matches:
            found.diagnostics.append(unreadable(path, f'the path "{path}" does not exist'))
        for match in matches:
            yield from _expand(match, found, recursive=recursive)
        return
    except (OSError, ValueError) as error:
        found.diagnostics.append(unreadable(path, _reason(error)))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path, found, recursive=recursive)
    else:
        yield path


def _walk(directory: str, found: Found, *, recursive: bool) -> Iterator[str]:
    """Give a directory's manifests in lexical order; links to directories are not followed, as by kubectl."""
    patterns = _ignored(directory)
    pending = _entries(directory, found)
    while pending:
        entry = pending.pop()
        if patterns and _is_ignored(os.path.relpath(entry.path, directory), patterns):
            continue
        if entry.is_dir(follow_symlinks=False):
            if recursive and entry.name != ".git":
                pending += _entries(entry.path, found)
        elif entry.name.endswith(_EXTENSIONS):
            yield entry.path


def _entries(directory: str, found: Found) -> list[os.DirEntry[str]]:
    """A directory's entries, the last name first."""
    try:
        return sorted(os.scandir(directory), key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        found.diagnostics.append(unreadable(directory, _reason(error)))
        return []


def _ignored(directory: str) -> tuple[str, ...]:
    """Read the directory's ignore file: one glob a line, ``#`` begins a comment."""
    try:
        with open(os.path.join(directory, IGNORE_FILE), encoding="utf-8", errors="replace") as file:  # noqa: PTH118, PTH123 - likewise
            lines = [line.strip() for line in file]
    except OSError:
        return ()
    return tuple(line.rstrip("/") for line in lines if line and not line.startswith("#"))


def _is_ignored(relative: str, patterns: tuple[str, ...]) -> bool:
    parts = relative.split(os.sep)  # noqa: PTH206 - likewise
    return any(
        fnmatch(relative, pattern.removeprefix("/"))
        or ("/" not in pattern and any(fnmatch(p, pattern) for p in parts))
        for pattern in patterns
    )


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"cannot be read: {reason[:1].lower()}{reason[1:]}"
