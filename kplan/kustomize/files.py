"""Where a kustomization may read: its root, the files in or below it, and the roots it was reached from.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/loader/fileloader.go
"""

import os
import re
from dataclasses import dataclass, field
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.manifest.files import UnreadableError, read_bytes

_REMOTE = re.compile(r"^(?:https?://|ssh://|git::|git@|file://|[\w.-]+\.(?:com|org|io|net)[/:])")


@dataclass(frozen=True, slots=True)
class Trace:
    """What builds look at, so that a later run can tell whether it has changed."""

    contents: dict[str, bytes] = field(default_factory=dict)
    """By real path, every file that was read."""
    looked: dict[str, None] = field(default_factory=dict)
    """Every path of which it counted what stands there."""


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads files for one kustomization; ``restricted`` keeps it in its own folder."""

    root: str
    restricted: bool = True
    referrer: "Loader | None" = None
    trace: Trace = field(default_factory=Trace)
    openapi: list[Any] = field(default_factory=list)
    """The types that the top kustomization names instead of those of Kubernetes; none or one."""
    read: dict[str, bytes] = field(default_factory=dict)
    """By real path, every file that this build has read, if the trace may have those of several."""

    def enter(self, path: str) -> "Loader":
        """The loader of a base or component named by this kustomization."""
        if not path:
            raise KustomizeError("new root cannot be empty")
        self.trace.looked[os.path.normpath(os.path.join(self.root, path))] = None
        if is_remote(path) and not os.path.isdir(os.path.join(self.root, path)):
            raise KustomizeError(
                f"remote base '{path}' is not fetched: vendor a copy next to the tree and name its folder"
            )
        if os.path.isabs(path):
            raise KustomizeError(f"new root '{path}' cannot be absolute")
        try:
            root = confirmed(os.path.normpath(os.path.join(self.root, path)))
        except KustomizeError as error:
            raise KustomizeError(f"must build at directory: {error}") from None
        self._refuse_cycle(root)
        return Loader(root, self.restricted, self, self.trace, self.openapi, self.read)

    def _refuse_cycle(self, candidate: str) -> None:
        loader: Loader | None = self
        while loader is not None:
            if within(loader.root, candidate):
                raise KustomizeError(
                    f"cycle detected: candidate root '{candidate}' contains visited root '{loader.root}'"
                )
            loader = loader.referrer

    def locate(self, path: str) -> str:
        """The real path of a file that may be read."""
        if is_remote(path) and "://" in path:
            raise KustomizeError(f"remote file '{path}' is not fetched: vendor a copy next to the tree")
        shown = os.path.normpath(os.path.join(self.root, path))
        self.trace.looked[shown] = None
        real = _resolved(shown)
        if os.path.isdir(real):
            raise KustomizeError(f"'{real}' must resolve to a file")
        if self.restricted and not within(os.path.dirname(real), self.root):
            raise KustomizeError(f"security; file '{real}' is not in or below '{self.root}'")
        return real

    def has(self, name: str) -> bool:
        """Whether a file lies in the root."""
        return os.path.isfile(os.path.join(self.root, name))

    def load(self, path: str) -> bytes:
        """A file's bytes."""
        real = self.locate(path)
        known = self.trace.contents
        if real not in known:
            try:
                known[real] = read_bytes(real)
            except UnreadableError as error:
                raise KustomizeError(f"'{real}' {error}") from None
        self.read[real] = known[real]
        return known[real]

    def text(self, path: str) -> str:
        """A file's text."""
        return self.load(path).decode("utf-8", "replace")


def is_remote(path: str) -> bool:
    """Whether a path names something on the network."""
    return bool(_REMOTE.match(path))


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/") or folder == "/"


def confirmed(path: str) -> str:
    """The real path of a folder, or the error if it is not one."""
    try:
        real = _resolved(path)
    except KustomizeError as error:
        raise KustomizeError(f"not a valid directory: {error}") from None
    if not os.path.isdir(real):
        raise KustomizeError(f"'{path}': file is not directory")
    return real


def _resolved(shown: str) -> str:
    real = os.path.realpath(shown)
    if not os.path.exists(real):
        raise KustomizeError(
            f"evalsymlink failure on '{shown}' : lstat {_missing(real)}: no such file or directory"
        )
    return real


def _missing(path: str) -> str:
    parent = os.path.dirname(path)
    return path if os.path.exists(parent) or parent == path else _missing(parent)


def standing(path: str) -> str:
    """What stands at a path, as far as builds can tell:
    its real path, and whether that is a file, a folder or nothing.
    """
    real = os.path.realpath(path)
    if not os.path.exists(real):
        return f"nothing from {_missing(real)} on for {real}"
    return f"{'folder' if os.path.isdir(real) else 'file'} {real}"
