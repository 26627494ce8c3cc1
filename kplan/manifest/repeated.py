"""A key that stands several times in one mapping, as a fix: keep the last, as kubectl does."""

from collections.abc import Iterator

from kplan.fieldpath import FieldPath, Step
from kplan.fixes import Fix, keep_last, unsafe
from kplan.manifest.document import Document
from kplan.manifest.editor import placed
from kplan.manifest.nodes import Mapping, Node, Scalar, tree


def keeping_last(document: Document, line: int, column: int) -> Fix | None:
    """The fix for the key that stands at a line and column of a document, from 0; None where it is not found."""
    root = tree(document.text)
    start = len("".join(document.text.splitlines(keepends=True)[:line])) + column
    steps = next((steps for steps, key in _keys(root, ()) if key == start), None) if root else None
    if steps is None:
        return None
    return placed(document, unsafe("keep the last, as kubectl does", keep_last(FieldPath.of(*steps))))


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
