"""The comments of a YAML text put beside what they are about, as go-yaml's scanner puts them.

Upstream: go.yaml.in/yaml/v3 scannerc.go, parserc.go
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from kplan.manifest.texttree import Comments, Position, Tree


def attach(text: str, tree: Tree) -> list[str]:
    """Put every comment where it belongs; what stands apart at the beginning of the text is handed back."""
    lines, placed = text.splitlines(), _Placed(text, tree)
    head: list[str] = []
    for first, block in _blocks(lines, placed):
        last = first + len(block) - 1
        followed = last + 1 < len(lines) and lines[last + 1].strip()
        behind = placed.after(last)
        column = len(lines[first]) - len(lines[first].lstrip())
        before = placed.before(first, column)
        if behind is not None and (followed or before is None):
            if followed:
                _about(behind).head += block
            else:
                head += block
        elif before is not None:
            _about(before).foot += block
    for number, comment in _behind(lines, placed):
        if here := placed.on(number):
            _about(here).line = comment
    return head


class _Placed:
    """The entries of a tree by where they stand, in the order of the text."""

    def __init__(self, text: str, tree: Tree) -> None:
        self._starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
        self._scalars = tree.scalars
        self._positions = tree.positions
        self._lines = [one.line for one in tree.positions]
        self._by_line: dict[int, Position] = {}
        self._by_column: dict[int, list[Position]] = defaultdict(list)
        for one in tree.positions:
            self._by_line[one.line] = self._by_line[one.end] = one
            self._by_column[one.column].append(one)

    def after(self, line: int) -> Position | None:
        """The first entry behind a line."""
        place = bisect_right(self._lines, line)
        return self._positions[place] if place < len(self._positions) else None

    def before(self, line: int, column: int) -> Position | None:
        """The last entry before a line at a column; else the last one at any."""
        return _last(self._by_column.get(column, ()), line) or _last(self._positions, line)

    def on(self, line: int) -> Position | None:
        """The last entry that begins or ends on a line."""
        return self._by_line.get(line)

    def is_scalar(self, line: int, column: int) -> bool:
        """Whether a scalar stands at a place."""
        index = self._starts[line] + column
        place = bisect_right(self._scalars, (index, len(self._starts) + self._starts[-1])) - 1
        return place >= 0 and index < self._scalars[place][1]


def _last(positions: Sequence[Position], line: int) -> Position | None:
    place = bisect_left(positions, line, key=_line)
    return positions[place - 1] if place else None


def _line(position: Position) -> int:
    return position.line


def _about(position: Position) -> Comments:
    return position.container.comments.setdefault(position.entry, Comments())


def _blocks(lines: list[str], placed: _Placed) -> Iterator[tuple[int, list[str]]]:
    """Comments that have lines of their own: the first line, and the comments without what is before them."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""]):
        own = line.strip()
        if own.startswith("#") and not placed.is_scalar(number, line.index("#")):
            block.append(own)
        elif block:
            yield number - len(block), block
            block = []


def _behind(lines: list[str], placed: _Placed) -> Iterator[tuple[int, str]]:
    """Comments behind something else on its line."""
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            continue
        for index, char in enumerate(line):
            if char == "#" and line[index - 1].isspace() and not placed.is_scalar(number, index):
                yield number, line[index:].rstrip()
                break
