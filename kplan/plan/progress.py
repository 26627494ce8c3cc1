"""How far a workload has come: the pods it should have, and how many of them are ready and of its newest template."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kplan.api.object import Json, Object
from kplan.plan.reading import number, text


class Progress(NamedTuple):
    """Numbers of pods."""

    desired: int
    ready: int
    updated: int
    must_update: int
    """How many must be of the newest template for the rollout to be over."""

    @property
    def missing(self) -> int:
        """How many pods are not yet as they should be."""
        return max(self.desired - self.ready, self.must_update - self.updated, 0)


def progress_of(value: Json) -> Progress | None:
    """Read a workload's progress from its status; None for every other kind."""
    gvk = Object(value).gvk
    read = _READERS.get((gvk.group, gvk.kind))
    return None if read is None else read(value)


def _deployment(value: Json) -> Progress:
    desired = _replicas(value)
    must_update = 0 if number(value, "spec", "paused") else desired
    return Progress(desired, _ready(value), number(value, "status", "updatedReplicas"), must_update)


def _stateful_set(value: Json) -> Progress:
    desired = _replicas(value)
    kept = number(value, "spec", "updateStrategy", "rollingUpdate", "partition")
    must_update = 0 if _updates_on_delete(value) else max(desired - kept, 0)
    return Progress(desired, _ready(value), number(value, "status", "updatedReplicas"), must_update)


def _daemon_set(value: Json) -> Progress:
    desired = number(value, "status", "desiredNumberScheduled")
    return Progress(
        desired,
        number(value, "status", "numberReady"),
        number(value, "status", "updatedNumberScheduled"),
        0 if _updates_on_delete(value) else desired,
    )


def _replica_set(value: Json) -> Progress:
    ready = _ready(value)
    return Progress(_replicas(value), ready, updated=ready, must_update=0)


def _replicas(value: Json) -> int:
    return number(value, "spec", "replicas", default=1)


def _ready(value: Json) -> int:
    return number(value, "status", "readyReplicas")


def _updates_on_delete(value: Json) -> bool:
    return text(value, "spec", "updateStrategy", "type") == "OnDelete"


_READERS: Final[Mapping[tuple[str, str], Callable[[Json], Progress]]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "ReplicaSet"): _replica_set,
    ("", "ReplicationController"): _replica_set,
}
WORKLOADS: Final = tuple(_READERS)
"""The (group, kind) pairs that have progress."""
