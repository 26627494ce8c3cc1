"""One change's part of the timeline, and the objects it is about before and after."""

from collections.abc import Mapping, Sequence
from typing import Self

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.plan.effects.turns import Turns
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent


class Share(NamedTuple):
    """What happened because of one change."""

    events: Sequence[TimelineEvent]
    touched: Sequence[ObjectKey]
    """The objects it happened to, each once, in the order in which they were first touched."""
    outcome: Outcome
    came: frozenset[ObjectKey]
    """The objects that came because of it, the last time that they came."""
    went: frozenset[ObjectKey]
    """The objects that went, or began to terminate, because of it."""
    placed: frozenset[ObjectKey]
    """The pods that were pending and got a node because of it."""
    resized: Mapping[ObjectKey, Sequence[TimelineEvent]]
    """Messages of autoscalers about workloads that they resized, whatever caused it."""

    @classmethod
    def of(cls, events: Sequence[TimelineEvent], outcome: Outcome, turns: Turns) -> Self:
        """The part of an outcome's timeline that these events are."""
        touched = tuple(dict.fromkeys([entry.object for entry in events]))
        ids = {entry.id for entry in events}
        came, went, placed = (
            frozenset([key for key in touched if turn.get(key) in ids] if turn else ())
            for turn in (turns.came, turns.went, turns.placed)
        )
        return cls(events, touched, outcome, came, went, placed, turns.resized)

    def before(self, key: ObjectKey) -> Json | None:
        """An object before the change; None if there was none."""
        return self.outcome.prior.get(key)

    def after(self, key: ObjectKey) -> Json | None:
        """An object at the end; None if there is none."""
        return self.outcome.final.get(key)
