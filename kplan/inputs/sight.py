"""Digests of what reading looks at, which a run records in its ledger and a later run compares."""

import os
import stat
from collections.abc import Mapping
from os.path import dirname, isfile, join, normpath
from typing import Final

from kplan.checksum import many, sha256
from kplan.diagnostics import Diagnostic
from kplan.inputs.held import Held
from kplan.inputs.ledger import Ledger, Named
from kplan.inputs.request import Depth, Request
from kplan.inputs.walk import EXTENSIONS, Walk
from kplan.manifest.files import STDIN, UnreadableError, read_bytes

_MANY: Final = 100
"""Files from which on a library is loaded that digests faster."""


def content_digest(content: bytes) -> bytes:
    """The digest of what a file holds."""
    return sha256(content).digest()


def note(ledger: Ledger, request: Request, walk: Walk, found: Mapping[str, bytes]) -> None:
    """Take down what a request found; the digests of files that were read by it are given."""
    ledger.whole &= request.depth is not Depth.OWN_FIRST and all(is_lasting(one.path) for one in walk.files)
    if ledger.whole:
        ledger.loads[named(request)] = _digest(request, walk, found)


def _digest(request: Request, walk: Walk, found: Mapping[str, bytes], held: Held | None = None) -> str:
    """All files that a request finds, each with what it holds, and what is left out or cannot be found."""
    begin = many if len(walk.files) > _MANY else sha256
    left_out = walk.excluded, walk.unread, sorted(walk.below.items())
    made = begin(repr((walk.files, walk.diagnostics, *left_out)).encode())
    for file in walk.files:
        made.update(found.get(file.path) or content_digest(_bytes(file.path, request, held)))
    return made.hexdigest()


def note_content(ledger: Ledger, path: str, request: Request) -> None:
    """Take down what one more file holds."""
    ledger.contents[path] = content_of(path, request)


def is_lasting(path: str) -> bool:
    """Whether a file can be read twice, which a pipe cannot; what is missing stays missing."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - asked of every file
    except OSError:
        return path != STDIN
    return stat.S_ISREG(mode) and not path.startswith(("/dev/", "/proc/"))


def named(request: Request) -> Named:
    """What a request is called in a ledger."""
    return (
        request.paths, request.depth.value, request.force_exclude, request.tolerant, request.kustomizations
    )  # fmt: skip


def seen(request: Request, held: Held | None = None) -> str:
    """The digest of what a request would find now, which is ``held``; empty if some of it can be read once only."""
    walk = Walk(request)
    walk.run()
    return _digest(request, walk, {}, held) if all(is_lasting(file.path) for file in walk.files) else ""


def content_of(path: str, request: Request) -> str:
    """The digest of a file."""
    return sha256(_bytes(path, request)).hexdigest()


def _bytes(path: str, request: Request, held: Held | None = None) -> bytes:
    try:
        content = read_bytes(path, request.limits)
    except UnreadableError as refusal:
        return refused(refusal.diagnostic)
    if held is not None:
        held.keep(path, content)
    return content


def refused(refusal: Diagnostic) -> bytes:
    """The digest for a file that cannot be read."""
    return b"unreadable " + repr(refusal).encode("utf-8", "surrogatepass")


def names_beside(request: Request) -> tuple[str, ...]:
    """The files in the folders of those that a request names itself."""
    given = [path for path in request.paths if isfile(path)]  # noqa: PTH113 - as given
    names = {normpath(path) for path in given}
    return tuple(
        path
        for folder in sorted({dirname(path) for path in given})  # noqa: PTH120 - likewise
        for name in sorted(os.listdir(folder or "."))  # noqa: PTH208 - likewise
        if name.endswith(EXTENSIONS) and normpath(path := join(folder, name)) not in names  # noqa: PTH118 - likewise
    )
