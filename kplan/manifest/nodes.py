"""A document's text as a tree of nodes with their places in it: what an edit needs to know of the layout.

It knows where things end, how they are written, and what is shared. ``trees`` makes it.
"""

from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeVar

from kplan.fieldpath import Step
from kplan.namedtuples import NamedTuple

MERGE: Final = "<<"
One_co = TypeVar("One_co", covariant=True)
_BLOCK_STYLES: Final = ("|", ">")


class Row(Protocol[One_co]):
    """The parts of a collection, in order; those of a plain text are made one by one, when they are looked at."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> One_co: ...

    def __iter__(self) -> Iterator[One_co]: ...


class Scalar(NamedTuple):
    """A scalar, or an alias of some node."""

    start: int
    """Offsets count characters from the beginning of the document's text."""
    end: int
    style: str = ""
    """``'``, ``"``, ``|`` or ``>``; empty for a plain one, ``*`` for an alias."""
    shared: bool = False
    """Whether it has an anchor."""

    @property
    def is_block(self) -> bool:
        """Whether it goes on to the end of a line."""
        return self.style in _BLOCK_STYLES


class Member(NamedTuple):
    """A key and its value."""

    name: str
    key: Scalar
    node: "Node"


class Members(Row[Member], Protocol):
    """The members of a mapping that know which of them has a name, without making the others."""

    def place(self, name: str) -> int | None:
        """The index of the member with a name: the last of them, as kubectl reads it."""


class Mapping:
    """A mapping, with its members in order; a name may stand several times."""

    __slots__ = ("_find", "_grow", "_members", "_places", "end", "flow", "shared", "start")

    def __init__(
        self, start: int, *, flow: bool, shared: bool = False, grow: Callable[[], Members] | None = None,
        members: Row[Member] | None = None,
    ) -> None:  # fmt: skip
        self.start, self.end = start, start
        """The end is that of the brackets; that of a block is of no use."""
        self.flow = flow
        self.shared = shared
        self._grow = grow
        self._find: Callable[[str], int | None] | None = None
        self._members: Row[Member] = [] if members is None else members
        self._places: tuple[int, dict[str, int]] = 0, {}

    @property
    def members(self) -> Row[Member]:
        """Key and value of each."""
        if self._grow is not None:
            grown = self._grow()
            self._members, self._find, self._grow = grown, grown.place, None
        return self._members

    def member(self, name: str) -> int | None:
        """The index of the member with a name: the last of them, as kubectl reads it."""
        members = self.members
        if self._find is not None:
            return self._find(name)
        counted, places = self._places
        if counted != len(members):
            places = {member.name: place for place, member in enumerate(members)}
            self._places = len(members), places
        return places.get(name)


class Sequence:
    """A sequence, with its items in order."""

    __slots__ = ("_grow", "_items", "end", "flow", "shared", "start")

    def __init__(
        self, start: int, *, flow: bool, shared: bool = False, grow: Callable[[], Row["Node"]] | None = None,
        items: "Row[Node] | None" = None,
    ) -> None:  # fmt: skip
        self.start, self.end = start, start
        self.flow = flow
        self.shared = shared
        self._grow = grow
        self._items: Row[Node] = [] if items is None else items

    @property
    def items(self) -> "Row[Node]":
        """What it holds."""
        if self._grow is not None:
            self._items, self._grow = self._grow(), None
        return self._items


Node = Scalar | Mapping | Sequence


def child(node: "Node | None", step: Step) -> "Node | None":
    """What stands under a key or an index of a node; None if there is nothing."""
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
