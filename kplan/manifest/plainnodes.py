"""The tree of nodes of a plain text, by how far in its lines stand: a fraction of the work of reading it,
and of libyaml's events.

Nodes are made when they are looked at: most of a document has nothing to report and is never edited. Of a
plain text it is known that it can be read, so what belongs to a mapping or a list are the lines that stand as
far in as its first one does.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, Generic, TypeVar

from kplan.manifest.nodes import Mapping, Member, Node, Scalar, Sequence
from kplan.manifest.plain import ENDS, FLOW_ITEM, FLOW_MEMBER, QUOTED, begins_scalar, name_of
from kplan.manifest.source import rows_of, starts_of

One = TypeVar("One")
_NOWHERE: Final = -1
"""How far in an empty line stands, and a comment."""


def grown(text: str) -> Node:
    """The tree of a document's text, which has to be plain."""
    return _Trees(text).root()


class _Trees:
    """Makes nodes of lines; places are lines and columns, from 0."""

    __slots__ = ("_indents", "_lines", "_starts", "_stop")

    def __init__(self, text: str) -> None:
        self._lines = rows_of(text)
        self._starts = starts_of(text)
        self._stop = len(self._lines) - 1
        self._indents = [
            len(line) - len(rest) if (rest := line.lstrip(" ")) and rest[0] != "#" else _NOWHERE
            for line in self._lines
        ]

    def root(self) -> Node:
        """The node of the whole text, behind the marks of a document's beginning."""
        first = self._filled(0, self._stop)
        while self._lines[first] == "---":
            first = self._filled(first + 1, self._stop)
        return self._block(first, self._indents[first], self._stop)

    def _filled(self, line: int, stop: int) -> int:
        """The next line up to another that holds something, from one on."""
        while line < stop and self._indents[line] == _NOWHERE:
            line += 1
        return line

    def _is_dashed(self, line: int) -> bool:
        return self._lines[line].startswith("- ", self._indents[line])

    def _block(self, line: int, column: int, stop: int) -> Node:
        """The mapping or the list without brackets that begins at a place, and ends before another line."""
        start = self._starts[line] + column
        if self._is_dashed(line) and column == self._indents[line]:
            return Sequence(start, flow=False, grow=partial(self._items, line, column, stop))
        return Mapping(start, flow=False, grow=partial(self._members, line, column, stop))

    def _alike(self, first: int, column: int, stop: int, *, dashed: bool) -> list[int]:
        """The lines at a column from the first one on, with a dash or without;
        last the line before which all of them end.
        """
        found, at = [first], first
        try:
            while True:
                at = self._indents.index(column, at + 1, stop)
                if self._is_dashed(at) is dashed:
                    found.append(at)
        except ValueError:
            return [*found, stop]

    def _members(self, first: int, column: int, stop: int) -> "_Members":
        return _Members(self._alike(first, column, stop, dashed=False), column, self._member, self._lines)

    def _member(self, line: int, column: int, stop: int) -> Member:
        text, start = self._lines[line], self._starts[line]
        colon = text.find(": ", column)
        colon = len(text) - 1 if colon < 0 else colon
        key = Scalar(start + column, start + colon, _style(text[column]))
        behind = len(text) - len(text[colon + 1 :].lstrip(" "))
        if behind < len(text) and text[behind] != "#":
            node = self._written(line, behind, column)
        else:
            node = self._below(line, column, stop) or Scalar(start + colon + 1, start + colon + 1)
        return Member(name_of(text[column:colon]), key, node)

    def _below(self, line: int, column: int, stop: int) -> Node | None:
        """What stands below a key at a column, if anything does."""
        below = self._filled(line + 1, stop)
        if below == stop:
            return None
        indent = self._indents[below]
        if not self._is_dashed(below) and begins_scalar(self._lines[below][indent:]):
            return self._written(below, indent, column)
        return self._block(below, indent, stop)

    def _items(self, first: int, column: int, stop: int) -> "_Parts[Node]":
        return _Parts(self._alike(first, column, stop, dashed=True), column, self._item)

    def _item(self, line: int, column: int, stop: int) -> Node:
        rest = self._lines[line][column + 2 :].lstrip(" ")
        inner = len(self._lines[line]) - len(rest)
        return self._written(line, inner, column) if begins_scalar(rest) else self._block(line, inner, stop)

    def _written(self, first: int, column: int, outer: int) -> Node:
        """A scalar, or what stands between brackets, that begins at a place inside of
        something at an ``outer`` column.
        """
        line, start = self._lines[first], self._starts[first] + column
        if line[column] == "{":
            return _flow_mapping(line, column, self._starts[first])
        if line[column] == "[":
            return _flow(line, column, self._starts[first])
        if line[column] in ("|", ">"):
            return Scalar(start, self._starts[self._end_of_block(first, outer)], line[column])
        style = _style(line[column])
        last = self._last_quoted(first, column) if style else self._last_plain(first, column, outer)
        if last == first:
            return Scalar(start, start + _length(line[column:], style), style)
        line = self._lines[last]
        text = line.lstrip(" ")
        length = _matched(ENDS[style], text) if style else len(text.rstrip(" "))
        return Scalar(start, self._starts[last] + len(line) - len(text) + length, style)

    def _end_of_block(self, line: int, outer: int) -> int:
        """The line behind a block scalar: it holds empty lines, and all that stand further in than what holds it."""
        for below in range(line + 1, self._stop):
            text = self._lines[below]
            if (
                self._indents[below] <= outer
                and (rest := text.lstrip(" "))
                and len(text) - len(rest) <= outer
            ):
                return below
        return self._stop

    def _last_quoted(self, line: int, column: int) -> int:
        """The line with which a quoted scalar ends."""
        ends, rest = ENDS[self._lines[line][column]], self._lines[line][column + 1 :]
        while not re.match(ends, rest):
            line += 1
            rest = self._lines[line].strip(" ")
        return line

    def _last_plain(self, line: int, column: int, outer: int) -> int:
        """The line up to which a plain scalar goes on."""
        if " #" in self._lines[line][column:]:
            return line
        while line + 1 < self._stop and self._indents[line + 1] > outer:
            line += 1
        return line


class _Parts(Generic[One]):
    """The parts of a collection at one column, each built from its lines on first use."""

    __slots__ = ("_column", "_lines", "_made", "_make")

    def __init__(self, lines: list[int], column: int, make: Callable[[int, int, int], One]) -> None:
        self._lines = lines
        self._column = column
        self._make = make
        self._made: dict[int, One] = {}

    def __len__(self) -> int:
        return len(self._lines) - 1

    def __getitem__(self, place: int) -> One:
        if place < 0:
            place += len(self)
        if place not in self._made:
            self._made[place] = self._make(self._lines[place], self._column, self._lines[place + 1])
        return self._made[place]

    def __iter__(self) -> Iterator[One]:
        return map(self.__getitem__, range(len(self)))


class _Members(_Parts[Member]):
    """The members of a mapping."""

    __slots__ = ("_places", "_text")

    def __init__(
        self, lines: list[int], column: int, make: Callable[[int, int, int], Member], text: list[str]
    ) -> None:
        super().__init__(lines, column, make)
        self._text = text
        self._places: dict[str, int] | None = None

    def place(self, name: str) -> int | None:
        """The index of the member with a name."""
        if self._places is None:
            self._places = self._named()
        return self._places.get(name)

    def _named(self) -> dict[str, int]:
        """The members by their names; a key without quotes has no colon."""
        text, column = self._text, self._column
        lines = [text[line] for line in self._lines[:-1]]
        return {
            self[place].name if line[column] in QUOTED else line[column : line.index(":", column)]: place
            for place, line in enumerate(lines)
        }


def _style(first: str) -> str:
    """The quotes of a scalar that begins like that."""
    return first if first in QUOTED else ""


def _length(text: str, style: str) -> int:
    """How long the scalar is with which a text begins; a comment may stand behind it."""
    return _matched(f"{style}{ENDS[style]}", text) if style else len(text.partition(" #")[0].rstrip(" "))


def _matched(pattern: str, text: str) -> int:
    found = re.match(pattern, text)
    assert found is not None
    return found.end()


def _flow_mapping(line: str, column: int, start: int) -> Mapping:
    """A mapping in braces, in a line that begins at an offset."""
    members = list[Member]()
    end = column + 1
    for found in re.compile(FLOW_MEMBER).finditer(line, end):
        if "}" in line[end : found.start()]:
            break
        key, node = (
            Scalar(start + found.start(of), start + found.end(of), _style(found[of][0])) for of in (1, 2)
        )
        members.append(Member(name_of(found[1]), key, node))
        end = found.end()
    mapping = Mapping(start + column, flow=True, members=members)
    mapping.end = start + line.index("}", end) + 1
    return mapping


def _flow(line: str, column: int, start: int) -> Sequence:
    """A list between brackets, in a line that begins at an offset."""
    items = list[Node]()
    end = column + 1
    for found in re.compile(FLOW_ITEM).finditer(line, end):
        if "]" in line[end : found.start()]:
            break
        items.append(Scalar(start + found.start(), start + found.end(), _style(found[0][0])))
        end = found.end()
    sequence = Sequence(start + column, flow=True, items=items)
    sequence.end = start + line.index("]", end) + 1
    return sequence
