"""Paths to documents: find the files, read their bytes, decode and parse them; everything wrong is a diagnostic."""

import os
import stat
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.manifest.discover import STDIN, discover, unreadable
from kplan.manifest.document import Document
from kplan.manifest.limits import DEFAULT, Limits
from kplan.manifest.parser import parse_documents

NOT_UTF8: Final = "YAML004"
TOO_LARGE: Final = "YAML005"

_DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a directory"),
)  # fmt: skip
_BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Loaded(NamedTuple):
    """All documents of a run in reading order, and what there is to say about the text they came from."""

    documents: list[Document]
    diagnostics: list[Diagnostic]
    files: int = 0
    """How many files there were to read."""

    def add(self, other: "Loaded") -> None:
        """Append what another load gave."""
        self.documents.extend(other.documents)
        self.diagnostics.extend(other.diagnostics)


def load_paths(
    paths: Iterable[str],
    *,
    recursive: bool = False,
    limits: Limits = DEFAULT,
    stdin: Callable[[int], bytes] | None = None,
) -> Loaded:
    """Read every document below the paths; ``stdin`` reads at most so many bytes of standard input for ``-``."""
    found = discover(paths, recursive=recursive, limits=limits)
    loaded = Loaded([], list(found.diagnostics), len(found.files))
    for file in found.files:
        try:
            data = _read(file, limits, stdin)
        except _RefusedError as refusal:
            loaded.diagnostics.append(refusal.diagnostic)
            continue
        loaded.add(load_bytes(data, "STDIN" if file == STDIN else file, limits))
    return loaded


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


class _RefusedError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _read(path: str, limits: Limits, stdin: Callable[[int], bytes] | None) -> bytes:
    limit = limits.max_file_bytes
    if path == STDIN:
        data = stdin(limit + 1) if stdin else b""
        name = "STDIN"
    else:
        name = path
        try:
            mode = os.stat(path)  # noqa: PTH116 - pathlib costs seconds on many files
            _require_file(path, mode.st_mode)
            if mode.st_size > limit:
                raise _too_large(path, limits)
            with open(path, "rb") as file:  # noqa: PTH123 - likewise
                data = file.read(limit + 1)
        except OSError as error:
            reason = error.strerror or str(error)
            raise _RefusedError(
                unreadable(path, f"cannot be read: {reason[:1].lower()}{reason[1:]}")
            ) from None
    if len(data) > limit:
        raise _too_large(name, limits)
    return data


def _require_file(path: str, mode: int) -> None:
    if stat.S_ISREG(mode) or (path.startswith(_DESCRIPTORS) and not stat.S_ISDIR(mode)):
        return
    what = next((name for test, name in _KINDS if test(mode)), "not a file")
    raise _RefusedError(
        unreadable(path, f"cannot be read: it is {what}", hint="give a file, a directory or '-'")
    )


def _too_large(name: str, limits: Limits) -> _RefusedError:
    message = f"larger than {limits.max_file_bytes:,} bytes"
    return _RefusedError(
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
