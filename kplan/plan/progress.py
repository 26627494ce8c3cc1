"""How far a workload has come: the pods it should have, and how many of them are ready and of its newest template."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kplan.api.apps import DaemonSet, Deployment, ReplicaSet, StatefulSet
from kplan.api.core import ReplicationController
from kplan.api.object import Json, Object


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
    stored = Object(value)
    read = _READERS.get((stored.gvk.group, stored.gvk.kind))
    return None if read is None else read(stored)


def _deployment(stored: Object) -> Progress:
    it = stored.view(Deployment)
    desired = _or_one(it.spec.replicas)
    must_update = 0 if it.spec.paused else desired
    return Progress(desired, it.status.ready_replicas, it.status.updated_replicas, must_update)


def _stateful_set(stored: Object) -> Progress:
    it = stored.view(StatefulSet)
    strategy, desired = it.spec.update_strategy, _or_one(it.spec.replicas)
    partition = strategy.rolling_update.partition or 0 if strategy.rolling_update else 0
    must_update = 0 if strategy.type == "OnDelete" else max(desired - partition, 0)
    return Progress(desired, it.status.ready_replicas, it.status.updated_replicas, must_update)


def _daemon_set(stored: Object) -> Progress:
    it = stored.view(DaemonSet)
    desired = it.status.desired_number_scheduled
    must_update = 0 if it.spec.update_strategy.type == "OnDelete" else desired
    return Progress(desired, it.status.number_ready, it.status.updated_number_scheduled, must_update)


def _replica_set(stored: Object) -> Progress:
    it = stored.view(ReplicaSet)
    return Progress(_or_one(it.spec.replicas), it.status.ready_replicas, it.status.ready_replicas, 0)


def _replication_controller(stored: Object) -> Progress:
    it = stored.view(ReplicationController)
    return Progress(_or_one(it.spec.replicas), it.status.ready_replicas, it.status.ready_replicas, 0)


def _or_one(replicas: int | None) -> int:
    return 1 if replicas is None else replicas


_READERS: Final[Mapping[tuple[str, str], Callable[[Object], Progress]]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "ReplicaSet"): _replica_set,
    ("", "ReplicationController"): _replication_controller,
}
WORKLOADS: Final = tuple(_READERS)
"""The (group, kind) pairs that have progress."""
