"""What happened, when, by whom and because of what; effects of a plan are read from it.

Upstream: none; a real cluster keeps only the Events, not their causes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import Instant


class EntryType(StrEnum):
    """What kind of thing happened to an object."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    EVENT = "EVENT"
    """An actor recorded an Event about the object."""
    REFUSED = "REFUSED"
    """The API server refused an actor's request."""


WRITES = frozenset({EntryType.ADDED, EntryType.MODIFIED, EntryType.DELETED})


class TimelineEvent(NamedTuple):
    """One thing that happened to one object."""

    id: int
    when: Instant
    actor: str
    entry_type: EntryType
    object: ObjectKey
    reason: str = ""
    message: str = ""
    type: str = ""
    """``Normal`` or ``Warning`` for an EVENT; empty otherwise."""
    cause: int | None = None
    """The id of the entry_type that made the actor act; None if the user acted."""
    value: Json | None = None
    """The object as it was written, or as it last was when it was deleted; None for EVENT and REFUSED."""


@dataclass(slots=True)
class Timeline:
    """Everything that happened, in order; the id of an entry is its place."""

    entries: list[TimelineEvent] = field(default_factory=list)
    _kinds: dict[tuple[str, str], list[TimelineEvent]] = field(default_factory=dict)
    _sorted: int = 0
    """How many entries are arranged by kind."""

    @property
    def next_id(self) -> int:
        """The id of the entry to come."""
        return len(self.entries)

    def __iter__(self) -> Iterator[TimelineEvent]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def writes_of(self, group: str, kind: str) -> Sequence[TimelineEvent]:
        """The writes of objects of a kind, in order."""
        for entry in self.entries[self._sorted :]:
            if entry.value is not None:
                self._kinds.setdefault(entry.object[:2], []).append(entry)
        self._sorted = len(self.entries)
        return self._kinds.get((group, kind), ())

    def events(self, start: int = 0) -> Iterator[TimelineEvent]:
        """The recorded Events from an entry on, as ``kubectl get events -w`` would show them."""
        return (entry for entry in self.entries[start:] if entry.entry_type is EntryType.EVENT)
