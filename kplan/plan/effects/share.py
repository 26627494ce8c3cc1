"""One change's part of the timeline, and the objects it is about before and after."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent


class Share(NamedTuple):
    """What happened because of one change."""

    events: Sequence[TimelineEvent]
    touched: Sequence[ObjectKey]
    """The objects it happened to, each once, in the order in which they were first touched."""
    outcome: Outcome

    @classmethod
    def of(cls, events: Sequence[TimelineEvent], outcome: Outcome) -> Self:
        """The part of an outcome's timeline that these events are."""
        return cls(events, tuple(dict.fromkeys(entry.object for entry in events)), outcome)

    def before(self, key: ObjectKey) -> Json | None:
        """An object as it was; None where there was none."""
        return self.outcome.prior.get(key)

    def after(self, key: ObjectKey) -> Json | None:
        """An object as it is in the end; None where there is none."""
        return self.outcome.final.get(key)
