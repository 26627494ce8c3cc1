"""Rolling and recreating: how a Deployment gets from its old ReplicaSets to the new one.

Upstream: pkg/controller/deployment/{rolling,recreate,progress}.go
"""

from collections.abc import Callable

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal
from kplan.api.workloadspec import replicas_of, status_count
from kplan.controllers.deployment import status
from kplan.controllers.deployment.replicasets import (
    Tally,
    Terms,
    active,
    new_rs_replicas,
    oldest_first,
    terms,
)
from kplan.controllers.deployment.sync import Sync
from kplan.simulation.clock import SECOND
from kplan.simulation.reconciler import DONE, Result


def rolling(sync: Sync) -> Result:
    """One step of a rolling update: grow the new ReplicaSet, else shrink the old ones."""
    assert sync.new is not None
    bounds, size = terms(sync.deployment), replicas_of(sync.new)
    if _reconcile_new(sync, sync.new, size, bounds.replicas) or _reconcile_old(sync, sync.new, size, bounds):
        return report(sync)
    if sync.has_history() and status.is_complete(sync.deployment, status_of(sync.deployment)):
        sync.clean_up()
    return report(sync)


def recreate(sync: Sync, revise: Callable[[bool], object]) -> Result:
    """One step of a recreation: no new pods before the last old one has ended."""
    revise(False)
    running = active(sync.old)
    for rs in running:
        sync.scale(rs, 0)
    if running or _old_pods_running(sync):
        return report(sync)
    if sync.new is None:
        revise(True)
    assert sync.new is not None
    sync.scale(sync.new, replicas_of(sync.deployment))
    if status.is_complete(sync.deployment, status_of(sync.deployment)):
        sync.clean_up()
    return report(sync)


def report(sync: Sync) -> Result:
    """Write the status; if nothing changed, look again when the progress deadline is over."""
    before = sync.deployment
    new = status.with_progress(before, sync.calculated_status(), sync.new, sync.now)
    new = status.with_failures(new, (sync.new, *sync.all) if sync.tally().has_conditions else ())
    sync.write_status(new)
    if sync.deployment is not before:
        return DONE
    return _requeue_stuck(sync, new)


def _requeue_stuck(sync: Sync, new: Json) -> Result:
    current = status.find_condition(sync.deployment, status.PROGRESSING)
    if not status.has_deadline(sync.deployment) or current is None:
        return DONE
    if status.is_complete(sync.deployment, new) or current.get("reason") == status.TIMED_OUT:
        return DONE
    left = status.deadline(sync.deployment, current) - sync.now
    rolled_out = current.get("reason") == status.NEW_RS_AVAILABLE
    return Result.due(max(left, 0) + SECOND, background=rolled_out)


def _reconcile_new(sync: Sync, new: Json, size: int, wanted: int) -> bool:
    if size == wanted:
        return False
    return sync.scale(new, wanted if size > wanted else new_rs_replicas(sync.deployment, sync.all, size))


def _reconcile_old(sync: Sync, new: Json, size: int, bounds: Terms) -> bool:
    all_sizes = sync.tally().size
    if size == all_sizes:  # no old one is active
        return False
    minimum = bounds.replicas - bounds.max_unavailable
    pending = size - status_count(new, "availableReplicas")
    room = all_sizes - minimum - pending
    if room <= 0:
        return False
    cleaned = _clean_up_unhealthy(sync, room)
    return _scale_down_old(sync, minimum) + cleaned > 0


def _clean_up_unhealthy(sync: Sync, room: int) -> int:
    """Take away pods that are not available first, oldest ReplicaSet first."""
    done = 0
    for rs in oldest_first(active(sync.old)):
        unhealthy = replicas_of(rs) - status_count(rs, "availableReplicas")
        step = min(room - done, unhealthy)
        if step > 0:
            sync.scale(rs, replicas_of(rs) - step)
            done += step
    return done


def _scale_down_old(sync: Sync, minimum: int) -> int:
    """Take away available pods as far as enough stay."""
    old = oldest_first(active(sync.old))
    assert sync.new is not None
    room, done = Tally([*old, sync.new]).available - minimum, 0
    for rs in old:
        step = min(replicas_of(rs), room - done)
        if step > 0:
            sync.scale(rs, replicas_of(rs) - step)
            done += step
    return done


def _old_pods_running(sync: Sync) -> bool:
    if Tally(sync.old).replicas > 0:
        return True
    return any(
        not is_terminal(pod)
        for rs in sync.old
        for pod in sync.context.cache.controlled_by(rs["metadata"]["uid"], "", "Pod")
    )
