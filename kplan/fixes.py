"""How a finding can be corrected: edits of the document it stands in, as values.

A rule says what has to change in the object; ``manifest.editor`` finds out what that means for the text of the file.
"""

import json
from enum import StrEnum
from typing import Any, Final

from kplan.fieldpath import ROOT, FieldPath
from kplan.namedtuples import NamedTuple

_written: Final = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON, by an encoder that is made once."""


class Safety(StrEnum):
    """Whether a fix may change what the manifest means."""

    SAFE = "safe"
    """It means the same afterwards, or what was plainly meant."""
    UNSAFE = "unsafe"
    """It may mean something else, or needs somebody who looks at it."""


class Op(StrEnum):
    """What an edit does."""

    PUT = "put"
    """Give a field a value; mappings that are missing on the way are made."""
    QUOTE = "quote"
    """Put a scalar in quotes, as it is written."""
    RENAME = "rename"
    """Give a field another name."""
    REMOVE = "remove"
    """Take out a field or an item of a list."""
    APPEND = "append"
    """Add an item to a list, which is made if it is missing."""
    KEEP_LAST = "keep-last"
    """Keep the last of the values of a field that is repeated in one mapping."""
    UNCOMMENT = "uncomment"
    """Take out a comment; its text has to be the only one of its kind in the document."""


class Edit(NamedTuple):
    """One change of a document."""

    op: Op
    path: FieldPath
    text: str = ""
    """What is put or appended, as JSON; the new name of a field; or a comment."""

    @property
    def value(self) -> Any:
        """What is put or appended."""
        return json.loads(self.text)


class Replacement(NamedTuple):
    """One change of a file's text: what stands from one place up to another, and what comes in its place."""

    line: int
    """1-based, as the others; columns count characters."""
    column: int
    end_line: int
    end_column: int
    text: str
    byte_column: int = 0
    """The columns again, in bytes of UTF-8."""
    end_byte_column: int = 0


class Fix(NamedTuple):
    """A correction of one finding."""

    safety: Safety
    message: str
    """What it does, in a few words: ``set runAsNonRoot``."""
    edits: tuple[Edit, ...]
    """Edits in order; later ones see the result of earlier ones."""
    document: int = 0
    """Which document of its file, from 0."""
    replacements: tuple[Replacement, ...] = ()
    """The same in the text of the file, as it was read; they do not overlap."""

    @property
    def is_safe(self) -> bool:
        """Whether it is applied without being asked for."""
        return self.safety is Safety.SAFE


def safe(message: str, *edits: Edit) -> Fix:
    """A fix that is applied without being asked for."""
    return Fix(Safety.SAFE, message, edits)


def unsafe(message: str, *edits: Edit) -> Fix:
    """A fix that has to be asked for."""
    return Fix(Safety.UNSAFE, message, edits)


def put(path: FieldPath, value: Any) -> Edit:
    """Give a field a value."""
    return Edit(Op.PUT, path, _written(value))


def append(path: FieldPath, value: Any) -> Edit:
    """Add an item to a list."""
    return Edit(Op.APPEND, path, _written(value))


def quote(path: FieldPath) -> Edit:
    """Put a scalar in quotes."""
    return Edit(Op.QUOTE, path)


def rename(path: FieldPath, name: str) -> Edit:
    """Give a field another name."""
    return Edit(Op.RENAME, path, name)


def remove(path: FieldPath) -> Edit:
    """Take out a field or an item of a list."""
    return Edit(Op.REMOVE, path)


def keep_last(path: FieldPath) -> Edit:
    """Keep the last of a field that stands several times."""
    return Edit(Op.KEEP_LAST, path)


def uncomment(comment: str) -> Edit:
    """Take out a comment."""
    return Edit(Op.UNCOMMENT, ROOT, comment)
