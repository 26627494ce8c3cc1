"""One sync of a Job: its spec, and the pods it has so far.

Upstream: pkg/controller/job/job_controller.go (syncJob)
"""

from collections.abc import Collection, Iterable
from copy import deepcopy

from kplan.api import conditions
from kplan.api.jobs import uncounted_of
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_active, is_ready, is_terminal, is_terminating, phase
from kplan.controllers.job import backoff, indexes, policies
from kplan.controllers.job.pods import total_failures, tracked
from kplan.simulation.clock import SECOND, Instant, rfc3339
from kplan.simulation.reconciler import Context

FAILURE_TARGET, SUCCESS_CRITERIA = "FailureTarget", "SuccessCriteriaMet"
BATCH_PERIOD: Instant = SECOND


class Sync:
    """A Job under reconciliation."""

    def __init__(self, context: Context, job: Json, pods: list[Json], record: backoff.Record) -> None:
        self.context, self.job, self.pods = context, job, pods
        self.status: Json = deepcopy(status_of(job))
        self.status.setdefault("uncountedTerminatedPods", {})
        self.active = [pod for pod in pods if is_active(pod)]
        self.active_count = len(self.active)
        self.ready = sum(map(is_ready, self.active))
        self.terminating = sum(is_terminating(pod) and not is_terminal(pod) for pod in pods)
        done = [pod for pod in self.to_count(self.uncounted("succeeded")) if phase(pod) == "Succeeded"]
        lost = [pod for pod in self.to_count(self.uncounted("failed")) if self.is_failed(pod)]
        self.succeeded = self._number("succeeded") + len(done) + len(self.uncounted("succeeded"))
        counted = sum(policies.judge(job, pod).counts for pod in lost)
        self.failed = self._number("failed") + counted + len(self.uncounted("failed"))
        self.record = record.after(done, lost)
        self.succeeded_indexes: frozenset[int] = frozenset()
        self.counted_indexes: frozenset[int] = frozenset()
        self.failed_indexes: frozenset[int] | None = None
        self.delayed: dict[int, Json] = {}
        """Failed pods whose index waits for its next one."""
        self.finished: Json | None = None
        """The condition by which the Job ends."""
        self.wait: Instant | None = None

    @property
    def spec(self) -> Json:
        """The Job's spec."""
        spec: Json = self.job["spec"]
        return spec

    @property
    def is_endless(self) -> bool:
        """Whether it waits to start one more pod of very many that may fail, and no deadline ends that."""
        if self.spec.get("activeDeadlineSeconds") is not None:
            return False
        if self.active:
            return False
        if self.per_index:  # each index counts for itself
            fewest = min((total_failures(pod) + 1 for pod in self.delayed.values()), default=0)
            return backoff.Record(fewest).is_endless(int(self.spec["backoffLimitPerIndex"]) - fewest)
        return self.record.is_endless(int(self.spec.get("backoffLimit", 6)) - self.failed)

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
        """spec.completions, 0 if there are none."""
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

    def to_count(self, excluded: Collection[str]) -> Iterable[Json]:
        """The pods that are still to be counted."""
        for pod in self.pods:
            if not tracked(pod) or pod["metadata"]["uid"] in excluded:
                continue
            if not self.indexed or 0 <= indexes.index_of(pod) < self.completions:
                yield pod


def condition(kind: str, reason: str, message: str, now: Instant, status: str = "True") -> Json:
    """A Job condition that changes now."""
    stamp = rfc3339(now)
    return {
        "type": kind, "status": status, "lastProbeTime": stamp, "lastTransitionTime": stamp,
        "reason": reason, "message": message,
    }  # fmt: skip
