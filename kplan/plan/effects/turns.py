"""By which entry of the timeline each object came, by which it began to go, and by which an
autoscaler gave it another size.

The change that caused it is told of it, and no other.

A pod that one change had created waits for a node, and is tried again after every other change: it was created once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.namedtuples import NamedTuple
from kplan.plan.deletions import is_marked
from kplan.plan.scaling import target_of
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import EntryType, TimelineEvent
from kplan.state.store import Store

_ADDED: Final = EntryType.ADDED
_DELETED: Final = EntryType.DELETED


class Turns(NamedTuple):
    """The ids of the entries by which objects came and went."""

    came: Mapping[ObjectKey, int]
    """Where an object came more than once, the last time."""
    went: Mapping[ObjectKey, int]
    """Where an object went more than once, the first time:
    when the one of the state before was deleted or began to terminate.
    """
    placed: Mapping[ObjectKey, int]
    """The entry that bound a pod which was pending before."""
    resized: Mapping[ObjectKey, Sequence[TimelineEvent]]
    """Messages of autoscalers about workloads that they resized."""

    @classmethod
    def of(cls, outcome: Outcome) -> "Turns":
        """Read an outcome's timeline."""
        came: dict[ObjectKey, int] = {}
        went: dict[ObjectKey, int] = {}
        placed: dict[ObjectKey, int] = {}
        resized = defaultdict[ObjectKey, list[TimelineEvent]](list)
        for entry in outcome.timeline:
            if entry.value is None:
                if (target := _resized(entry, outcome)) is not None:
                    resized[target].append(entry)
            elif entry.entry_type is _ADDED:
                came[entry.object] = entry.id
            elif _may_go(entry, entry.value) and entry.object not in went and _goes(entry, outcome.prior):
                went[entry.object] = entry.id
        for entry in outcome.timeline.writes_of("", "Pod"):
            if entry.object not in placed and _gets_a_node(entry, outcome.prior):
                placed[entry.object] = entry.id
        return cls(came, went, placed, resized)


def _gets_a_node(entry: TimelineEvent, prior: Store) -> bool:
    """Whether a pod that was pending before has a node from now on."""
    if entry.value is None or not node_of(entry.value):
        return False
    before = prior.get(entry.object)
    return before is not None and not node_of(before)


def _may_go(entry: TimelineEvent, value: Json) -> bool:
    """Whether an object is deleted or terminates, which most that is written does not."""
    return "deletionTimestamp" in value["metadata"] or entry.entry_type is _DELETED


def _goes(entry: TimelineEvent, prior: Store) -> bool:
    """Whether an object is deleted, or begins to terminate; one that terminated before is on its way already."""
    if entry.entry_type is _DELETED:
        return True
    if entry.value is None or not is_marked(entry.value):
        return False
    before = prior.get(entry.object)
    return before is None or not is_marked(before)


def _resized(message: TimelineEvent, outcome: Outcome) -> ObjectKey | None:
    """The workload that a message says an autoscaler resized."""
    if message.reason != "SuccessfulRescale":
        return None
    autoscaler = outcome.final.get(message.object) or outcome.prior.get(message.object)
    return None if autoscaler is None else target_of(autoscaler)
