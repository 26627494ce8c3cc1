"""A file to documents: read its bytes, decode and parse them; everything wrong is a diagnostic."""

import os
import stat
from collections.abc import Callable
from itertools import islice
from typing import Final, NamedTuple

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.manifest.document import Document
from kplan.manifest.limits import DEFAULT, Limits
from kplan.manifest.parser import parse_documents

STDIN: Final = "-"
STDIN_NAME: Final = "STDIN"
"""What standard input is called where it is reported on, as kubectl calls it."""
NOT_UTF8: Final = "YAML004"
TOO_LARGE: Final = "YAML005"
UNREADABLE: Final = "YAML006"

_DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a directory"),
)  # fmt: skip
_AT_ONCE: Final = 64 << 20 | 1
_BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Loaded(NamedTuple):
    """Documents in reading order, and what there is to say about the text they came from."""

    documents: list[Document]
    diagnostics: list[Diagnostic]

    def add(self, other: "Loaded") -> None:
        """Append what another load gave."""
        self.documents.extend(other.documents)
        self.diagnostics.extend(other.diagnostics)


def load_file(path: str, limits: Limits = DEFAULT) -> Loaded:
    """Read the documents of one file; that it cannot be read is a diagnostic too."""
    try:
        return load_bytes(read_bytes(path, limits), path, limits)
    except UnreadableError as refusal:
        return Loaded([], [refusal.diagnostic])


def load_bytes(data: bytes, name: str = "<bytes>", limits: Limits = DEFAULT) -> Loaded:
    """Read documents from bytes: UTF-8, or UTF-16 with a byte order mark."""
    text, bad_at = _decode(data)
    loaded = load_text(text, name, limits)
    if bad_at is not None:
        line = data.count(b"\n", 0, bad_at) + 1
        column = bad_at - (data.rfind(b"\n", 0, bad_at) + 1) + 1
        message = f"byte 0x{data[bad_at]:02x} is not UTF-8; kubectl reads U+FFFD in its place"
        loaded.diagnostics.insert(
            0, Diagnostic(NOT_UTF8, message, Severity.WARNING, location=Location(name, line, column))
        )
    return loaded


def load_text(text: str, name: str = "<text>", limits: Limits = DEFAULT) -> Loaded:
    """Read documents from a text."""
    parsed = parse_documents(text, name, limits)
    return Loaded(parsed.documents, parsed.diagnostics)


class UnreadableError(Exception):
    """A file that cannot be read, as a diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_bytes(path: str, limits: Limits = DEFAULT, stdin: Callable[[int], bytes] | None = None) -> bytes:
    """Read a file, or standard input for ``-``. Raises UnreadableError."""
    limit = limits.max_file_bytes
    if path == STDIN:
        data = stdin(limit + 1) if stdin else b""
        name = STDIN_NAME
    else:
        name = path
        try:
            mode = os.stat(path)  # noqa: PTH116 - pathlib costs seconds on many files
            _require_file(path, mode.st_mode)
            if mode.st_size > limit:
                raise _too_large(path, limits)
            data = _content(path, limit + 1)
        except OSError as error:
            raise UnreadableError(unreadable(path, error)) from None
    if len(data) > limit:
        raise _too_large(name, limits)
    return data


def _content(path: str, size: int) -> bytes:
    """The beginning of a file; where a pipe has taken its place meanwhile, nobody waits for who writes to it."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) * (not path.startswith(_DESCRIPTORS)))
    with open(number, "rb") as file:  # noqa: PTH123 - a number has no path
        if size <= _AT_ONCE:
            return file.read(size)
        # Asking for all at once would take as much memory.
        return b"".join(islice(iter(lambda: file.read(_AT_ONCE), b""), size // _AT_ONCE + 1))


def unreadable(path: str, reason: str | Exception, *, hint: str = "") -> Diagnostic:
    """Say that a path cannot be read."""
    if isinstance(reason, Exception):
        text = getattr(reason, "strerror", None) or str(reason)
        reason = f"cannot be read: {text[:1].lower()}{text[1:]}"
    return Diagnostic(UNREADABLE, reason, location=Location(path), help=hint)


def _require_file(path: str, mode: int) -> None:
    if stat.S_ISREG(mode) or (path.startswith(_DESCRIPTORS) and not stat.S_ISDIR(mode)):
        return
    what = next((name for test, name in _KINDS if test(mode)), "not a file")
    raise UnreadableError(
        unreadable(path, f"cannot be read: it is {what}", hint="give a file, a directory or '-'")
    )


def _too_large(name: str, limits: Limits) -> UnreadableError:
    message = f"larger than {limits.max_file_bytes:,} bytes"
    return UnreadableError(
        Diagnostic(
            TOO_LARGE,
            message,
            location=Location(name),
            help="read it with a larger --max-file-size",
        )
    )


def _decode(data: bytes) -> tuple[str, int | None]:
    """Decode as kubectl does; the place of the first byte that had to be replaced, if any."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return data.decode("utf-8", "replace"), error.start
