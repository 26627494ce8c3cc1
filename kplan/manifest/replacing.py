"""Edits of a document as changes of its file's text, by line and column; nothing is read anew for it.

That each change means what it says is proven where it is made (``editor``).
"""

from collections.abc import Sequence
from typing import Final

from kplan.fixes import Edit, Fix, Replacement
from kplan.manifest.changes import change
from kplan.manifest.document import Document
from kplan.manifest.lines import EditError, Lines, Splice, lines_of

MOST_CHARACTERS: Final = 4_000_000
"""Longer documents are not edited: each edit reads them again."""


def placed(document: Document, fix: Fix) -> Fix | None:
    """A fix of the object that a document holds, with what it changes in the text;
    None if the text does not lend itself.
    """
    try:
        return placed_in_file(document, fix)[0]
    except EditError:
        return None


def placed_in_file(document: Document, fix: Fix) -> tuple[Fix, str]:
    """The same with the name of the file that it changes. Raises EditError."""
    found = [document.written(edit.path) for edit in fix.edits]
    where = found[0][0]
    if any(one is not where for one, _ in found):
        raise EditError("what has to change stands in several files")
    edits = tuple(edit._replace(path=path) for edit, (_, path) in zip(fix.edits, found, strict=True))
    changed = replacements(where.text, where.line, where.column, edits)
    return fix._replace(edits=edits, document=where.index, replacements=changed), where.source.name


def replacements(text: str, line: int, column: int, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
    """Edits of a document as changes of its file's text, in which it begins at a line and column, from 0.

    Raises EditError.
    """
    lines = lines_of(text) if len(text) <= MOST_CHARACTERS else None
    if lines is None:
        raise EditError("the document is too long to be edited")
    return tuple(_replacement(lines, one, line, column) for one in sorted(splices(text, edits)))


def splices(text: str, edits: Sequence[Edit]) -> list[Splice]:
    """The splices of edits that belong together. Raises EditError."""
    if len(edits) == 1:
        return change(text, edits[0])
    from kplan.manifest.windows import together  # noqa: PLC0415 - few fixes are several edits

    return together(text, edits)


def _replacement(lines: Lines, splice: Splice, line: int, column: int) -> Replacement:
    start = _position(lines, splice.start, line, column)
    end = start if splice.end == splice.start else _position(lines, splice.end, line, column)
    return Replacement(*start[:2], *end[:2], splice.text, start[2], end[2])


def _position(lines: Lines, offset: int, line: int, column: int) -> tuple[int, int, int]:
    """Line, column, and column in bytes; what stands before a document in its first line is plain JSON's end."""
    above, characters, octets = lines.position(offset)
    shift = 0 if above else column
    return line + above + 1, characters + shift + 1, octets + shift + 1
