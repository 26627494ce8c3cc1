"""How far a workload has come, and whether its rollout is done: when ``kubectl rollout status`` would say so.

Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api import conditions
from kplan.api.object import Json, Object
from kplan.namedtuples import NamedTuple
from kplan.plan.reading import fields, number, text


class Progress(NamedTuple):
    """Numbers of pods."""

    desired: int
    ready: int
    available: int
    """The ready ones, and ready for as long as ``minReadySeconds`` asks."""
    updated: int
    must_update: int
    """How many must be of the newest template for the rollout to be over."""
    old: int = 0
    """How many of an older template are there beside the updated ones, and still have to go."""
    timed_out: bool = False
    """Whether the controller gave up waiting: ProgressDeadlineExceeded."""

    @property
    def missing(self) -> int:
        """How many pods are not yet as they should be; a rollout that timed out misses at least one."""
        short = max(self.desired - self.available, self.must_update - self.updated, self.old, 0)
        return max(short, int(self.timed_out))

    @property
    def done(self) -> bool:
        """Whether every pod is new and available, and none is left of the old ones."""
        return self.missing == 0


def progress_of(value: Json) -> Progress | None:
    """Read a workload's progress from its status; None for every other kind."""
    gvk = Object(value).gvk
    read = _READERS.get((gvk.group, gvk.kind))
    return None if read is None else read(value)


def ready_of(kind: tuple[str, str], value: Json) -> int | None:
    """How many pods of an object of a kind are ready; None for every kind that is no workload."""
    field = _READY.get(kind)
    return None if field is None else (value.get("status") or {}).get(field) or 0


def _deployment(value: Json) -> Progress:
    desired, updated = _replicas(value), number(value, "status", "updatedReplicas")
    paused = is_paused(value)
    return Progress(
        desired,
        _ready(value),
        number(value, "status", "availableReplicas"),
        updated,
        0 if paused else desired,
        0 if paused else max(number(value, "status", "replicas") - updated, 0),
        not paused and is_given_up(value),
    )


def _stateful_set(value: Json) -> Progress:
    desired, ready = _replicas(value), _ready(value)
    kept = number(value, "spec", "updateStrategy", "rollingUpdate", "partition")
    must_update = 0 if updates_on_delete(value) else max(desired - kept, 0)
    return Progress(desired, ready, ready, number(value, "status", "updatedReplicas"), must_update)


def _daemon_set(value: Json) -> Progress:
    desired = number(value, "status", "desiredNumberScheduled")
    return Progress(
        desired,
        number(value, "status", _READY["apps", "DaemonSet"]),
        number(value, "status", "numberAvailable"),
        number(value, "status", "updatedNumberScheduled"),
        0 if updates_on_delete(value) else desired,
    )


def _replica_set(value: Json) -> Progress:
    ready = _ready(value)
    return Progress(_replicas(value), ready, ready, updated=ready, must_update=0)


def _replicas(value: Json) -> int:
    return number(value, "spec", "replicas", default=1)


def _ready(value: Json) -> int:
    return number(value, "status", "readyReplicas")


def is_given_up(value: Json) -> bool:
    """Whether its controller reports that a Deployment makes no progress any more."""
    return conditions.reason(value, "Progressing") == "ProgressDeadlineExceeded"


def is_paused(value: Json) -> bool:
    """Whether a Deployment is paused, so that its pods keep their template."""
    return fields(value, "spec").get("paused") is True


def is_updating(value: Json) -> bool:
    """Whether a kind exchanges its pods when its template changes; a ReplicaSet only makes new ones of it."""
    return text(value, "kind") not in ("ReplicaSet", "ReplicationController")


def updates_on_delete(value: Json) -> bool:
    """Whether pods keep their template until somebody deletes them."""
    return text(value, "spec", "updateStrategy", "type") == "OnDelete"


_READERS: Final[Mapping[tuple[str, str], Callable[[Json], Progress]]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "ReplicaSet"): _replica_set,
    ("", "ReplicationController"): _replica_set,
}
_READY: Final[Mapping[tuple[str, str], str]] = {
    **dict.fromkeys(_READERS, "readyReplicas"),
    ("apps", "DaemonSet"): "numberReady",
}
WORKLOADS: Final = tuple(_READERS)
"""The (group, kind) pairs that have progress."""
