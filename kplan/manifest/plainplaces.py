"""A field path to its place in a plain text, by the tree of its nodes, of which only the way there is made."""

from bisect import bisect_right

from kplan.fieldpath import ROOT, FieldPath, Key
from kplan.manifest.nodes import Mapping, Node, Scalar, Sequence
from kplan.manifest.source import Position, Span, starts_of
from kplan.namedtuples import NamedTuple

_Ends = tuple[int, int]


class _Passed(NamedTuple):
    """How far the text goes along a path."""

    path: FieldPath
    """Kept, so that no other one gets its id."""
    key: Scalar | None
    """The last key passed."""
    node: Node
    """What stands there."""
    ended: bool = False
    """Whether a step is not in the text."""


class PlainPlaces:
    """Every place in one document, with the document's own offset in its file added."""

    __slots__ = ("_column", "_known", "_line", "_root", "_starts")

    def __init__(self, root: Node, text: str, line: int, column: int) -> None:
        self._root = _Passed(ROOT, None, root)
        self._known: dict[int, _Passed] = {}
        """Of the paths passed, by their ids: what is found of one object stands below a few fields,
        whose paths are made once.
        """
        self._starts = starts_of(text)
        self._line = line
        self._column = column

    def span(self, path: FieldPath) -> Span:
        """The value at the path if it is a scalar, its key if it is a collection, else its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(_shown(key, node))

    def key(self, path: FieldPath) -> Span:
        """The key of the mapping member at the path, or of its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(key[:2] if key else _shown(key, node))

    def lines(self, path: FieldPath) -> tuple[int, int]:
        """The first line and the last of the value at the path."""
        node = self._follow(path)[1]
        first, end = _shown(None, node)
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Scalar):
                end = max(end, one.end)
            else:
                waiting += one.items if isinstance(one, Sequence) else [member.node for member in one.members]
        start, (last, column) = self._place(first)[0], self._place(end)
        return start + self._line, (last - 1 if column == 0 and last > start else last) + self._line

    def _follow(self, path: FieldPath) -> tuple[Scalar | None, Node]:
        """Go down the path as far as the text goes: the last key passed, and what stands there."""
        known, above = self._known, list[FieldPath]()
        one: FieldPath | None = path
        while one is not None and id(one) not in known:
            above.append(one)
            one = one.parent
        passed = self._root if one is None else known[id(one)]
        for one in reversed(above):
            passed = known[id(one)] = _next(passed, one)
        return passed.key, passed.node

    def _span(self, ends: _Ends) -> Span:
        return Span(self._position(ends[0]), self._position(ends[1]))

    def _position(self, offset: int) -> Position:
        line, column = self._place(offset)
        return Position(line + self._line, column + (0 if line else self._column))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]


def _next(before: _Passed, path: FieldPath) -> _Passed:
    """How far the text goes where it went so far before the last step of a path."""
    _, key, node, ended = before
    step = path.step
    if ended or (step == "" and not isinstance(step, Key)):  # the empty step of a root is left out
        return _Passed(path, key, node, ended)
    if isinstance(node, Mapping) and isinstance(step, str):
        place = node.member(step)
        if place is not None:
            return _Passed(path, *node.members[place][1:])
    elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return _Passed(path, None, node.items[step])
    return _Passed(path, key, node, ended=True)


def _shown(key: Scalar | None, node: Node) -> _Ends:
    """The place to point at: a scalar itself, a collection's key, else its first key."""
    if isinstance(node, Scalar):
        return key[:2] if key and node.start == node.end else node[:2]
    if key:
        return key[:2]
    if isinstance(node, Mapping) and node.members:
        return node.members[0].key[:2]
    return node.start, node.start + node.flow
