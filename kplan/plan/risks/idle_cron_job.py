"""A CronJob never runs.

No date fits its schedule, it is suspended, or a start is skipped before the controller looks.

Fix: correct the schedule, set ``suspend: false``, or give ``startingDeadlineSeconds`` at least 10 seconds.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from kplan.api.cron import ScheduleError, parse_schedule
from kplan.api.object import Json
from kplan.plan.reading import fields, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.simulation.clock import as_datetime

_LOOKS_EVERY: Final = 10
"""Seconds between two looks of the controller at a schedule."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at all CronJobs."""
    del changes
    now = as_datetime(outcome.ended)
    for value in outcome.final.list("batch", "CronJob"):
        deadline = number(value, "spec", "startingDeadlineSeconds", default=_LOOKS_EVERY)
        if fields(value, "spec").get("suspend"):
            yield Found(Identity.of(value), "is suspended: no Job is started", severity=Severity.INFO)
        elif not _has_next(value, now):
            schedule = text(value, "spec", "schedule")
            yield Found(Identity.of(value), f"never runs: no date fits schedule '{schedule}'")
        elif deadline < _LOOKS_EVERY:
            message = (
                f"may skip every run: startingDeadlineSeconds is {deadline}, and the controller looks every"
            )
            yield Found(Identity.of(value), f"{message} {_LOOKS_EVERY} seconds")


def _has_next(cron_job: Json, now: datetime) -> bool:
    try:
        return parse_schedule(text(cron_job, "spec", "schedule")).next(now) is not None
    except ScheduleError:
        return False


_CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 0 %s 2 *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: report, image: "registry.example.com/report:1"}]}
"""

RISK = Risk(
    code="PLN031",
    name="idle-cron-job",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior="", applied=_CRON_JOB % 30),
    safe=Example(prior="", applied=_CRON_JOB % 28),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",),
)
