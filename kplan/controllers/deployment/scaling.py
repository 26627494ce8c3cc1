"""Scaling a Deployment whose size changed: one ReplicaSet, or all of them in proportion.

Upstream: pkg/controller/deployment/sync.go (scale), pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Sequence

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.pods import creation_order
from kplan.api.whole import whole
from kplan.api.workloadspec import replicas_of, status_count
from kplan.controllers.deployment.replicasets import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    active,
    is_rolling,
    terms,
    total,
)
from kplan.controllers.deployment.sync import Sync


def scale(sync: Sync) -> None:
    """Bring the ReplicaSets to the Deployment's size."""
    only = active_or_latest(sync.new, sync.old)
    if only is not None:
        sync.scale(only, replicas_of(sync.deployment))
    elif is_saturated(sync.deployment, sync.new):
        for rs in active(sync.old):
            sync.scale(rs, 0)
    elif is_rolling(sync.deployment):
        sets = active(sync.all)
        for rs, size in zip(*proportional(sync.deployment, sets), strict=True):
            sync.scale(rs, size, always=True)


def active_or_latest(new: Json | None, old: Sequence[Json]) -> Json | None:
    """The only active ReplicaSet; if none is active the new or youngest one; None if there are several."""
    by_age = sorted(old, key=creation_order, reverse=True)
    running = active([*by_age, new] if new is not None else by_age)
    if len(running) > 1:
        return None
    if running:
        return running[0]
    return new if new is not None else next(iter(by_age), None)


def is_saturated(deployment: Json, new: Json | None) -> bool:
    """Whether the new ReplicaSet has all the pods and they are available."""
    if new is None:
        return False
    wanted = replicas_of(deployment)
    marked = annotations_of(new).get(DESIRED_REPLICAS)
    return (
        replicas_of(new) == wanted
        and marked == str(wanted)
        and status_count(new, "availableReplicas") == wanted
    )


def proportional(deployment: Json, sets: Sequence[Json]) -> tuple[list[Json], list[int]]:
    """Share what is to be added or removed by size; what rounding leaves goes to the largest."""
    wanted = replicas_of(deployment)
    allowed = wanted + terms(deployment).max_surge if wanted > 0 else 0
    to_add = allowed - total(sets)
    if to_add == 0 or not sets:
        return list(sets), [replicas_of(rs) for rs in sets]
    ordered = sorted(sets, key=creation_order, reverse=to_add > 0)
    ordered.sort(key=replicas_of, reverse=True)
    sizes, added = [], 0
    for rs in ordered:
        share = _share(deployment, rs, to_add, added)
        sizes.append(replicas_of(rs) + share)
        added += share
    sizes[0] = max(0, sizes[0] + to_add - added)
    return ordered, sizes


def _share(deployment: Json, rs: Json, to_add: int, added: int) -> int:
    if to_add == added:
        return 0
    fraction, left = _fraction(deployment, rs), to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def _fraction(deployment: Json, rs: Json) -> int:
    """How much a ReplicaSet grows when the whole Deployment does."""
    size, wanted = replicas_of(rs), replicas_of(deployment)
    if wanted == 0:
        return -size
    before = whole(annotations_of(rs).get(MAX_REPLICAS, "")) or status_count(deployment, "replicas")
    if before == 0:
        return 0
    return int(size * (wanted + terms(deployment).max_surge) / before + 0.5) - size
