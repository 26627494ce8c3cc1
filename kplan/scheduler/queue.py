"""Pods that wait to be scheduled: active, backing off, unschedulable until an event may help, or gated.

The profile's QueueSort plug-in orders them, arrival breaks ties. A pod that failed waits until an event happens that
one of the plug-ins that refused it registered; backing off only puts it behind pods that do not. Nothing here depends
on chance or the wall clock.

Upstream also tries every five minutes what no event brought back; here that is done where something happened that is no
event, and nothing else would end otherwise. Deviation: it is done to the moment, upstream looks every half a minute.

Upstream: pkg/scheduler/backend/queue/scheduling_queue.go
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kplan.scheduler.events import ALL_EVENTS, ClusterEvent
from kplan.scheduler.podinfo import PodInfo

Key = tuple[str, str]
Instant = int

SECOND: Final[Instant] = 1_000_000
INITIAL_BACKOFF: Final[Instant] = SECOND
MAX_BACKOFF: Final[Instant] = 10 * SECOND
LONGEST_WAIT: Final[Instant] = 300 * SECOND


@dataclass(slots=True)
class QueuedPod:
    """A waiting pod and its history."""

    pod: PodInfo
    arrived: int
    attempts: int = 0
    tried: Instant = 0
    refused_by: frozenset[str] = field(default_factory=frozenset)
    """The plug-ins that refused the last attempt, or keep the pod out of the active queue."""
    worth_waiting: bool = False
    """Whether something happened since an attempt that met an error, so that the next one may end otherwise."""

    def backoff_ends(self) -> Instant:
        """When the pause after the last attempt is over: one second, doubled with each attempt, ten at most."""
        if not self.attempts:
            return 0
        return self.tried + min(INITIAL_BACKOFF << min(self.attempts - 1, 10), MAX_BACKOFF)


def _always(_plugin: str, _pod: PodInfo) -> bool:
    return True


class SchedulingQueue:
    """Waiting pods by key."""

    def __init__(
        self, sort_key: Callable[[PodInfo], int], events: Mapping[str, frozenset[ClusterEvent]]
    ) -> None:
        """``events`` are those that plug-ins registered, by plug-in;
        any event may help against one that is not named.
        """
        self._sort_key = sort_key
        self._events = events
        self._sequence = 0
        self._heap: list[tuple[int, int, Key]] = []
        self._active: dict[Key, QueuedPod] = {}
        self._backoff: dict[Key, QueuedPod] = {}
        self._unschedulable: dict[Key, QueuedPod] = {}
        self._gated: dict[Key, QueuedPod] = {}
        self._broken: dict[Key, QueuedPod] = {}
        """Pods on whose last attempt a plug-in met an error: no event brings them back, only time."""
        self._left: dict[Key, Instant] = {}
        """When refused pods are tried again without an event."""
        self._places = (self._active, self._backoff, self._unschedulable, self._gated, self._broken)

    def __len__(self) -> int:
        return len(self._active) + len(self._backoff)

    @property
    def has_refused(self) -> bool:
        """Whether pods wait for an event that may help them."""
        return bool(self._unschedulable or self._broken)

    def __contains__(self, key: Key) -> bool:
        return any(key in pods for pods in self._places)

    def add(self, pod: PodInfo, *, gated_by: str = "") -> None:
        """A pod without a node came, or changed so that it is worth a fresh try,
        unless a PreEnqueue plug-in refuses.
        """
        known = self._take(pod.key)
        self._sequence += 1
        queued = QueuedPod(pod, self._sequence, known.attempts if known else 0, known.tried if known else 0)
        if gated_by:
            queued.refused_by = frozenset({gated_by})
            self._gated[pod.key] = queued
        else:
            self._activate(queued)

    def update(self, pod: PodInfo) -> None:
        """A waiting pod changed in a way that does not matter to scheduling."""
        for pods in self._places:
            if pod.key in pods:
                pods[pod.key].pod = pod

    def may_help(self, key: Key, event: ClusterEvent) -> bool:
        """Whether an event about a single pod may change the result of that pod's last attempt."""
        queued = self._unschedulable.get(key) or self._gated.get(key)
        return queued is not None and self._may_help(event, queued.refused_by)

    def remove(self, key: Key) -> None:
        """A pod no longer waits."""
        self._take(key)

    def waiting(self, key: Key) -> PodInfo | None:
        """A waiting pod as last seen."""
        for pods in self._places:
            if key in pods:
                return pods[key].pod
        return None

    def gated(self, event: ClusterEvent) -> list[PodInfo]:
        """Pods that are kept out of the active queue and that an event may let in."""
        return [item.pod for item in self._gated.values() if self._may_help(event, item.refused_by)]

    def _take(self, key: Key) -> QueuedPod | None:
        for pods in self._places:
            if key in pods:
                self._left.pop(key, None)
                return pods.pop(key)
        return None

    def _activate(self, queued: QueuedPod) -> None:
        self._active[queued.pod.key] = queued
        heapq.heappush(self._heap, (self._sort_key(queued.pod), queued.arrived, queued.pod.key))

    def pop(self, now: Instant) -> QueuedPod | None:
        """The next pod: the first of the active ones, else the one whose pause ends first."""
        self._flush_backoff(now)
        while self._heap:
            rank, arrived, key = heapq.heappop(self._heap)
            queued = self._active.get(key)
            # entries of pods that were taken out or came anew meanwhile are still in the heap
            if queued is not None and (self._sort_key(queued.pod), queued.arrived) == (rank, arrived):
                return self._attempt(self._active.pop(key), now)
        if not self._backoff:
            return None
        first = min(
            self._backoff.values(),
            key=lambda item: (item.backoff_ends() // SECOND, self._sort_key(item.pod), item.arrived),
        )
        return self._attempt(self._backoff.pop(first.pod.key), now)

    def _flush_backoff(self, now: Instant) -> None:
        for waiting in (self._backoff, self._broken):
            for key in [key for key, item in waiting.items() if item.backoff_ends() <= now]:
                self._activate(waiting.pop(key))
        for key in [key for key, due in self._left.items() if due <= now]:
            del self._left[key]
            if key in self._unschedulable:
                self._activate(self._unschedulable.pop(key))

    def _attempt(self, queued: QueuedPod, now: Instant) -> QueuedPod:
        queued.attempts += 1
        queued.tried = now
        return queued

    def add_unschedulable(self, queued: QueuedPod, refused_by: Iterable[str]) -> None:
        """An attempt found no place; the pod waits for events."""
        self._sequence += 1
        queued.arrived = self._sequence
        queued.refused_by = frozenset(refused_by)
        self._unschedulable[queued.pod.key] = queued

    def add_broken(self, queued: QueuedPod) -> None:
        """An attempt met an error; the pod is tried again after its pause, whatever happens."""
        self._sequence += 1
        queued.arrived, queued.refused_by, queued.worth_waiting = self._sequence, frozenset(), False
        self._broken[queued.pod.key] = queued

    def try_when_left(self, plugin: str, now: Instant) -> None:
        """Something happened that is no event, though a plug-in may answer otherwise now:
        it is asked after the longest wait.
        """
        for key, item in self._unschedulable.items():
            if plugin in item.refused_by:
                self._left[key] = item.tried + ((now - item.tried) // LONGEST_WAIT + 1) * LONGEST_WAIT

    def next_retry(self) -> tuple[Instant, bool] | None:
        """When the first pod comes back by itself, and whether any of these is worth waiting for."""
        if not self._broken and not self._left:
            return None
        due = [item.backoff_ends() for item in self._broken.values()]
        worth_waiting = bool(self._left) or any(item.worth_waiting for item in self._broken.values())
        return min([*due, *self._left.values()]), worth_waiting

    def move_pods(
        self, event: ClusterEvent, now: Instant, helps: Callable[[str, PodInfo], bool] = _always
    ) -> bool:
        """Bring back the pods an event may help; the answer says whether there were any.

        ``helps`` says whether it does in the eyes of a plug-in that refused a pod and registered the event.
        """
        helped = [item for item in self._unschedulable.values() if self._is_helped(event, item, helps)]
        for item in helped:
            self._move_to_active_or_backoff(item, now)
        for item in self._broken.values():
            item.worth_waiting = True
        return bool(helped)

    def _move_to_active_or_backoff(self, queued: QueuedPod, now: Instant) -> None:
        del self._unschedulable[queued.pod.key]
        self._left.pop(queued.pod.key, None)
        if queued.backoff_ends() > now:
            self._backoff[queued.pod.key] = queued
        else:
            self._activate(queued)

    def _is_helped(self, event: ClusterEvent, item: QueuedPod, helps: Callable[[str, PodInfo], bool]) -> bool:
        return not item.refused_by or any(
            event in self._events.get(name, ALL_EVENTS) and helps(name, item.pod) for name in item.refused_by
        )

    def _may_help(self, event: ClusterEvent, refused_by: frozenset[str]) -> bool:
        """Whether one of the plug-ins registered the event; a refusal by none in particular may end with any."""
        return not refused_by or any(event in self._events.get(name, ALL_EVENTS) for name in refused_by)
