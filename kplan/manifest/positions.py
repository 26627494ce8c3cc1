"""A field path to its place in a document's text, worked out only for documents that have something to report.

The parser's events are kept as they come; a place becomes line and column when it is asked for.
"""

from collections.abc import Iterator
from functools import lru_cache
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
from kplan.manifest.scalars import HINTS, key_text, resolve
from kplan.manifest.source import Position, Span

_START: Final = Span(Position(0, 0), Position(0, 1))


class _Mapping:
    """A mapping's event, and the events of its keys with the places of its values."""

    __slots__ = ("event", "members")

    def __init__(self, event: Any) -> None:
        self.event = event
        self.members: dict[str, tuple[Any, Any]] = {}


class _Sequence:
    """A sequence's event and the places of its items."""

    __slots__ = ("event", "items")

    def __init__(self, event: Any) -> None:
        self.event = event
        self.items: list[Any] = []


class PlaceMap:
    """Every place in one document, with the document's own offset in its file added."""

    __slots__ = ("_column", "_line", "_root")

    def __init__(self, text: str, line: int, column: int) -> None:
        self._line = line
        self._column = column
        self._root = _read(text)

    def span(self, path: FieldPath) -> Span:
        """The value at the path where it is a scalar, its key where it is a collection, else its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(_shown(key, node))

    def key(self, path: FieldPath) -> Span:
        """The key of the mapping member at the path, or of its nearest ancestor."""
        key, node = self._follow(path)
        return self._span(_shown(key, node) if key is None else key)

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

    def _span(self, event: Any) -> Span:
        if event is None:
            return Span(*(Position(p.line + self._line, p.column + self._column) for p in _START))
        return Span(self._position(event.start_mark), self._position(event.end_mark))

    def _position(self, mark: Any) -> Position:
        return Position(mark.line + self._line, mark.column + (0 if mark.line else self._column))


@lru_cache(maxsize=16)
def place_map(text: str, line: int, column: int) -> PlaceMap:
    """The places of a document; only the last few documents' are kept, since a tree weighs far more than its text."""
    return PlaceMap(text, line, column)


def _shown(key: Any, node: Any) -> Any:
    """The event to point at: a scalar itself, a collection's key, else its first key."""
    if isinstance(node, _Mapping):
        return key or next((first for first, _ in node.members.values()), node.event)
    if isinstance(node, _Sequence):
        return key or node.event
    if node is not None and key is not None and node.start_mark.index == node.end_mark.index:
        return key
    return node


def _read(text: str) -> Any:
    """Build the tree of places; a text that breaks off gives what was read before."""
    root: list[Any] = []
    stack: list[Any] = []
    keys: list[Any] = []
    anchors: dict[str, Any] = {}
    node: Any = None
    key: Any = None
    for event in _events(text):
        kind = event.__class__
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            node, key = stack.pop(), keys.pop()
            continue
        if kind is ScalarEvent:
            place = event
        elif kind is MappingStartEvent:
            place = _Mapping(event)
        elif kind is SequenceStartEvent:
            place = _Sequence(event)
        elif kind is AliasEvent:
            place = anchors.get(event.anchor, event)
        else:
            continue
        if event.anchor and kind is not AliasEvent:
            anchors[event.anchor] = place
        if node is None:
            root.append(place)
        elif node.__class__ is _Sequence:
            node.items.append(place)
        elif key is None:
            key = event
            if kind is ScalarEvent or kind is AliasEvent:
                continue
        else:
            _add(node, key, place)
            key = None
        if place.__class__ is not ScalarEvent and kind is not AliasEvent:
            stack.append(node)
            keys.append(key)
            node, key = place, None
    return root[0] if root else None


def _events(text: str) -> Iterator[Any]:
    get = CParser(text).get_event
    try:
        while (event := get()).__class__ is not StreamEndEvent:
            yield event
    except YAMLError:
        return


def _name(key: Any) -> str:
    """A key as the value's mapping spells it: ``on`` is ``true`` there."""
    text: str = key.value
    if not key.implicit[0] or text[:1] not in HINTS:
        return text
    value = resolve(text)
    return text if value is None or isinstance(value, str) else key_text(value)


def _add(node: _Mapping, key: Any, place: Any) -> None:
    name = _name(key) if key.__class__ is ScalarEvent else ""
    if name == "<<":
        for source in place.items if isinstance(place, _Sequence) else [place]:
            if isinstance(source, _Mapping):
                node.members = {**source.members, **node.members}
        return
    node.members[name] = key, place
