"""One pass over a Job: what its pods have come to, what it has come to by them, and the pods it makes and deletes.

Upstream: pkg/controller/job/job_controller.go (syncJob, manageJob), pkg/controller/job/indexed_job_utils.go
"""

from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from kplan.api import conditions
from kplan.api.jobs import uncounted_of
from kplan.api.metadata import annotations_of, finalizers_of, labels_of, status_of
from kplan.api.object import Json
from kplan.api.pods import (
    container_statuses_of,
    containers_of,
    deletion_order,
    init_container_statuses_of,
    init_containers_of,
    is_active,
    is_ready,
    is_terminal,
    is_terminating,
    phase,
)
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.whole import whole
from kplan.apiserver.errors import StatusError
from kplan.controllers.job import backoff, indexes, policies
from kplan.simulation.clock import SECOND, Instant, as_datetime, parse_instant, rfc3339
from kplan.simulation.podcontrol import create_pod, delete_pod, is_namespace_terminating, slow_start
from kplan.simulation.reconciler import Context, ObjectKey

FINALIZER = "batch.kubernetes.io/job-tracking"
FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURE_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count"
FAILURE_TARGET, SUCCESS_CRITERIA = "FailureTarget", "SuccessCriteriaMet"
MAX_PODS = 500
BATCH_PERIOD: Instant = SECOND

_NAME_LENGTH = 58
_INDEX_VARIABLE = "JOB_COMPLETION_INDEX"


@dataclass
class Sync:
    """A Job under reconciliation."""

    context: Context
    job: Json
    pods: list[Json]
    record: backoff.Record
    status: Json = field(init=False)
    active: list[Json] = field(init=False)
    active_count: int = field(init=False)
    ready: int = field(init=False)
    terminating: int = field(init=False)
    succeeded: int = field(init=False)
    failed: int = field(init=False)
    succeeded_indexes: frozenset[int] = frozenset()
    counted_indexes: frozenset[int] = frozenset()
    failed_indexes: frozenset[int] | None = None
    delayed: dict[int, Json] = field(default_factory=dict)
    finished: Json | None = None
    wait: Instant | None = None

    def __post_init__(self) -> None:
        self.status = deepcopy(status_of(self.job))
        self.status.setdefault("uncountedTerminatedPods", {})
        self.active = [pod for pod in self.pods if is_active(pod)]
        self.active_count = len(self.active)
        self.ready = sum(map(is_ready, self.active))
        self.terminating = sum(is_terminating(pod) and not is_terminal(pod) for pod in self.pods)
        done = [pod for pod in self._valid(self.uncounted("succeeded")) if phase(pod) == "Succeeded"]
        lost = [pod for pod in self._valid(self.uncounted("failed")) if self.is_failed(pod)]
        self.succeeded = self._number("succeeded") + len(done) + len(self.uncounted("succeeded"))
        counted = sum(policies.judge(self.job, pod).counts for pod in lost)
        self.failed = self._number("failed") + counted + len(self.uncounted("failed"))
        self.record = self.record.after(done, lost)

    # -- reading --------------------------------------------------------------------------------------------------

    @property
    def spec(self) -> Json:
        """The Job's spec."""
        spec: Json = self.job["spec"]
        return spec

    @property
    def now(self) -> Instant:
        """The time."""
        return self.context.now

    @property
    def indexed(self) -> bool:
        """Whether every completion has an index."""
        return bool(self.spec.get("completionMode") == "Indexed")

    @property
    def per_index(self) -> bool:
        """Whether failures are limited for each index."""
        return self.spec.get("backoffLimitPerIndex") is not None

    @property
    def suspended(self) -> bool:
        """Whether the Job is suspended."""
        return bool(self.spec.get("suspend"))

    @property
    def replaces_only_failed(self) -> bool:
        """Whether a terminating pod keeps its place until it has ended."""
        return (
            self.spec.get("podReplacementPolicy") == "Failed" or self.spec.get("podFailurePolicy") is not None
        )

    @property
    def completions(self) -> int:
        """spec.completions, 0 where there are none."""
        return int(self.spec.get("completions") or 0)

    def uncounted(self, outcome: str) -> list[str]:
        """The uids of ended pods that are noted but not counted yet."""
        return uncounted_of(self.status, outcome)

    def is_failed(self, pod: Json) -> bool:
        """Whether a pod counts as failed: a terminating one may, too."""
        if phase(pod) == "Failed":
            return True
        if self.replaces_only_failed:
            return False
        return is_terminating(pod) and phase(pod) != "Succeeded"

    def set_condition(self, kind: str, status: str, reason: str, message: str) -> bool:
        """Set a condition; the answer says whether anything changed. One that would be False is not added."""
        present = conditions.listed(self.status)
        current = conditions.find(present, kind)
        new = condition(kind, reason, message, self.now, status)
        if current is None:
            if status == "False":
                return False
            self.status["conditions"] = [*present, new]
            return True
        if all(current.get(name, "") == new[name] for name in ("status", "reason", "message")):
            return False
        self.status["conditions"] = [new if item.get("type") == kind else item for item in present]
        return True

    def _number(self, name: str) -> int:
        return int(self.status.get(name) or 0)

    def _valid(self, excluded: Collection[str]) -> Iterable[Json]:
        """The pods that are still to be counted."""
        for pod in self.pods:
            if not tracked(pod) or pod["metadata"]["uid"] in excluded:
                continue
            if not self.indexed or 0 <= indexes.index_of(pod) < self.completions:
                yield pod

    # -- deciding -------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Find out whether the Job has ended, and why."""
        present = conditions.listed(self.status)
        self.finished = _true(present, SUCCESS_CRITERIA)
        if self.finished is None:
            target = _true(present, FAILURE_TARGET)
            if target is not None:
                self.finished = condition(
                    "Failed", target.get("reason", ""), target.get("message", ""), self.now
                )
            elif message := self._fail_message():
                self.finished = condition(FAILURE_TARGET, "PodFailurePolicy", message, self.now)
        if self.finished is None:
            self._check_limits()
        if self.indexed:
            self._count_indexes()

    def _fail_message(self) -> str:
        if self.spec.get("podFailurePolicy") is None:
            return ""
        verdicts = (policies.judge(self.job, pod) for pod in self.pods if self.is_failed(pod))
        return next((verdict.message for verdict in verdicts if verdict.message), "")

    def _check_limits(self) -> None:
        limit, deadline = int(self.spec.get("backoffLimit", 6)), self.spec.get("activeDeadlineSeconds")
        if self.failed > limit or self._restarts_exceed(limit):
            text = "Job has reached the specified backoff limit"
            self.finished = condition(FAILURE_TARGET, "BackoffLimitExceeded", text, self.now)
        elif deadline is not None and not self.suspended and self.status.get("startTime"):
            left = parse_instant(self.status["startTime"]) + deadline * SECOND - self.now
            if left <= 0:
                text = "Job was active longer than specified deadline"
                self.finished = condition(FAILURE_TARGET, "DeadlineExceeded", text, self.now)
            else:
                self.wait = left

    def _restarts_exceed(self, limit: int) -> bool:
        if self.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        restarts = sum(
            int(item.get("restartCount") or 0)
            for pod in self.pods
            if phase(pod) in ("Running", "Pending")
            for item in (*init_container_statuses_of(pod), *container_statuses_of(pod))
        )
        return restarts > 0 if limit == 0 else restarts >= limit

    def _count_indexes(self) -> None:
        self.counted_indexes = indexes.parse(self.status.get("completedIndexes") or "", self.completions)
        done = {indexes.index_of(pod) for pod in self._valid(()) if phase(pod) == "Succeeded"}
        self.succeeded_indexes = self.counted_indexes | done
        self.succeeded = len(self.succeeded_indexes)
        if self.per_index:
            self._count_failed_indexes()
        if self.finished is None:
            message = policies.success_message(self.job, self.succeeded_indexes)
            if message:
                self.finished = condition(SUCCESS_CRITERIA, "SuccessPolicy", message, self.now)

    def _count_failed_indexes(self) -> None:
        limit, before = int(self.spec["backoffLimitPerIndex"]), self.status.get("failedIndexes") or ""
        new = {indexes.index_of(pod) for pod in self._valid(()) if self._fails_index(pod, limit)}
        self.failed_indexes = indexes.parse(before, self.completions) | new
        total, most = len(self.failed_indexes), self.spec.get("maxFailedIndexes")
        if self.finished is None and most is not None and total > most:
            text = "Job has exceeded the specified maximal number of failed indexes"
            self.finished = condition(FAILURE_TARGET, "MaxFailedIndexesExceeded", text, self.now)
        elif self.finished is None and total and total + len(self.succeeded_indexes) >= self.completions:
            self.finished = condition(FAILURE_TARGET, "FailedIndexes", "Job has failed indexes", self.now)
        running = {indexes.index_of(pod) for pod in self.active}
        for pod in self._valid(()):
            index = indexes.index_of(pod)
            settled = index in self.succeeded_indexes or index in self.failed_indexes or index in running
            if self.is_failed(pod) and not settled:
                known = self.delayed.get(index)
                if known is None or total_failures(known) <= total_failures(pod):
                    self.delayed[index] = pod

    def _fails_index(self, pod: Json, limit: int) -> bool:
        if not self.is_failed(pod):
            return False
        verdict = policies.judge(self.job, pod)
        if verdict.action == "FailIndex":
            return True
        return verdict.counts and failures(pod, FAILURE_COUNT) >= limit

    # -- acting ---------------------------------------------------------------------------------------------------

    def act(self) -> tuple[StatusError | None, bool]:
        """Delete or make pods; the answer: a refusal, and whether suspension changed the status."""
        if self.finished is not None:
            before = self.active_count
            refusal = self._delete(self.active, release=False)
            if self.active_count > 0 and before:
                self.finished = None
            return refusal, False
        refusal, changed = None, False
        managed = self.job["metadata"].get("deletionTimestamp") is None
        if managed:
            refusal = self._manage()
        if self.spec.get("completions") is None:
            complete = self.succeeded > 0 and self.active_count == 0
        else:
            complete = self.succeeded >= self.completions and self.active_count == 0
        if complete:
            text = "Reached expected number of succeeded pods"
            self.finished = condition(SUCCESS_CRITERIA, "CompletionsReached", text, self.now)
        elif managed:
            changed = self._note_suspension()
        return refusal, changed

    def _note_suspension(self) -> bool:
        if self.suspended:
            changed = self.set_condition("Suspended", "True", "JobSuspended", "Job suspended")
            if changed:
                self.context.event(self.job, "Normal", "Suspended", "Job suspended")
                self.status.pop("startTime", None)
            return changed
        changed = self.set_condition("Suspended", "False", "JobResumed", "Job resumed")
        if changed:
            self.context.event(self.job, "Normal", "Resumed", "Job resumed")
            self.status["startTime"] = rfc3339(self.now)
        return changed

    def _manage(self) -> StatusError | None:
        if self.suspended:
            return self._delete(self._for_removal(self.active_count), release=True)
        parallelism = int(self.spec.get("parallelism", 1))
        if self.spec.get("completions") is None:
            want = self.active_count if self.succeeded > 0 else parallelism
        else:
            want = max(0, min(self.completions - self.succeeded, parallelism))
        surplus = self._for_removal(max(0, self.active_count - want))[:MAX_PODS]
        if surplus:
            return self._delete(surplus, release=True)
        missing = want - self.active_count - (self.terminating if self.replaces_only_failed else 0)
        if missing <= 0 or not self.context.allowance.covers(
            self.job, max(missing, self._still_to_make(want))
        ):
            return None
        return self._create(missing)

    def _still_to_make(self, want: int) -> int:
        """The pods that are not there yet of those that completions ask for."""
        if self.spec.get("completions") is None:
            return want - self.active_count
        return self.completions - self.succeeded - self.active_count

    def _create(self, missing: int) -> StatusError | None:
        pause = 0 if self.per_index else self.record.remaining(self.now)
        chosen: list[int] = []
        if pause == 0 and self.indexed:
            chosen, pause = self._indexes_to_add(min(missing, MAX_PODS))
            missing = len(chosen)
        if pause > 0:
            self.wait = (
                max(pause, BATCH_PERIOD) if self.wait is None else min(self.wait, max(pause, BATCH_PERIOD))
            )
            self.active_count = 0
            return None
        missing = min(missing, MAX_PODS)

        def create(number: int) -> None:
            try:
                create_pod(self.context, self._pod(chosen[number] if chosen else None), self.job)
            except StatusError as refusal:
                if not is_namespace_terminating(refusal):
                    raise

        made, refusal = slow_start(missing, create)
        self.active_count += made
        return refusal

    def _indexes_to_add(self, count: int) -> tuple[list[int], Instant]:
        taken = self.succeeded_indexes | {indexes.index_of(pod) for pod in self.active}
        if self.replaces_only_failed:
            ending = (pod for pod in self.pods if is_terminating(pod) and not is_terminal(pod))
            taken |= {indexes.index_of(pod) for pod in ending}
        chosen = indexes.first_missing(taken | (self.failed_indexes or frozenset()), count, self.completions)
        if not self.per_index:
            return chosen, 0
        pauses = {index: self._pause_of(index) for index in chosen}
        ready = [index for index in chosen if pauses[index] == 0]
        return ready, 0 if ready else min(pauses.values(), default=0)

    def _pause_of(self, index: int) -> Instant:
        pod = self.delayed.get(index)
        if pod is None:
            return 0
        return backoff.remaining(total_failures(pod) + 1, backoff.finished_at(pod), self.now)

    def _pod(self, index: int | None) -> Json:
        pod = pod_from_template(self.spec["template"], self.job)
        metadata = pod["metadata"]
        metadata["finalizers"] = [*finalizers_of(pod), FINALIZER]
        if index is None:
            return pod
        name = self.job["metadata"]["name"]
        tail = f"-{index}-"
        metadata["generateName"] = name[: _NAME_LENGTH - len(tail)] + tail
        metadata["labels"] = {**labels_of(pod), indexes.ANNOTATION: str(index)}
        metadata["annotations"] = {**annotations_of(pod), indexes.ANNOTATION: str(index)}
        if self.per_index:
            metadata["annotations"] |= self._failure_counts(self.delayed.get(index))
        pod["spec"]["hostname"] = f"{name}-{index}"
        for container in (*init_containers_of(pod["spec"]), *containers_of(pod["spec"])):
            _add_index_variable(container)
        return pod

    def _failure_counts(self, replaced: Json | None) -> dict[str, str]:
        counted, ignored = 0, 0
        if replaced is not None:
            counts = policies.judge(self.job, replaced).counts
            counted = failures(replaced, FAILURE_COUNT) + counts
            ignored = failures(replaced, IGNORED_FAILURE_COUNT) + (not counts)
        noted = {FAILURE_COUNT: str(counted)}
        return noted | {IGNORED_FAILURE_COUNT: str(ignored)} if ignored else noted

    def _for_removal(self, count: int) -> list[Json]:
        """Which active pods go: those whose index is taken twice or out of range, then by deletion order."""
        surplus, left = self._duplicates() if self.indexed else ([], self.active)
        if len(surplus) < count:
            surplus += deletion_order(left, as_datetime(self.now))[: count - len(surplus)]
        return surplus

    def _duplicates(self) -> tuple[list[Json], list[Json]]:
        surplus: list[Json] = []
        left: list[Json] = []
        for index in sorted({indexes.index_of(pod) for pod in self.active}):
            same = [pod for pod in self.active if indexes.index_of(pod) == index]
            if index == indexes.UNKNOWN or index >= self.completions:
                surplus += same
            else:
                ordered = deletion_order(same, as_datetime(self.now))
                surplus += ordered[:-1]
                left.append(ordered[-1])
        return surplus, left

    def _delete(self, pods: Sequence[Json], *, release: bool) -> StatusError | None:
        """Delete active pods; ``release`` takes the finalizer away first, so that they are not counted."""
        first = None
        for pod in pods:
            try:
                if release and tracked(pod):
                    remove_finalizer(self.context, pod)
                delete_pod(self.context, pod, self.job)
            except StatusError as refusal:
                first = first or refusal
                continue
            self.active_count -= 1
            self.terminating += 1
            self.ready -= is_ready(pod)
        return first


def condition(kind: str, reason: str, message: str, now: Instant, status: str = "True") -> Json:
    """A Job condition that changes now."""
    stamp = rfc3339(now)
    return {
        "type": kind, "status": status, "lastProbeTime": stamp, "lastTransitionTime": stamp,
        "reason": reason, "message": message,
    }  # fmt: skip


def tracked(pod: Json) -> bool:
    """Whether the pod carries the finalizer by which it is counted."""
    return FINALIZER in finalizers_of(pod)


def remove_finalizer(context: Context, pod: Json) -> None:
    """Let a pod go."""
    metadata = pod["metadata"]
    kept = [name for name in finalizers_of(pod) if name != FINALIZER]
    key = ObjectKey("", "Pod", metadata["namespace"], metadata["name"])
    try:
        context.client.merge_patch(key, {"metadata": {"finalizers": kept or None}})
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def failures(pod: Json, annotation: str) -> int:
    """How often the pod's index failed before, by one of the two annotations."""
    return whole(annotations_of(pod).get(annotation) or "") or 0


def total_failures(pod: Json) -> int:
    """How often the pod's index failed before, counted or not."""
    return failures(pod, FAILURE_COUNT) + failures(pod, IGNORED_FAILURE_COUNT)


def _true(present: Sequence[Json], kind: str) -> Json | None:
    found = conditions.find(present, kind)
    return found if found is not None and found.get("status") == "True" else None


def _add_index_variable(container: Json) -> None:
    variables = container.setdefault("env", [])
    if all(item.get("name") != _INDEX_VARIABLE for item in variables):
        path = f"metadata.labels['{indexes.ANNOTATION}']"
        variables.append({"name": _INDEX_VARIABLE, "valueFrom": {"fieldRef": {"fieldPath": path}}})
