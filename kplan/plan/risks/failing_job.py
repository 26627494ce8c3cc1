"""A Job fails.

What it was to do is not done or done by half, and nobody tries again: ``kubectl wait --for=condition=complete`` would not
return. A CronJob tries again when its next Job is due.

Fix: see why its pods fail, which its exit codes and logs say; then delete the Job and apply it again, or allow more
attempts (``backoffLimit``) or more time (``activeDeadlineSeconds``).
"""

from collections.abc import Iterator, Sequence

from kplan.plan.effect import JobEffect, JobOutcome
from kplan.plan.effects.jobs import job_end
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the Jobs that are there in the end, and at those that are deleted after they failed."""
    there = set()
    for value in outcome.final.list("batch", "Job"):
        ended = job_end(value)
        if ended and ended.outcome is JobOutcome.FAILED:
            there.add(ended.job)
            yield _found(workload_of(value, outcome.final), ended)
    for planned in changes:
        for ended in planned.effects.jobs:
            if ended.outcome is JobOutcome.FAILED and ended.job not in there:
                yield _found(planned.change.object, ended)


def _found(about: Identity, ended: JobEffect) -> Found:
    pods = f"{ended.pods_failed} pod{'s' if ended.pods_failed != 1 else ''}"
    what = "fails" if about == ended.job else f"runs a Job that fails, {ended.job.name},"
    return Found(about, f"{what} after {pods}: {ended.reason}")


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
