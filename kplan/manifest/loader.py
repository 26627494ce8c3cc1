"""A file to documents: read its bytes, decode and parse them; everything wrong is a diagnostic."""

from typing import Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.manifest.document import Document
from kplan.manifest.files import (
    STDIN,
    STDIN_NAME,
    TOO_LARGE,
    UNREADABLE,
    UnreadableError,
    read_bytes,
    unreadable,
)
from kplan.manifest.limits import DEFAULT, Limits
from kplan.manifest.parser import Values, parse_documents
from kplan.namedtuples import NamedTuple

NOT_UTF8: Final = "YAML004"

_BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


__all__ = [
    "NOT_UTF8", "STDIN", "STDIN_NAME", "TOO_LARGE", "UNREADABLE", "Loaded", "UnreadableError", "load_bytes", "load_file", "load_text",
    "read_bytes", "text_of", "unreadable",
]  # fmt: skip


class Loaded(NamedTuple):
    """Documents in reading order, and the diagnostics for the text they came from."""

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


def load_bytes(
    data: bytes, name: str = "<bytes>", limits: Limits = DEFAULT, values: Values | None = None
) -> Loaded:
    """Read documents from bytes: UTF-8, or UTF-16 with a byte order mark. The ``values`` in them may be known."""
    text, bad_at = text_of(data)
    loaded = load_text(text, name, limits, values)
    if bad_at is not None:
        line = data.count(b"\n", 0, bad_at) + 1
        column = bad_at - (data.rfind(b"\n", 0, bad_at) + 1) + 1
        message = f"byte 0x{data[bad_at]:02x} is not UTF-8; kubectl reads U+FFFD in its place"
        loaded.diagnostics.insert(
            0, Diagnostic(NOT_UTF8, message, Severity.WARNING, location=Location(name, line, column))
        )
    return loaded


def load_text(
    text: str, name: str = "<text>", limits: Limits = DEFAULT, values: Values | None = None
) -> Loaded:
    """Read documents from a text."""
    parsed = parse_documents(text, name, limits, values)
    return Loaded(parsed.documents, parsed.diagnostics)


def text_of(data: bytes) -> tuple[str, int | None]:
    """Decode bytes as kubectl does; the place of the first byte that had to be replaced, if any."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return data.decode("utf-8", "replace"), error.start
