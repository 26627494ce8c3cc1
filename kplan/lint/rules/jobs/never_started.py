"""No date fits the schedule of a CronJob.

The API server checks each field of a schedule by itself, and takes the 31st of February.

Fix: correct the day or the month of the schedule.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import MINIMAL, Finding, Rule, Subject

_FROM: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""Any year with a 29th of February: the next four years have every date that there is."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report schedules without any date; what is no schedule is the API server's to refuse."""
    schedule = text(subject.spec, "schedule")
    fields = schedule.split()
    if len(fields) != 5 or not fields[2].isdigit() or int(fields[2]) < 30:
        return  # every month has these days
    from kplan.api.cron import ScheduleError, parse_schedule  # noqa: PLC0415 - few schedules have the last days of a month

    try:
        is_never = parse_schedule(schedule).next(_FROM) is None
    except ScheduleError:
        return
    if is_never:
        yield Finding(
            FieldPath.of("spec", "schedule"), f"no date fits the schedule {schedule!r}: no Job is started"
        )


_CRON_JOB: Final = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '0 3 %s *'
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
"""

RULE = Rule(
    code="JOB004",
    name="never-started",
    severity=Severity.WARNING,
    kinds=frozenset({"CronJob.batch"}),
    check=check,
    preset=MINIMAL,
    good=(_CRON_JOB % "29 2", _CRON_JOB % "31 1,2"),
    bad=(_CRON_JOB % "30 2", _CRON_JOB % "31 4,6,9,11"),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",),
)
