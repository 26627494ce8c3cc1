"""Pods that wait for a place: the next in line, those backing off, and those that only an event can help.

Order is priority, then arrival. A pod that failed waits until something happens that could help one of the plug-ins
that refused it; backing off only puts it behind pods that do not. Nothing here depends on chance or the wall clock.

Deviation: upstream also tries every five minutes, lest it missed an event; here none is missed.

Upstream: pkg/scheduler/backend/queue/scheduling_queue.go
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kplan.scheduler.podinfo import PodInfo

Key = tuple[str, str]
Instant = int

SECOND: Final[Instant] = 1_000_000
INITIAL_BACKOFF: Final[Instant] = SECOND
MAX_BACKOFF: Final[Instant] = 10 * SECOND


class ClusterEvent(StrEnum):
    """What can happen that may make room for a pod."""

    POD_BOUND = "a pod was bound"
    POD_RELABELLED = "a running pod changed its labels"
    POD_SHRUNK = "a running pod now requests less"
    POD_GONE = "a running pod is gone"
    NODE_ADDED = "a node came"
    NODE_CHANGED = "a node changed"
    STORAGE = "storage changed"
    DEVICES = "devices or claims to them changed"
    NAMESPACE = "a namespace changed its labels"


_ROOM: Final = frozenset({ClusterEvent.POD_GONE, ClusterEvent.POD_SHRUNK})
_NODES: Final = frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_CHANGED})
_PODS: Final = frozenset({ClusterEvent.POD_BOUND, ClusterEvent.POD_RELABELLED, ClusterEvent.POD_GONE})
HELPS: Final[Mapping[str, frozenset[ClusterEvent]]] = {
    "NodeUnschedulable": _NODES,
    "NodeName": _NODES,
    "TaintToleration": _NODES,
    "NodeAffinity": _NODES,
    "NodePorts": _ROOM | _NODES,
    "NodeResourcesFit": _ROOM | _NODES | {ClusterEvent.DEVICES},
    "VolumeRestrictions": _ROOM | _NODES | {ClusterEvent.STORAGE},
    "NodeVolumeLimits": _ROOM | _NODES | {ClusterEvent.STORAGE},
    "VolumeBinding": _NODES | {ClusterEvent.STORAGE},
    "VolumeZone": _NODES | {ClusterEvent.STORAGE},
    "PodTopologySpread": _PODS | _NODES,
    "InterPodAffinity": _PODS | _NODES | {ClusterEvent.NAMESPACE},
    "DynamicResources": _ROOM | _NODES | {ClusterEvent.DEVICES},
    "NodeDeclaredFeatures": _NODES,
}
"""Which events can change a plug-in's mind."""


@dataclass(slots=True)
class QueuedPod:
    """A waiting pod and its history."""

    pod: PodInfo
    arrived: int
    attempts: int = 0
    tried: Instant = 0
    refused_by: frozenset[str] = field(default_factory=frozenset)

    def backoff_ends(self) -> Instant:
        """When the pause after the last attempt is over: one second, doubled with each attempt, ten at most."""
        if not self.attempts:
            return 0
        return self.tried + min(INITIAL_BACKOFF << min(self.attempts - 1, 10), MAX_BACKOFF)


class SchedulingQueue:
    """Waiting pods by key."""

    def __init__(self) -> None:
        self._sequence = 0
        self._heap: list[tuple[int, int, Key]] = []
        self._active: dict[Key, QueuedPod] = {}
        self._backoff: dict[Key, QueuedPod] = {}
        self._unschedulable: dict[Key, QueuedPod] = {}
        self._gated: dict[Key, QueuedPod] = {}

    def __len__(self) -> int:
        return len(self._active) + len(self._backoff)

    def __contains__(self, key: Key) -> bool:
        return any(key in pods for pods in (self._active, self._backoff, self._unschedulable, self._gated))

    def add(self, pod: PodInfo, *, gated: bool = False) -> None:
        """A pod without a node came, or changed so that it is worth a fresh try."""
        known = self._take(pod.key)
        self._sequence += 1
        queued = QueuedPod(pod, self._sequence, known.attempts if known else 0, known.tried if known else 0)
        if gated:
            self._gated[pod.key] = queued
        else:
            self._activate(queued)

    def update(self, pod: PodInfo) -> None:
        """A waiting pod changed in a way that does not matter to scheduling."""
        for pods in (self._active, self._backoff, self._unschedulable, self._gated):
            if pod.key in pods:
                pods[pod.key].pod = pod

    def remove(self, key: Key) -> None:
        """A pod no longer waits."""
        self._take(key)

    def waiting(self, key: Key) -> PodInfo | None:
        """A waiting pod as last seen."""
        for pods in (self._active, self._backoff, self._unschedulable, self._gated):
            if key in pods:
                return pods[key].pod
        return None

    def gated(self) -> list[PodInfo]:
        """Pods kept out until somebody lifts their gates or makes what they claim."""
        return [queued.pod for queued in self._gated.values()]

    def _take(self, key: Key) -> QueuedPod | None:
        for pods in (self._active, self._backoff, self._unschedulable, self._gated):
            if key in pods:
                return pods.pop(key)
        return None

    def _activate(self, queued: QueuedPod) -> None:
        self._active[queued.pod.key] = queued
        heapq.heappush(self._heap, (-queued.pod.priority, queued.arrived, queued.pod.key))

    def pop(self, now: Instant) -> QueuedPod | None:
        """The next pod: the most important active one, else the one whose pause ends first."""
        self._end_pauses(now)
        while self._heap:
            priority, arrived, key = heapq.heappop(self._heap)
            queued = self._active.get(key)
            if queued is not None and (queued.arrived, -queued.pod.priority) == (arrived, priority):
                return self._attempt(self._active.pop(key), now)
        if not self._backoff:
            return None
        first = min(
            self._backoff.values(),
            key=lambda item: (item.backoff_ends() // SECOND, -item.pod.priority, item.arrived),
        )
        return self._attempt(self._backoff.pop(first.pod.key), now)

    def _end_pauses(self, now: Instant) -> None:
        for key in [key for key, item in self._backoff.items() if item.backoff_ends() <= now]:
            self._activate(self._backoff.pop(key))

    def _attempt(self, queued: QueuedPod, now: Instant) -> QueuedPod:
        queued.attempts += 1
        queued.tried = now
        return queued

    def failed(self, queued: QueuedPod, refused_by: Iterable[str]) -> None:
        """An attempt found no place; the pod waits for events."""
        self._sequence += 1
        queued.arrived = self._sequence
        queued.refused_by = frozenset(refused_by)
        self._unschedulable[queued.pod.key] = queued

    def happened(self, event: ClusterEvent, now: Instant) -> bool:
        """Bring back the pods an event may help; the answer says whether there were any."""
        helped = [item for item in self._unschedulable.values() if _may_help(event, item.refused_by)]
        for item in helped:
            self._bring_back(item, now)
        return bool(helped)

    def _bring_back(self, queued: QueuedPod, now: Instant) -> None:
        del self._unschedulable[queued.pod.key]
        if queued.backoff_ends() > now:
            self._backoff[queued.pod.key] = queued
        else:
            self._activate(queued)


def _may_help(event: ClusterEvent, refused_by: Iterable[str]) -> bool:
    """A refusal by nobody in particular may be cured by anything."""
    named = list(refused_by)
    return not named or any(event in HELPS.get(name, frozenset(ClusterEvent)) for name in named)
