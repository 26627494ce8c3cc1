"""A Job fails.

What it was to do is not done or done by half, and nobody tries again: ``kubectl wait --for=condition=complete`` would
not return. A CronJob tries again when its next Job is due.

Fix: see why its pods fail, which its exit codes and logs say; then delete the Job and apply it again, or allow more
attempts (``backoffLimit``) or more time (``activeDeadlineSeconds``).
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.plan.effect import JobEffect, JobOutcome
from kplan.plan.effects.jobs import job_end
from kplan.plan.obstacle import why_failed
from kplan.plan.owned import pods_of
from kplan.plan.reading import text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Jobs that are there in the end, and at those that are deleted after they failed."""
    there = set()
    for value in outcome.final.list("batch", "Job"):
        ended = job_end(value)
        if ended and ended.outcome is JobOutcome.FAILED:
            there.add(ended.job)
            yield _found(workload_of(value, outcome.final), ended, _last_failure(value, outcome.final))
    for planned in changes:
        for ended in planned.effects.jobs:
            if ended.outcome is JobOutcome.FAILED and ended.job not in there:
                yield _found(planned.change.object, ended)


def _last_failure(job: Json, store: Store) -> str:
    """Why the last of its pods failed that are still there."""
    failed = [pod.value for pod in pods_of(job, store) if text(pod.value, "status", "phase") == "Failed"]
    last = max(failed, key=lambda pod: text(pod, "metadata", "creationTimestamp"), default=None)
    return "" if last is None else f"; its last pod: {why_failed(last)}"


def _found(about: Identity, ended: JobEffect, last: str = "") -> Found:
    pods = f"{ended.pods_failed} pod{'s' if ended.pods_failed != 1 else ''}"
    what = "fails" if about == ended.job else f"runs a Job that fails, {ended.job.name},"
    return Found(about, f"{what} after {pods}: {ended.reason}{last}")


_JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: registry.example.com/migrate:1}]
"""

RISK = Risk(
    code="PLN006",
    name="failing-job",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior="", applied=_JOB, scenario="images: [{image: '*/migrate:1', fate: fails}]"),
    safe=Example(prior="", applied=_JOB, scenario="images: [{image: '*/migrate:1', fate: succeeds}]"),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",),
)
