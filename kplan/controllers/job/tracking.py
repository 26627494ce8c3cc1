"""Counting ended pods exactly once: note them, take their finalizer away, count them, then say the Job has ended.

Upstream: pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers)
"""

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import phase
from kplan.apiserver.errors import StatusError
from kplan.controllers.job import indexes, policies
from kplan.controllers.job.pods import remove_finalizer, tracked
from kplan.controllers.job.sync import FAILURE_TARGET, SUCCESS_CRITERIA, Sync, condition

MAX_UNCOUNTED = 500


def track(sync: Sync, *, needs_flush: bool) -> None:
    """Record finished pods in the status, in two steps around the removal of their finalizers."""
    held = {pod["metadata"]["uid"] for pod in sync.pods if tracked(pod)}
    needs_flush |= _count_released(sync, held)
    released, new_indexes, noted, full = _note_ended(sync)
    needs_flush |= noted
    if sync.indexed:
        needs_flush |= _write_indexes(sync, new_indexes)
    needs_flush |= _announce(sync)
    if needs_flush:
        _write(sync)
    refusal = None
    for pod in released:
        try:
            remove_finalizer(sync.context, pod)
            held.discard(pod["metadata"]["uid"])
        except StatusError as problem:
            refusal = refusal or problem
    counted = _count_released(sync, held)
    if refusal is not None:
        if counted:
            _write(sync)
        raise refusal
    ended = not full and _enact(sync)
    if counted or ended:
        _write(sync)
    if ended:
        _record_end(sync)


def _note_ended(sync: Sync) -> tuple[list[Json], set[int], bool, bool]:
    """Which pods may go, the indexes they complete, whether any was noted, whether there was no room for more."""
    released: list[Json] = []
    new_indexes: set[int] = set()
    changed = False
    pods = sorted(sync.pods, key=indexes.index_of) if sync.indexed else sync.pods
    for pod in pods:
        if not tracked(pod) or not _may_go(sync, pod):
            continue
        released.append(pod)
        changed |= _note(sync, pod, new_indexes)
        uncounted = len(sync.uncounted("succeeded")) + len(sync.uncounted("failed"))
        if len(new_indexes) + uncounted >= MAX_UNCOUNTED:
            return released, new_indexes, changed, True
    return released, new_indexes, changed, False


def _may_go(sync: Sync, pod: Json) -> bool:
    dying = sync.job["metadata"].get("deletionTimestamp") is not None
    if dying or sync.finished is not None or phase(pod) == "Succeeded":
        return True
    if not sync.is_failed(pod):
        return False
    delayed = sync.delayed.get(indexes.index_of(pod)) if sync.per_index else None
    return delayed is None or delayed["metadata"]["uid"] != pod["metadata"]["uid"]


def _note(sync: Sync, pod: Json, new_indexes: set[int]) -> bool:
    uid, index = pod["metadata"]["uid"], indexes.index_of(pod)
    valid = not sync.indexed or 0 <= index < sync.completions
    if phase(pod) == "Succeeded" and uid not in sync.uncounted("failed"):
        if sync.indexed:
            fresh = valid and index not in sync.counted_indexes
            new_indexes |= {index} if fresh else set()
            return fresh
        return _add_uncounted(sync, "succeeded", uid)
    ends = sync.finished is not None and sync.finished["type"] != SUCCESS_CRITERIA
    if not (sync.is_failed(pod) or ends) or not valid:
        return False
    if sync.spec.get("podFailurePolicy") is not None and not policies.judge(sync.job, pod).counts:
        return False
    return _add_uncounted(sync, "failed", uid)


def _add_uncounted(sync: Sync, outcome: str, uid: str) -> bool:
    present = sync.uncounted(outcome)
    if uid in present:
        return False
    sync.status["uncountedTerminatedPods"][outcome] = [*present, uid]
    return True


def _count_released(sync: Sync, held: set[str]) -> bool:
    """Count noted pods that no longer hold their finalizer."""
    changed = False
    for outcome in ("succeeded", "failed"):
        present = sync.uncounted(outcome)
        kept = [uid for uid in present if uid in held]
        if len(kept) != len(present):
            changed = True
            sync.status[outcome] = int(sync.status.get(outcome) or 0) + len(present) - len(kept)
            sync.status["uncountedTerminatedPods"] = {**sync.status["uncountedTerminatedPods"], outcome: kept}
    return changed


def _write_indexes(sync: Sync, new_indexes: set[int]) -> bool:
    sync.succeeded_indexes = sync.succeeded_indexes | new_indexes
    text = indexes.show(sync.succeeded_indexes)
    changed = text != (sync.status.get("completedIndexes") or "")
    sync.status["succeeded"] = len(sync.succeeded_indexes)
    sync.status["completedIndexes"] = text
    if sync.failed_indexes is not None:
        failed = indexes.show(sync.failed_indexes)
        changed |= sync.status.get("failedIndexes") != failed
        sync.status["failedIndexes"] = failed
    return changed


def _announce(sync: Sync) -> bool:
    """Say early that the Job is going to fail or complete; the final word comes when all pods are gone."""
    end = sync.finished
    if end is None:
        return False
    present = conditions.listed(sync.status)
    changed = False
    if end["type"] == FAILURE_TARGET:
        sync.status["conditions"] = [*present, end]
        sync.finished = condition("Failed", end["reason"], end["message"], sync.now)
        changed = True
    elif end["type"] == SUCCESS_CRITERIA:
        if all(item.get("type") != SUCCESS_CRITERIA for item in present):
            sync.status["conditions"] = [*present, end]
            changed = True
        sync.finished = condition("Complete", end.get("reason", ""), end.get("message", ""), sync.now)
    return changed


def _enact(sync: Sync) -> bool:
    end = sync.finished
    if end is None or sync.uncounted("succeeded") or sync.uncounted("failed") or sync.terminating > 0:
        return False
    sync.set_condition(end["type"], end["status"], end["reason"], end["message"])
    if end["type"] == "Complete":
        sync.status["completionTime"] = end["lastTransitionTime"]
    return True


def _record_end(sync: Sync) -> None:
    assert sync.finished is not None
    if sync.finished["type"] != "Complete":
        sync.context.event(sync.job, "Warning", sync.finished["reason"], sync.finished["message"])
        return
    completions = sync.spec.get("completions")
    if completions is not None and int(sync.status.get("succeeded") or 0) > completions:
        text = "Too many succeeded pods running after completion count reached"
        sync.context.event(sync.job, "Warning", "TooManySucceededPods", text)
    sync.context.event(sync.job, "Normal", "Completed", "Job completed")


def _write(sync: Sync) -> None:
    sync.job = sync.context.client.update_status({**sync.job, "status": sync.status})
    sync.status = {**status_of(sync.job)}
    sync.status.setdefault("uncountedTerminatedPods", {})
