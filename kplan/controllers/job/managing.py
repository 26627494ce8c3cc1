"""The pods that a Job makes and deletes, and what it says of being suspended.

Upstream: pkg/controller/job/job_controller.go (manageJob), pkg/controller/job/indexed_job_utils.go
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.api.pods import deletion_order, is_ready, is_terminal, is_terminating
from kplan.apiserver.errors import StatusError
from kplan.controllers.job import backoff, indexes
from kplan.controllers.job.pods import new_pod, remove_finalizer, total_failures, tracked
from kplan.controllers.job.sync import BATCH_PERIOD, SUCCESS_CRITERIA, Sync, condition
from kplan.simulation.clock import Instant, as_datetime, rfc3339
from kplan.simulation.podcontrol import create_pod, delete_pod, slow_start, unless_terminating

MAX_PODS = 500


def act(sync: Sync) -> tuple[StatusError | None, bool]:
    """Delete or make pods; the answer: a refusal, and whether suspension changed the status."""
    if sync.finished is not None:
        before = sync.active_count
        refusal = _delete(sync, sync.active, release=False)
        if sync.active_count > 0 and before:
            sync.finished = None
        return refusal, False
    refusal, changed = None, False
    managed = sync.job["metadata"].get("deletionTimestamp") is None
    if managed:
        refusal = _manage(sync)
    if sync.spec.get("completions") is None:
        complete = sync.succeeded > 0 and sync.active_count == 0
    else:
        complete = sync.succeeded >= sync.completions and sync.active_count == 0
    if complete:
        text = "Reached expected number of succeeded pods"
        sync.finished = condition(SUCCESS_CRITERIA, "CompletionsReached", text, sync.now)
    elif managed:
        changed = _note_suspension(sync)
    return refusal, changed


def _note_suspension(sync: Sync) -> bool:
    if sync.suspended:
        changed = sync.set_condition("Suspended", "True", "JobSuspended", "Job suspended")
        if changed:
            sync.context.event(sync.job, "Normal", "Suspended", "Job suspended")
            sync.status.pop("startTime", None)
        return changed
    changed = sync.set_condition("Suspended", "False", "JobResumed", "Job resumed")
    if changed:
        sync.context.event(sync.job, "Normal", "Resumed", "Job resumed")
        sync.status["startTime"] = rfc3339(sync.now)
    return changed


def _manage(sync: Sync) -> StatusError | None:
    if sync.suspended:
        return _delete(sync, _for_removal(sync, sync.active_count), release=True)
    parallelism = int(sync.spec.get("parallelism", 1))
    if sync.spec.get("completions") is None:
        want = sync.active_count if sync.succeeded > 0 else parallelism
    else:
        want = max(0, min(sync.completions - sync.succeeded, parallelism))
    surplus = _for_removal(sync, max(0, sync.active_count - want))[:MAX_PODS]
    if surplus:
        return _delete(sync, surplus, release=True)
    missing = want - sync.active_count - (sync.terminating if sync.replaces_only_failed else 0)
    if missing <= 0 or not sync.context.allowance.covers(sync.job, max(missing, _still_to_make(sync, want))):
        return None
    return _create(sync, missing)


def _still_to_make(sync: Sync, want: int) -> int:
    """The pods that are not there yet of those that completions ask for."""
    if sync.spec.get("completions") is None:
        return want - sync.active_count
    return sync.completions - sync.succeeded - sync.active_count


def _create(sync: Sync, missing: int) -> StatusError | None:
    pause = 0 if sync.per_index else sync.record.remaining(sync.now)
    chosen: list[int] = []
    if pause == 0 and sync.indexed:
        chosen, pause = _indexes_to_add(sync, min(missing, MAX_PODS))
        missing = len(chosen)
    if pause > 0:
        sync.wait = (
            max(pause, BATCH_PERIOD) if sync.wait is None else min(sync.wait, max(pause, BATCH_PERIOD))
        )
        sync.active_count = 0
        return None
    missing = min(missing, MAX_PODS)

    def create(number: int) -> None:
        pod = new_pod(sync.job, chosen[number] if chosen else None, sync.delayed)
        with unless_terminating():
            create_pod(sync.context, pod, sync.job)

    made, refusal = slow_start(missing, create)
    sync.active_count += made
    return refusal


def _indexes_to_add(sync: Sync, count: int) -> tuple[list[int], Instant]:
    taken = sync.succeeded_indexes | {indexes.index_of(pod) for pod in sync.active}
    if sync.replaces_only_failed:
        ending = (pod for pod in sync.pods if is_terminating(pod) and not is_terminal(pod))
        taken |= {indexes.index_of(pod) for pod in ending}
    chosen = indexes.first_missing(taken | (sync.failed_indexes or frozenset()), count, sync.completions)
    if not sync.per_index:
        return chosen, 0
    pauses = {index: _pause_of(sync, index) for index in chosen}
    ready = [index for index in chosen if pauses[index] == 0]
    return ready, 0 if ready else min(pauses.values(), default=0)


def _pause_of(sync: Sync, index: int) -> Instant:
    pod = sync.delayed.get(index)
    if pod is None:
        return 0
    return backoff.remaining(total_failures(pod) + 1, backoff.finished_at(pod), sync.now)


def _for_removal(sync: Sync, count: int) -> list[Json]:
    """Which active pods go: those whose index is taken twice or out of range, then by deletion order."""
    surplus, left = _duplicates(sync) if sync.indexed else ([], sync.active)
    if len(surplus) < count:
        surplus += deletion_order(left, as_datetime(sync.now))[: count - len(surplus)]
    return surplus


def _duplicates(sync: Sync) -> tuple[list[Json], list[Json]]:
    surplus: list[Json] = []
    left: list[Json] = []
    for index in sorted({indexes.index_of(pod) for pod in sync.active}):
        same = [pod for pod in sync.active if indexes.index_of(pod) == index]
        if index == indexes.UNKNOWN or index >= sync.completions:
            surplus += same
        else:
            ordered = deletion_order(same, as_datetime(sync.now))
            surplus += ordered[:-1]
            left.append(ordered[-1])
    return surplus, left


def _delete(sync: Sync, pods: Sequence[Json], *, release: bool) -> StatusError | None:
    """Delete active pods; ``release`` takes the finalizer away first, so that they are not counted."""
    first = None
    for pod in pods:
        try:
            if release and tracked(pod):
                remove_finalizer(sync.context, pod)
            delete_pod(sync.context, pod, sync.job)
        except StatusError as refusal:
            first = first or refusal
            continue
        sync.active_count -= 1
        sync.terminating += 1
        sync.ready -= is_ready(pod)
    return first
