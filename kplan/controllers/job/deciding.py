"""Whether a Job has ended, and why: by its policies, its limits, and the indexes that its pods have completed.

Upstream: pkg/controller/job/job_controller.go (syncJob), pkg/controller/job/indexed_job_utils.go
"""

from collections.abc import Sequence

from kplan.api import conditions
from kplan.api.object import Json
from kplan.api.pods import container_statuses_of, init_container_statuses_of, phase
from kplan.controllers.job import indexes, policies
from kplan.controllers.job.pods import FAILURE_COUNT, failures, total_failures
from kplan.controllers.job.sync import FAILURE_TARGET, SUCCESS_CRITERIA, Sync, condition
from kplan.simulation.clock import SECOND, parse_instant


def decide(sync: Sync) -> None:
    """Find out whether the Job has ended, and why."""
    present = conditions.listed(sync.status)
    sync.finished = _true(present, SUCCESS_CRITERIA)
    if sync.finished is None:
        target = _true(present, FAILURE_TARGET)
        if target is not None:
            sync.finished = condition("Failed", target.get("reason", ""), target.get("message", ""), sync.now)
        elif message := _fail_message(sync):
            sync.finished = condition(FAILURE_TARGET, "PodFailurePolicy", message, sync.now)
    if sync.finished is None:
        _check_limits(sync)
    if sync.indexed:
        _count_indexes(sync)


def _fail_message(sync: Sync) -> str:
    if sync.spec.get("podFailurePolicy") is None:
        return ""
    verdicts = (policies.judge(sync.job, pod) for pod in sync.pods if sync.is_failed(pod))
    return next((verdict.message for verdict in verdicts if verdict.message), "")


def _check_limits(sync: Sync) -> None:
    limit, deadline = int(sync.spec.get("backoffLimit", 6)), sync.spec.get("activeDeadlineSeconds")
    if sync.failed > limit or _restarts_exceed(sync, limit):
        text = "Job has reached the specified backoff limit"
        sync.finished = condition(FAILURE_TARGET, "BackoffLimitExceeded", text, sync.now)
    elif deadline is not None and not sync.suspended and sync.status.get("startTime"):
        left = parse_instant(sync.status["startTime"]) + deadline * SECOND - sync.now
        if left <= 0:
            text = "Job was active longer than specified deadline"
            sync.finished = condition(FAILURE_TARGET, "DeadlineExceeded", text, sync.now)
        else:
            sync.wait = left


def _restarts_exceed(sync: Sync, limit: int) -> bool:
    if sync.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = sum(
        int(item.get("restartCount") or 0)
        for pod in sync.pods
        if phase(pod) in ("Running", "Pending")
        for item in (*init_container_statuses_of(pod), *container_statuses_of(pod))
    )
    return restarts > 0 if limit == 0 else restarts >= limit


def _count_indexes(sync: Sync) -> None:
    sync.counted_indexes = indexes.parse(sync.status.get("completedIndexes") or "", sync.completions)
    done = {indexes.index_of(pod) for pod in sync.to_count(()) if phase(pod) == "Succeeded"}
    sync.succeeded_indexes = sync.counted_indexes | done
    sync.succeeded = len(sync.succeeded_indexes)
    if sync.per_index:
        _count_failed_indexes(sync)
    if sync.finished is None:
        message = policies.success_message(sync.job, sync.succeeded_indexes)
        if message:
            sync.finished = condition(SUCCESS_CRITERIA, "SuccessPolicy", message, sync.now)


def _count_failed_indexes(sync: Sync) -> None:
    limit, before = int(sync.spec["backoffLimitPerIndex"]), sync.status.get("failedIndexes") or ""
    new = {indexes.index_of(pod) for pod in sync.to_count(()) if _fails_index(sync, pod, limit)}
    sync.failed_indexes = indexes.parse(before, sync.completions) | new
    total, most = len(sync.failed_indexes), sync.spec.get("maxFailedIndexes")
    if sync.finished is None and most is not None and total > most:
        text = "Job has exceeded the specified maximal number of failed indexes"
        sync.finished = condition(FAILURE_TARGET, "MaxFailedIndexesExceeded", text, sync.now)
    elif sync.finished is None and total and total + len(sync.succeeded_indexes) >= sync.completions:
        sync.finished = condition(FAILURE_TARGET, "FailedIndexes", "Job has failed indexes", sync.now)
    running = {indexes.index_of(pod) for pod in sync.active}
    for pod in sync.to_count(()):
        index = indexes.index_of(pod)
        settled = index in sync.succeeded_indexes or index in sync.failed_indexes or index in running
        if sync.is_failed(pod) and not settled:
            known = sync.delayed.get(index)
            if known is None or total_failures(known) <= total_failures(pod):
                sync.delayed[index] = pod


def _fails_index(sync: Sync, pod: Json, limit: int) -> bool:
    if not sync.is_failed(pod):
        return False
    verdict = policies.judge(sync.job, pod)
    if verdict.action == "FailIndex":
        return True
    return verdict.counts and failures(pod, FAILURE_COUNT) >= limit


def _true(present: Sequence[Json], kind: str) -> Json | None:
    found = conditions.find(present, kind)
    return found if found is not None and found.get("status") == "True" else None
