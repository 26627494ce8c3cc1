"""Keys that stand several times in one mapping, as fixes: keep the last, as kubectl does."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from kplan.fieldpath import FieldPath, Step
from kplan.fixes import Fix, keep_last, unsafe
from kplan.manifest.document import Document
from kplan.manifest.nodes import Mapping, Node, Scalar
from kplan.manifest.replacing import placed
from kplan.manifest.trees import tree

_MOST: Final = 200
"""Fixes of one document: each looks at the whole text, and what is left is found again when these are made."""


def keeping_last(document: Document, places: Iterable[tuple[int, int]]) -> Iterator[Fix | None]:
    """The fix for each key that stands at a line and column of a document, from 0.

    One fix puts all occurrences of a key right, so only the first has it; None for others, and if it is not found.
    """
    root = tree(document.text)
    paths = {start: steps for steps, start in _keys(root, ())} if root else {}
    starts = [0, *accumulate(map(len, document.text.splitlines(keepends=True)))]
    made = set[Sequence[Step]]()
    for line, column in places:
        steps = paths.get(starts[line] + column)
        if steps is None or steps in made or len(made) >= _MOST:
            yield None
            continue
        made.add(steps)
        yield placed(document, unsafe("keep the last, as kubectl does", keep_last(FieldPath.of(*steps))))


def _keys(node: Node, above: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], int]]:
    """Every key below a node: its path and where it begins."""
    if isinstance(node, Scalar):
        return
    if isinstance(node, Mapping):
        for member in node.members:
            steps = (*above, member.name)
            yield steps, member.key.start
            yield from _keys(member.node, steps)
        return
    for place, item in enumerate(node.items):
        yield from _keys(item, (*above, place))
