"""A CronJob runs on days of the month and on days of the week, not on those that are both.

``0 3 1-7 * 1`` is not the first Monday of a month: it is the first seven days, and every Monday.

Fix: leave one of the two fields ``*``, and let the Job itself look whether the other fits.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject

_ANY: Final = ("*", "?")
"""How a field begins that allows every day; ``*/2`` counts as one of these too, and then both fields have to fit."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report schedules that restrict both: of such a schedule each field is enough."""
    schedule = text(subject.spec, "schedule")
    fields = schedule.split()[-5:]
    if len(fields) < 5 or fields[2].startswith(_ANY) or fields[4].startswith(_ANY):
        return
    days, weekdays = fields[2], fields[4]
    message = f"the schedule {schedule!r} is for days {days} of the month and also for every weekday {weekdays}, whatever its date"
    yield Finding(FieldPath.of("spec", "schedule"), message)


_CRON_JOB: Final = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '0 3 %s'
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
"""

RULE = Rule(
    code="JOB006",
    name="either-day",
    severity=Severity.WARNING,
    kinds=frozenset({"CronJob.batch"}),
    check=check,
    good=(_CRON_JOB % "1 * *", _CRON_JOB % "* * 1", _CRON_JOB % "*/2 * 1"),
    bad=(_CRON_JOB % "1-7 * 1",),
    references=("https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format",),
)
