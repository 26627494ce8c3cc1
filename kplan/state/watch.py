"""What happened in the store, in revision order, and who wants to know.

Controllers react to changes; the log lets a late subscriber catch up exactly as a watch from a resourceVersion does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json


class EventType(StrEnum):
    """The kinds of change a watch reports."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One change of one object."""

    revision: int
    type: EventType
    key: ObjectKey
    value: Json
    """The object after the change; for a deletion its last content."""
    previous: Json | None = None
    """The object before the change; None for an addition."""


Subscriber = Callable[[WatchEvent], None]


class WatchLog:
    """Every event since a revision, and callbacks for the next ones."""

    __slots__ = ("_events", "_subscribers", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self._events: list[WatchEvent] = []
        self._subscribers: dict[int, Subscriber] = {}

    def append(self, event: WatchEvent) -> None:
        """Record an event and tell everybody, in the order they subscribed."""
        self._events.append(event)
        for subscriber in tuple(self._subscribers.values()):
            subscriber(event)

    def since(self, revision: int) -> Sequence[WatchEvent]:
        """List the events after a revision; the log must reach back that far."""
        if revision < self.start:
            message = f"too old resource version: {revision} ({self.start})"
            raise ValueError(message)
        low, high = 0, len(self._events)
        while low < high:
            middle = (low + high) // 2
            if self._events[middle].revision <= revision:
                low = middle + 1
            else:
                high = middle
        return self._events[low:]

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call back on every event to come; the answer is called to stop."""
        number = max(self._subscribers, default=-1) + 1
        self._subscribers[number] = subscriber
        return lambda: self._subscribers.pop(number, None) and None
