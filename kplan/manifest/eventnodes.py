"""The tree of nodes of any text, made of libyaml's events."""

from collections.abc import Iterator
from typing import Any

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

from kplan.manifest.nodes import Mapping, Member, Node, Scalar, Sequence
from kplan.manifest.scalars import HINTS, key_text, resolve


def grown(text: str) -> Node | None:
    """The tree of a text's first document; None if it holds nothing. Raises YAMLError."""
    stack: list[tuple[Any, Scalar | None, str]] = []
    node: Any = None
    key: Scalar | None = None
    name = ""
    for event in _events(text):
        kind = event.__class__
        start, end = event.start_mark.index, event.end_mark.index
        made: Any
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            made = node
            made.end = end
            node, key, name = stack.pop()
        elif kind is ScalarEvent:
            made = Scalar(start, end, event.style or "", event.anchor is not None)
        elif kind is AliasEvent:
            made = Scalar(start, end, "*", shared=True)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((node, key, name))
            make = Mapping if kind is MappingStartEvent else Sequence
            node = make(start, flow=bool(event.flow_style), shared=event.anchor is not None)
            key = None
            continue
        else:
            continue
        if node is None:
            return made  # type: ignore[no-any-return]  # one of three kinds
        if isinstance(node, Sequence):
            items: Any = node.items
            items.append(made)
        elif key is None:
            key = made if isinstance(made, Scalar) else Scalar(made.start, made.end, "?")
            name = _name(event)
        else:
            node.members.append(Member(name, key, made))
            key = None
    return None


def _events(text: str) -> Iterator[Any]:
    get = CParser(text).get_event
    while (event := get()).__class__ is not StreamEndEvent:
        yield event


def _name(event: Any) -> str:
    """A key as values spell it: ``on`` is ``true`` there."""
    if not isinstance(event, ScalarEvent):
        return ""
    text: str = event.value
    if not event.implicit[0] or text[:1] not in HINTS:
        return text
    value = resolve(text)
    return text if value is None or isinstance(value, str) else key_text(value, text)
