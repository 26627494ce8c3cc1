"""The tree of nodes of a plain text, made of what ``plain`` notes while it reads it: a fraction of the work of libyaml's events.

Nodes are made when they are looked at: most of a document has nothing to report and is never edited.
"""

import re
from functools import partial
from itertools import accumulate
from typing import Any

from kplan.manifest import plain
from kplan.manifest.limits import DEFAULT
from kplan.manifest.nodes import Mapping, Member, Node, Scalar, Sequence
from kplan.manifest.plain import ENDS, FLOW_ITEM, FLOW_MEMBER, QUOTED, Place, Places


def grown(text: str) -> Node | None:
    """The tree of a document's text; None where it is not plain."""
    places: Places = {}
    value = plain.read(text, DEFAULT, places)
    return None if value is plain.UNREAD else _Trees(text, places, value).block(value)


def starts_of(text: str) -> list[int]:
    """Where each line of a plain text begins, and where the text ends."""
    return [0, *accumulate(len(line) + 1 for line in text[:-1].split("\n"))]


class _Trees:
    """Makes nodes of values and of their places."""

    __slots__ = ("_lines", "_places", "_starts", "_value")

    def __init__(self, text: str, places: Places, value: Any) -> None:
        self._value = value  # held, so that no id in the places becomes another's
        self._lines = text[:-1].split("\n")
        self._starts = starts_of(text)
        self._places = places

    def block(self, value: Any) -> Node:
        """The node of a mapping or a list without brackets."""
        line, column, _, _ = self._places[id(value)][0]
        if isinstance(value, dict):
            return Mapping(self._starts[line] + column, flow=False, grow=partial(self._members, value))
        text = self._lines[line]
        dash = self._starts[line] + len(text) - len(text.lstrip(" "))
        return Sequence(dash, flow=False, grow=partial(self._items, value))

    def _members(self, value: dict[str, Any]) -> list[Member]:
        places = self._places[id(value)]
        return [
            self._member(name, item, place) for (name, item), place in zip(value.items(), places, strict=True)
        ]

    def _member(self, name: str, value: Any, place: Place) -> Member:
        line, column, below, _ = place
        text = self._lines[line]
        colon = text.find(": ", column)
        colon = len(text) - 1 if colon < 0 else colon
        start = self._starts[line]
        key = Scalar(start + column, start + colon, _style(text[column]))
        behind = len(text) - len(text[colon + 1 :].lstrip(" "))
        if below > line:
            node = self._written(value, place, len(self._lines[below]) - len(self._lines[below].lstrip(" ")))
        elif behind < len(text) and text[behind] != "#":
            node = self._written(value, place, behind)
        elif value.__class__ is dict or value.__class__ is list:
            node = self.block(value)
        else:
            node = Scalar(start + colon + 1, start + colon + 1)
        return Member(name, key, node)

    def _items(self, value: list[Any]) -> list[Node]:
        places = self._places[id(value)]
        return [
            self.block(item) if id(item) in self._places else self._written(item, place, place[1])
            for item, place in zip(value, places, strict=True)
        ]

    def _written(self, value: Any, place: Place, column: int) -> Node:
        """A scalar, or what stands between brackets, that begins at a column of a line."""
        _, _, first, end = place
        line, start = self._lines[first], self._starts[first] + column
        if isinstance(value, dict):
            return _flow_mapping(line, column, self._starts[first], value)
        if isinstance(value, list):
            return _flow(line, column, self._starts[first])
        if line[column] in ("|", ">"):
            return Scalar(start, self._starts[end], line[column])
        style = _style(line[column])
        if end == first + 1:
            return Scalar(start, start + _length(line[column:], style), style)
        line = self._lines[end - 1]
        text = line.lstrip(" ")
        length = _matched(ENDS[style], text) if style else len(text.rstrip(" "))
        return Scalar(start, self._starts[end - 1] + len(line) - len(text) + length, style)


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


def _flow_mapping(line: str, column: int, start: int, value: dict[str, Any]) -> Mapping:
    """A mapping in braces, in a line that begins at an offset."""
    mapping = Mapping(start + column, flow=True)
    end = column + 1
    members = re.compile(FLOW_MEMBER).finditer(line, end)
    for name, found in zip(value, members, strict=False):
        key, node = (
            Scalar(start + found.start(of), start + found.end(of), _style(found[of][0])) for of in (1, 2)
        )
        mapping.members.append(Member(name, key, node))
        end = found.end()
    mapping.end = start + line.index("}", end) + 1
    return mapping


def _flow(line: str, column: int, start: int) -> Sequence:
    """A list between brackets, in a line that begins at an offset."""
    sequence = Sequence(start + column, flow=True)
    end = column + 1
    for found in re.compile(FLOW_ITEM).finditer(line, end):
        if "]" in line[end : found.start()]:
            break
        sequence.items.append(Scalar(start + found.start(), start + found.end(), _style(found[0][0])))
        end = found.end()
    sequence.end = start + line.index("]", end) + 1
    return sequence
