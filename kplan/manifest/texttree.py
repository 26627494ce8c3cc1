"""A YAML text as a tree that can be written again: styles, anchors and comments stand beside the values.

Upstream: go.yaml.in/yaml/v3, whose nodes kustomize reads a text within a text into
"""

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from kplan.manifest.goyaml import GoYamlError, plain
from kplan.manifest.limits import DEFAULT

_BASE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Entry = str | int


@dataclass(slots=True)
class Comments:
    """What is said about an entry of a mapping or a list."""

    head: list[str] = field(default_factory=list)
    line: str = ""
    foot: list[str] = field(default_factory=list)


class Text(str):
    """A scalar: its text, how it is written, and the type that it is said or found to have."""

    __slots__ = ("anchor", "style", "tag")
    style: str
    """A quote, ``|`` or ``>``; empty if it is written plainly."""
    tag: str
    anchor: str

    @classmethod
    def of(cls, text: str, tag: str = "", style: str = "", anchor: str = "") -> "Text":
        """A scalar."""
        made = cls(text)
        made.tag, made.style, made.anchor = tag, style, anchor
        return made


class Alias(str):
    """A use of an anchor."""

    __slots__ = ()


class Pairs(dict[str, Any]):
    """A mapping."""

    def __init__(self, *, flow: bool = False, anchor: str = "") -> None:
        super().__init__()
        self.flow, self.anchor = flow, anchor
        self.comments: dict[Entry, Comments] = {}
        self.keys_as: dict[str, Text] = {}


class Items(list[Any]):
    """A list."""

    def __init__(self, *, flow: bool = False, anchor: str = "") -> None:
        super().__init__()
        self.flow, self.anchor = flow, anchor
        self.comments: dict[Entry, Comments] = {}


@dataclass(slots=True)
class Position:
    """Where an entry begins and its value ends."""

    container: Pairs | Items
    entry: Entry
    line: int
    column: int
    end: int


@dataclass(slots=True)
class Tree:
    """A document."""

    root: Any = None
    positions: list[Position] = field(default_factory=list)
    scalars: list[tuple[int, int]] = field(default_factory=list)
    """The ranges of scalars in the text, in which there are no comments."""

    def open(self, position: Position) -> int:
        """Begin an entry; the answer is its place among all."""
        self.positions.append(position)
        return len(self.positions) - 1

    def close(self, place: int, event: Any) -> None:
        """End an entry on the last line of its value, or of what stands within that."""
        own = event.end_mark if isinstance(event, yaml.ScalarEvent) and not event.style else event.start_mark
        within = self.positions[place + 1 :]
        self.positions[place].end = int(max([own.line if own else 0, *(one.end for one in within)]))


def tag_of(value: Any) -> str:
    """The tag of what a plain scalar is."""
    if value is None:
        return "!!null"
    names = {bool: "!!bool", int: "!!int", float: "!!float"}
    return names.get(type(value), "!!str")


def parse(text: str) -> Tree:
    """The first document of a text. Raises GoYamlError, for one that is nested too deeply as well."""
    tree = Tree()
    try:
        events = iter(yaml.parse(text, Loader=_BASE))
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                tree.root = _node(next(events), events, tree, 1)
                return tree
    except yaml.YAMLError as error:
        raise GoYamlError(str(error)) from None
    return tree


def _node(event: Any, events: Any, tree: Tree, depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent):
        return Alias(event.anchor)
    if depth > DEFAULT.max_depth:
        raise GoYamlError(f"exceeded max depth of {DEFAULT.max_depth}")
    if isinstance(event, yaml.MappingStartEvent):
        return _pairs(event, events, tree, depth)
    if isinstance(event, yaml.SequenceStartEvent):
        return _items(event, events, tree, depth)
    tree.scalars.append((event.start_mark.index, event.end_mark.index))
    style = event.style or ""
    tag = str(event.tag or "").replace("tag:yaml.org,2002:", "!!")
    tag = tag or ("!!str" if style else tag_of(plain(event.value)))
    return Text.of(event.value, tag, style, event.anchor or "")


def _pairs(start: Any, events: Any, tree: Tree, depth: int) -> Pairs:
    made = Pairs(flow=bool(start.flow_style), anchor=start.anchor or "")
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, tree, depth + 1)
        mark = event.start_mark
        place = tree.open(Position(made, str(key), mark.line, mark.column, mark.line))
        value = next(events)
        made[str(key)] = _node(value, events, tree, depth + 1)
        tree.close(place, value)
        if isinstance(key, Text):
            made.keys_as[str(key)] = key
    return made


def _items(start: Any, events: Any, tree: Tree, depth: int) -> Items:
    made = Items(flow=bool(start.flow_style), anchor=start.anchor or "")
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        mark = event.start_mark
        place = tree.open(Position(made, len(made), mark.line, start.start_mark.column, mark.line))
        made.append(_node(event, events, tree, depth + 1))
        tree.close(place, event)
    return made
