"""Changes of the store in revision order, and their subscribers.

Controllers react to changes and nothing else; they hear of each as a watch from the current revision would tell them.
"""

from collections.abc import Callable
from enum import StrEnum

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple


class EventType(StrEnum):
    """The kinds of change a watch reports."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


class WatchEvent(NamedTuple):
    """One change of one object."""

    revision: int
    type: EventType
    key: ObjectKey
    value: Json
    """The object after the change; for a deletion its last content."""
    previous: Json | None = None
    """The object before the change; None for an addition."""
    reports: bool = False
    """Whether nothing but the status was written: every other field, and of the metadata, is the very object it was."""


Subscriber = Callable[[WatchEvent], None]


class Subscribers:
    """Callbacks for the events to come, in the order they came."""

    __slots__ = ("_subscribers", "told")

    def __init__(self) -> None:
        self._subscribers: dict[int, Subscriber] = {}
        self.told: tuple[Subscriber, ...] = ()
        """Whom to call."""

    def add(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call back on every event to come; the answer is called to stop."""
        number = max(self._subscribers, default=-1) + 1
        self._subscribers[number] = subscriber
        self.told = tuple(self._subscribers.values())
        return lambda: self._drop(number)

    def _drop(self, number: int) -> None:
        self._subscribers.pop(number, None)
        self.told = tuple(self._subscribers.values())
