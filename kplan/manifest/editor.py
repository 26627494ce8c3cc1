"""Edits to a file's text: what is not edited keeps every byte, with its comments, quotes and line ends.

Every change is proven: the new text is read as kubectl reads it, and has to mean the old value with just that change. A
layout that an edit does not fit is an EditError, never a guess.
"""

import difflib
import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kplan.fieldpath import Step
from kplan.fixes import Edit, Fix, Op, Replacement, within
from kplan.manifest.changes import change, spliced
from kplan.manifest.document import Document
from kplan.manifest.events import Problem, compose
from kplan.manifest.limits import DEFAULT
from kplan.manifest.lines import EditError, Splice
from kplan.manifest.stream import split

__all__ = ["EditError", "Editor", "placed", "replacements"]

_MOST_CHARACTERS: Final = 4_000_000
"""Longer documents are not edited: each edit reads them again."""


class _Piece(NamedTuple):
    """One document's text within its file's."""

    start: int
    end: int
    is_json: bool


class Editor:
    """A file's text, open for edits; ``text()`` gives the result."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = _pieces(text)
        self._edited: dict[int, str] = {}

    def apply(self, document: int, edits: Sequence[Edit]) -> None:
        """Edit a document, from 0; after an EditError it is as it was."""
        if document not in self._pieces:
            raise EditError("the document is not in the text")
        piece = self._pieces[document]
        text = self._edited.get(document, self._text[piece.start : piece.end])
        before = _value(text, is_json=piece.is_json)
        for edit in edits:
            text = spliced(text, change(text, edit))
            after = _value(text, is_json=piece.is_json)
            if not _same(_expected(before, edit, after), after):
                raise EditError("the text would mean something else")
            before = after
        self._edited[document] = text

    def text(self) -> str:
        """The text with every edit."""
        parts, done = [], 0
        for document, piece in sorted(self._pieces.items()):
            if document in self._edited:
                parts += [self._text[done : piece.start], self._edited[document]]
                done = piece.end
        return "".join([*parts, self._text[done:]])


def _pieces(text: str) -> dict[int, _Piece]:
    """The documents' texts, by number; what cannot be found again is left out."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found = {}
    for number, chunk in enumerate(split(text)):
        start = starts[chunk.line] + chunk.column
        end = min(start + len(chunk.text), len(text))
        if not chunk.problem and text[start:end] == chunk.text[: end - start]:
            found[number] = _Piece(start, end, chunk.is_json)
    return found


def _value(text: str, *, is_json: bool) -> Any:
    """What kubectl reads. Raises EditError."""
    if len(text) > _MOST_CHARACTERS:
        raise EditError("the document is too long to be edited")
    if is_json:
        chunks = list(split(text))
        if len(chunks) != 1 or chunks[0].problem:
            raise EditError("the text would not be JSON any more")
        return chunks[0].value
    try:
        return compose(text, DEFAULT).value
    except Problem as problem:
        raise EditError(problem.message) from None


def _same(one: Any, other: Any) -> bool:
    """Whether values are equal, numbers and booleans told apart."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _expected(value: Any, edit: Edit, after: Any) -> Any:
    """The value with an edit; what quotes make of a scalar is taken from the text after it."""
    steps = edit.path.steps
    match edit.op:
        case Op.PUT:
            return _with(value, steps, edit.value)
        case Op.APPEND:
            return _with(value, steps, [*(_at(value, steps) or ()), edit.value])
        case Op.QUOTE:
            made = _at(after, steps)
            return _with(value, steps, made if isinstance(made, str) else str(made))
        case Op.RENAME:
            holder = _at(value, steps[:-1])
            renamed = {edit.text if name == steps[-1] else name: one for name, one in holder.items()}
            return _with(value, steps[:-1], renamed)
        case Op.REMOVE:
            holder = _at(value, steps[:-1])
            left = (
                [one for place, one in enumerate(holder) if place != steps[-1]]
                if isinstance(holder, list)
                else {name: one for name, one in holder.items() if name != steps[-1]}
            )
            return _with(value, steps[:-1], left)
        case Op.KEEP_LAST:
            return value


def _at(value: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _with(value: Any, steps: Sequence[Step], new: Any) -> Any:
    """A copy of a value in which one field is another."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(value, list) and isinstance(step, int):
        return [_with(one, rest, new) if place == step else one for place, one in enumerate(value)]
    held = value if isinstance(value, dict) else {}
    return {**held, str(step): _with(held.get(str(step)), rest, new)}


def placed(document: Document, fix: Fix) -> Fix | None:
    """A fix of the object that a document holds, with what it changes in the text; None where the text does not lend itself."""
    fix = within(document.prefix, fix)
    try:
        changed = replacements(document.text, document.line, document.column, fix.edits)
    except EditError:
        return None
    return fix._replace(document=document.index, replacements=changed)


def replacements(text: str, line: int, column: int, edits: Sequence[Edit]) -> tuple[Replacement, ...]:
    """Edits of a document as changes of its file's text, in which it begins at a line and column, from 0. Raises EditError."""
    if len(text) > _MOST_CHARACTERS:
        raise EditError("the document is too long to be edited")
    splices = change(text, edits[0])
    if len(edits) > 1:
        edited = spliced(text, splices)
        for edit in edits[1:]:
            edited = spliced(edited, change(edited, edit))
        splices = _differences(text, edited)
    return tuple(_replacement(text, one, line, column) for one in sorted(splices))


def _replacement(text: str, splice: Splice, line: int, column: int) -> Replacement:
    start, end = (_position(text, offset, line, column) for offset in (splice.start, splice.end))
    return Replacement(*start[:2], *end[:2], splice.text, start[2], end[2])


def _position(text: str, offset: int, line: int, column: int) -> tuple[int, int, int]:
    """Line, column, and column in bytes; what stands before a document in its first line is plain JSON's end."""
    above = text.count("\n", 0, offset)
    before, shift = text[text.rfind("\n", 0, offset) + 1 : offset], 0 if above else column
    return line + above + 1, len(before) + shift + 1, len(before.encode("utf-8", "replace")) + shift + 1


def _differences(before: str, after: str) -> list[Splice]:
    """What changed between two texts, by lines."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for one in old:
        starts.append(starts[-1] + len(one))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        Splice(starts[a], starts[b], "".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
