"""Nodes with the same room and the same pods: what trying to evict pods gave on one of them it gives on all.

Upstream: none; pkg/scheduler/framework/preemption/preemption.go tries every node
"""

from collections.abc import Callable, Hashable
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.scheduler.framework import Handle
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import Code, Status

_MOST: Final = 10_000


class Candidate(NamedTuple):
    """A node that would fit once these pods are gone."""

    node: NodeInfo
    victims: tuple[PodInfo, ...]
    violations: int
    """How many of the victims a disruption budget would have kept."""
    cost: tuple[int, int, int, int, int]
    """Budgets broken, the highest priority, all priorities, how many, and how long they ran: less is better."""


class _Pattern(NamedTuple):
    """A candidate without its node: the victims are the pods at these places of the node's list."""

    places: tuple[int, ...]
    violations: int
    cost: tuple[int, int, int, int, int]


class Twins:
    """Results by what nodes have in common, for pods of one template."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Pattern | Status] = {}

    def attempt(
        self, handle: Handle, node: NodeInfo, select: Callable[[], Candidate | Status]
    ) -> Candidate | Status:
        """What ``select`` finds on a node, or would find if a node like it has been tried."""
        likeness = _likeness(handle, node)
        if likeness is None:
            return select()
        known = self._known.get(likeness)
        if known is None:
            found = select()
            self._note(likeness, found)
            return found
        if isinstance(known, Status):
            return known
        pods = node.pods
        return Candidate(node, tuple([pods[place] for place in known.places]), known.violations, known.cost)

    def _note(self, likeness: Hashable, found: Candidate | Status) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        if not isinstance(found, Status):
            places = {pod.key: place for place, pod in enumerate(found.node.pods)}
            victims = tuple([places[victim.key] for victim in found.victims])
            self._known[likeness] = _Pattern(victims, found.violations, found.cost)
        elif found.code is not Code.ERROR:  # an error names the node
            self._known[likeness] = found


def _likeness(handle: Handle, node: NodeInfo) -> Hashable | None:
    """A key that is equal for nodes on which filters and preemption see the same; None if there is no such key."""
    judged = handle.judged_by_room(node)
    if judged is None:
        return None
    pods = node.pods
    if any(pod.requests is not pod.template.requests for pod in pods):
        return None
    return node.room, judged, tuple([(pod.template, pod.start_time) for pod in pods])
