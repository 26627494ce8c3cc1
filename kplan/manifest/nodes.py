"""A document's text as a tree of nodes with their places in it: what an edit needs to know of the layout.

``positions`` says where a finding is; this tree also knows where things end, how they are written, and what is shared.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

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

from kplan.fieldpath import Step
from kplan.manifest.scalars import HINTS, key_text, resolve

MERGE: Final = "<<"
_BLOCK_STYLES: Final = ("|", ">")


class Scalar(NamedTuple):
    """A scalar, or an alias of some node."""

    start: int
    """Offsets count characters from the beginning of the document's text."""
    end: int
    style: str = ""
    """``'``, ``"``, ``|`` or ``>``; empty for a plain one, ``*`` for an alias."""
    shared: bool = False
    """Whether it has an anchor."""
    value: str = ""

    @property
    def is_block(self) -> bool:
        """Whether it goes on to the end of a line."""
        return self.style in _BLOCK_STYLES


class Member(NamedTuple):
    """A key and its value."""

    name: str
    key: Scalar
    node: "Node"


class Mapping:
    """A mapping, with its members in order; a name may stand several times."""

    __slots__ = ("end", "flow", "members", "shared", "start")

    def __init__(self, start: int, *, flow: bool, shared: bool) -> None:
        self.start, self.end = start, start
        self.flow = flow
        self.shared = shared
        self.members: list[Member] = []

    def member(self, name: str) -> int | None:
        """Which member has a name: the last, as kubectl reads it."""
        places = (place for place in range(len(self.members) - 1, -1, -1) if self.members[place].name == name)
        return next(places, None)


class Sequence:
    """A sequence, with its items in order."""

    __slots__ = ("end", "flow", "items", "shared", "start")

    def __init__(self, start: int, *, flow: bool, shared: bool) -> None:
        self.start, self.end = start, start
        self.flow = flow
        self.shared = shared
        self.items: list[Node] = []


Node = Scalar | Mapping | Sequence


@lru_cache(maxsize=8)
def tree(text: str) -> Node | None:
    """The tree of the first document of a text; None where it cannot be read or holds nothing."""
    try:
        return _grown(text)
    except YAMLError:
        return None


def child(node: "Node | None", step: Step) -> "Node | None":
    """What stands under a key or an index of a node; None where there is nothing."""
    if isinstance(node, Mapping) and isinstance(step, str):
        place = node.member(step)
        return None if place is None else node.members[place].node
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def last_scalar(node: "Node") -> "Node":
    """The node with which a node's text ends: a scalar, or a collection between brackets."""
    while not isinstance(node, Scalar) and not node.flow:
        inner = node.members[-1].node if isinstance(node, Mapping) else node.items[-1]
        node = inner
    return node


def _grown(text: str) -> "Node | None":
    stack: list[tuple[Any, Scalar | None]] = []
    node: Any = None
    key: Scalar | None = None
    for event in _events(text):
        kind = event.__class__
        start, end = event.start_mark.index, event.end_mark.index
        made: Any
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            made = node
            made.end = end
            node, key = stack.pop()
        elif kind is ScalarEvent:
            made = Scalar(start, end, event.style or "", event.anchor is not None, event.value)
        elif kind is AliasEvent:
            made = Scalar(start, end, "*", shared=True)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((node, key))
            make = Mapping if kind is MappingStartEvent else Sequence
            node = make(start, flow=bool(event.flow_style), shared=event.anchor is not None)
            key = None
            continue
        else:
            continue
        if node is None:
            return made  # type: ignore[no-any-return]  # one of three kinds
        if isinstance(node, Sequence):
            node.items.append(made)
        elif key is None:
            key = made if isinstance(made, Scalar) else Scalar(made.start, made.end, "?")
            key = key._replace(value=_name(key, event))
        else:
            node.members.append(Member(key.value, key, made))
            key = None
    return None


def _events(text: str) -> Iterator[Any]:
    get = CParser(text).get_event
    while (event := get()).__class__ is not StreamEndEvent:
        yield event


def _name(key: Scalar, event: Any) -> str:
    """A key as values spell it: ``on`` is ``true`` there."""
    text = key.value
    if not isinstance(event, ScalarEvent) or not event.implicit[0] or text[:1] not in HINTS:
        return text
    value = resolve(text)
    return text if value is None or isinstance(value, str) else key_text(value, text)
