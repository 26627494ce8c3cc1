"""Edits to a file's text: what is not edited keeps every byte, with its comments, quotes and line ends.

Every change is proven: the new text is read as kubectl reads it, and has to mean the old value with just that change. A
layout that an edit does not fit is an EditError, never a guess.
"""

import json
from collections.abc import Sequence
from typing import Any

from kplan.fieldpath import Step
from kplan.fixes import Edit, Op
from kplan.manifest.changes import spliced
from kplan.manifest.composed import Problem
from kplan.manifest.events import compose
from kplan.manifest.limits import DEFAULT
from kplan.manifest.lines import EditError, Splice
from kplan.manifest.replacing import MOST_CHARACTERS, splices
from kplan.manifest.stream import split
from kplan.namedtuples import NamedTuple

__all__ = ["EditError", "Editor"]

Edits = Sequence[Edit]
"""Edits that are made together or not at all; the later ones see what the earlier ones did."""


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

    def apply(self, document: int, edits: Edits) -> None:
        """Edit a document, from 0; after an EditError it is as it was."""
        if not self.apply_each(document, [edits])[0]:
            raise EditError("the document is not in the text, or does not lend itself to the edits")

    def apply_each(self, document: int, fixes: Sequence[Edits]) -> list[bool]:
        """Make groups of edits, as many as possible, and return for each group whether it was made.

        Those that meet at one place of the text are made one after the other, all others at once.
        """
        done = [False] * len(fixes)
        piece = self._pieces.get(document)
        if piece is None:
            return done
        text = self._edited.get(document, self._text[piece.start : piece.end])
        waiting = list(range(len(fixes)))
        while waiting:
            now, waiting = _apart(text, fixes, waiting)
            if not now:
                break
            text, made = _proven(text, fixes, now, is_json=piece.is_json)
            for number in made:
                done[number] = True
        self._edited[document] = text
        return done

    def text(self) -> str:
        """The text with every edit."""
        parts, done = [], 0
        for document, piece in sorted(self._pieces.items()):
            if document in self._edited:
                parts += [self._text[done : piece.start], self._edited[document]]
                done = piece.end
        return "".join([*parts, self._text[done:]])


def _apart(
    text: str, fixes: Sequence[Edits], numbers: Sequence[int]
) -> tuple[dict[int, list[Splice]], list[int]]:
    """The splices of edits that do not meet each other in the text, and those that meet one of these;
    the rest cannot be made.
    """
    now: dict[int, list[Splice]] = {}
    taken: list[Splice] = []
    later: list[int] = []
    for number in numbers:
        try:
            found = splices(text, fixes[number])
        except EditError:
            continue
        if any(_meet(one, other) for one in found for other in taken):
            later.append(number)
        else:
            now[number] = found
            taken += found
    return now, later


def _meet(one: Splice, other: Splice) -> bool:
    return one.start <= other.end and other.start <= one.end


def _proven(
    text: str, fixes: Sequence[Edits], now: dict[int, list[Splice]], *, is_json: bool
) -> tuple[str, Sequence[int]]:
    """The text with splices made, if it means just what the edits say;
    else with those of one half, then the other's.
    """
    numbers = list(now)
    new = spliced(text, [one for each in now.values() for one in each])
    if _means(text, new, [edit for number in numbers for edit in fixes[number]], is_json=is_json):
        return new, numbers
    if len(numbers) == 1:
        return text, ()
    made: list[int] = []
    for half in (numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]):
        again, _ = _apart(text, fixes, half)
        text, some = _proven(text, fixes, again, is_json=is_json) if again else (text, ())
        made += some
    return text, made


def _means(text: str, new: str, edits: Sequence[Edit], *, is_json: bool) -> bool:
    """Whether a new text means the old one with just these edits."""
    try:
        before, after = _value(text, is_json=is_json), _value(new, is_json=is_json)
        for edit in edits:
            before = _expected(before, edit, after)
    except (EditError, AttributeError, TypeError):
        return False
    return _same(before, after)


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
    if len(text) > MOST_CHARACTERS:
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
    """Whether values are equal, distinguishing numbers from booleans."""
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
        case Op.KEEP_LAST | Op.UNCOMMENT:
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
