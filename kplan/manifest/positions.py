"""A field path to its place in a document's text, worked out only for documents that have something to report."""

from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from kplan.fieldpath import FieldPath
from kplan.manifest.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable

_START: Final = Span(Position(0, 0), Position(0, 1))


class Node:
    """A value's place: its own span, and for collections the places of what is inside."""

    __slots__ = ("items", "keys", "members", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.members: dict[str, Node] | None = None
        self.keys: dict[str, Span] = {}
        self.items: list[Node] | None = None


class PlaceMap:
    """Every place in one document, with the document's own offset in its file added."""

    __slots__ = ("_column", "_line", "_root")

    def __init__(self, text: str, line: int, column: int) -> None:
        self._line = line
        self._column = column
        self._root = _read(text)

    def span(self, path: FieldPath) -> Span:
        """The value at the path where it is a scalar, its key where it is a collection, else its nearest ancestor."""
        node = self._root
        span = node.span if node else _START
        if node and node.members is not None:
            span = next(iter(node.keys.values()), span)
        for step in path.steps:
            if node is None:
                break
            if isinstance(step, int):
                if node.items is None or not -1 < step < len(node.items):
                    break
                node = node.items[step]
                span = _of(node, None)
            else:
                child = (node.members or {}).get(step)
                if child is None:
                    break
                span = _of(child, node.keys[step])
                node = child
        return self._moved(span)

    def key(self, path: FieldPath) -> Span:
        """The key of the mapping member at the path."""
        *parents, last = path.steps
        node = self._root
        for step in parents:
            if node is None:
                break
            if isinstance(step, int):
                node = node.items[step] if node.items and step < len(node.items) else None
            else:
                node = (node.members or {}).get(step)
        if node is not None and str(last) in node.keys:
            return self._moved(node.keys[str(last)])
        return self.span(path)

    def _moved(self, span: Span) -> Span:
        return Span(
            *(Position(p.line + self._line, p.column + (0 if p.line else self._column)) for p in span)
        )


def _of(node: Node, key: Span | None) -> Span:
    if node.members is None and node.items is None and node.span.start != node.span.end:
        return node.span
    if key is not None:
        return key
    return next(iter(node.keys.values()), node.span)


def _read(text: str) -> Node | None:
    """Build the tree of places; a text that breaks off gives what was read before."""
    get: Callable[[], Any] = CParser(text).get_event
    root: Node | None = None
    stack: list[tuple[Node, str | None]] = []
    anchors: dict[str, Node] = {}
    node: Node | None = None
    key: str | None = None
    try:
        while not isinstance(event := get(), StreamEndEvent):
            if isinstance(event, (ScalarEvent, AliasEvent, CollectionStartEvent)):
                span = _event_span(event)
                if node is not None and node.members is not None and key is None:
                    key = event.value if isinstance(event, ScalarEvent) else str(event.anchor)
                    node.keys[key] = span
                    if not isinstance(event, CollectionStartEvent):
                        continue
                anchor = event.anchor or ""
                fresh = anchors.get(anchor, Node(span)) if isinstance(event, AliasEvent) else Node(span)
                if event.anchor and not isinstance(event, AliasEvent):
                    anchors[event.anchor] = fresh
                if node is None:
                    root = root or fresh
                elif node.members is not None:
                    _add(node, key or "", fresh)
                    key = None
                elif node.items is not None:
                    node.items.append(fresh)
                if isinstance(event, MappingStartEvent):
                    fresh.members = {}
                elif isinstance(event, SequenceStartEvent):
                    fresh.items = []
                else:
                    continue
                if node is not None:
                    stack.append((node, key))
                node, key = fresh, None
            elif node is not None and type(event).__name__.endswith("EndEvent"):
                if not stack:
                    break
                node, key = stack.pop()
    except YAMLError:
        return root
    return root


def _add(node: Node, key: str, child: Node) -> None:
    assert node.members is not None
    if key == "<<":
        for source in [child, *(child.items or [])]:
            for name, member in (source.members or {}).items():
                node.members.setdefault(name, member)
                node.keys.setdefault(name, source.keys[name])
        return
    node.members[key] = child


def _event_span(event: Any) -> Span:
    start = Position(event.start_mark.line, event.start_mark.column)
    return Span(start, Position(event.end_mark.line, event.end_mark.column))
