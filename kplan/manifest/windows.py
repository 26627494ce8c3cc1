"""Edits that belong together, made in the part of a text that holds all of their places.

Each edit but the first needs the text read anew, and a document may be a long list: only the item
is read that they change.
"""

import difflib
from collections.abc import Sequence
from itertools import takewhile

from kplan.fieldpath import FieldPath, Step
from kplan.fixes import Edit
from kplan.manifest.changes import changed, spliced
from kplan.manifest.lines import EditError, Lines, Splice, lines_of
from kplan.manifest.nodes import Mapping, Node, child
from kplan.namedtuples import NamedTuple


class _Window(NamedTuple):
    """A mapping of a text, as a document of its own."""

    start: int
    """Where in the text it begins."""
    ahead: str
    """What stands before it in its line, if it is a block: blanks take that place in ``text``."""
    text: str
    depth: int
    """How many steps lead to it."""


def together(text: str, edits: Sequence[Edit]) -> list[Splice]:
    """The splices of edits of which the later ones see what the earlier ones did. Raises EditError."""
    lines = lines_of(text)
    window = _around(lines, edits)
    edited = window.text
    for edit in edits:
        inside = edit._replace(path=FieldPath.of(*edit.path.steps[window.depth :]))
        edited = spliced(edited, changed(Lines(edited, lines.layout), inside))
    margin = len(window.ahead)
    if edited[:margin].strip() or edited[margin : margin + 1].isspace():
        raise EditError("what stands before the object is in the way")
    before, after = (window.ahead + one[margin:] for one in (window.text, edited))
    return [_moved(splice, window.start - margin) for splice in _differences(before, after)]


def _around(lines: Lines, edits: Sequence[Edit]) -> _Window:
    """The innermost mapping that no anchor shares and that holds all places; else the whole text."""
    node: Node = lines.root
    found: Mapping | None = None
    depth = 0
    for place, step in enumerate(_shared([edit.path.steps[:-1] for edit in edits]), 1):
        inner = child(node, step)
        if inner is None or inner.shared:
            break
        node = inner
        if isinstance(node, Mapping):
            found, depth = node, place
    if found is None:
        return _Window(0, "", lines.text, 0)
    if found.flow:
        return _Window(found.start, "", lines.text[found.start : found.end], depth)
    ahead = lines.text[lines.start(found.start) : found.start]
    inside = lines.text[found.start : lines.after(found)]
    return _Window(found.start, ahead, " " * len(ahead) + inside, depth)


def _shared(paths: Sequence[Sequence[Step]]) -> list[Step]:
    """The steps with which all paths begin."""
    return [steps[0] for steps in takewhile(lambda steps: len({*steps}) == 1, zip(*paths, strict=False))]


def _moved(splice: Splice, by: int) -> Splice:
    return Splice(splice.start + by, splice.end + by, splice.text)


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
