"""A field path to its place in any text, by libyaml's events, with aliases and merges followed.

Only line and column are kept of what the parser says, and only for as long as a document is being reported on.
"""

from collections.abc import Iterator
from typing import Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from kplan.fieldpath import FieldPath
from kplan.manifest.repairs import MOST_REPAIRS, repaired
from kplan.manifest.scalars import HINTS, key_text, resolve
from kplan.manifest.source import Position, Span

_Marks = tuple[int, int, int, int]
_START: Final[_Marks] = (0, 0, 0, 1)


class _Mapping:
    """A mapping's place, and the places of its keys and values."""

    __slots__ = ("marks", "members")

    def __init__(self, marks: _Marks) -> None:
        self.marks = marks
        self.members: dict[str, tuple[_Marks, Any]] = {}


class _Sequence:
    """A sequence's place and the places of its items."""

    __slots__ = ("items", "marks")

    def __init__(self, marks: _Marks) -> None:
        self.marks = marks
        self.items: list[Any] = []


class EventPlaces:
    """Every place in one document, with the document's own offset in its file added."""

    __slots__ = ("_column", "_line", "_root")

    def __init__(self, text: str, line: int, column: int) -> None:
        self._line = line
        self._column = column
        self._root = _read(text)

    def span(self, path: FieldPath) -> Span:
        """The value at the path if it is a scalar, its key if it is a collection, else its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(_shown(key, node))

    def key(self, path: FieldPath) -> Span:
        """The key of the mapping member at the path, or of its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(_shown(key, node) if key is None else key)

    def lines(self, path: FieldPath) -> tuple[int, int]:
        """The first line and the last of the value at the path."""
        node = self._follow(path)[1]
        first, _, last, column = _shown(None, node) or _START
        waiting, seen = [node], set[int]()
        while waiting:
            one = waiting.pop()
            if isinstance(one, (_Mapping, _Sequence)):
                if id(one) not in seen:
                    seen.add(id(one))
                    waiting += (
                        one.items if isinstance(one, _Sequence) else [it for _, it in one.members.values()]
                    )
            elif one is not None and (one[2], one[3]) > (last, column):
                last, column = one[2], one[3]
        ends = last - 1 if column == 0 and last > first else last
        return first + self._line, ends + self._line

    def _follow(self, path: FieldPath) -> tuple[Any, Any]:
        """Go down the path as far as the text goes: the last key passed, and what stands there."""
        key, node = None, self._root
        for step in path.steps:
            if isinstance(node, _Mapping) and isinstance(step, str) and step in node.members:
                key, node = node.members[step]
            elif isinstance(node, _Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
                key, node = None, node.items[step]
            else:
                break
        return key, node

    def _span(self, event: _Marks | None) -> Span:
        line, column, end_line, end_column = event or _START
        return Span(self._position(line, column), self._position(end_line, end_column))

    def _position(self, line: int, column: int) -> Position:
        return Position(line + self._line, column + (0 if line else self._column))


def _shown(key: _Marks | None, node: Any) -> Any:
    """The place to point at: a scalar itself, a collection's key, else its first key."""
    if isinstance(node, _Mapping):
        return key or next((first for first, _ in node.members.values()), node.marks)
    if isinstance(node, _Sequence):
        return key or node.marks
    if node is not None and key is not None and node[:2] == node[2:]:
        return key
    return node


def _read(text: str) -> Any:
    """Build the tree of places; a text that breaks off gives what was read before."""
    for _ in range(MOST_REPAIRS):
        tree, error = _tree(text)
        fixed = repaired(text, error) if error else text
        if fixed == text:
            return tree
        text = fixed
    return tree


def _tree(text: str) -> tuple[Any, YAMLError | None]:
    root: list[Any] = []
    try:
        _grow(text, root)
    except YAMLError as error:
        return root[0] if root else None, error
    return root[0] if root else None, None


def _grow(text: str, root: list[Any]) -> None:
    """Read the text into a tree, whose root is put into the list as soon as it begins."""
    stack: list[Any] = []
    keys: list[Any] = []
    anchors: dict[str, Any] = {}
    node: Any = None
    key: _Marks | None = None
    name = ""
    for event in _events(text):
        kind = event.__class__
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            node, (key, name) = stack.pop(), keys.pop()
            continue
        start, end = event.start_mark, event.end_mark
        marks = (start.line, start.column, end.line, end.column)
        if kind is ScalarEvent:
            place: Any = marks
        elif kind is MappingStartEvent:
            place = _Mapping(marks)
        elif kind is SequenceStartEvent:
            place = _Sequence(marks)
        elif kind is AliasEvent:
            place = anchors.get(event.anchor, marks)
        else:
            continue
        if event.anchor and kind is not AliasEvent:
            anchors[event.anchor] = place
        if node is None:
            root.append(place)
        elif node.__class__ is _Sequence:
            node.items.append(place)
        elif key is None:
            key, name = marks, _name(event) if kind is ScalarEvent else ""
            if kind is ScalarEvent or kind is AliasEvent:
                continue
        else:
            _add(node, name, key, place)
            key = None
        if kind is not ScalarEvent and kind is not AliasEvent:
            stack.append(node)
            keys.append((key, name))
            node, key = place, None


def _events(text: str) -> Iterator[Any]:
    get = CParser(text).get_event
    while (event := get()).__class__ is not StreamEndEvent:
        yield event


def _name(key: Any) -> str:
    """A key as the value's mapping spells it: ``on`` is ``true`` there."""
    text: str = key.value
    if not key.implicit[0] or text[:1] not in HINTS:
        return text
    value = resolve(text)
    return text if value is None or isinstance(value, str) else key_text(value, text)


def _add(node: _Mapping, name: str, key: _Marks, place: Any) -> None:
    if name == "<<":
        for source in place.items if isinstance(place, _Sequence) else [place]:
            if isinstance(source, _Mapping):
                node.members = {**source.members, **node.members}
        return
    node.members[name] = key, place
