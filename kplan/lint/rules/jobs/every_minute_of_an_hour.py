"""A CronJob starts a Job every minute of some hours.

The hours are chosen, and the minute is ``*``: ``* 3 * * *`` is sixty Jobs, not one at three.

Fix: write the minute, as in ``0 3 * * *``; keep a range of hours, as in ``* 9-17 * * *``, where every minute is meant.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import Finding, Rule, Subject

_EVERY: Final = frozenset({"*", "?", "*/1"})
_PATH: Final = FieldPath.of("spec", "schedule")


def check(subject: Subject) -> Iterator[Finding]:
    """Report schedules with every minute and not every hour, but for ranges of hours, which somebody watches."""
    schedule = text(subject.spec, "schedule")
    zone, fields = _split(schedule)
    if len(fields) != 5 or fields[0] not in _EVERY or fields[1] in _EVERY:
        return
    hours = fields[1]
    if "-" in hours and "/" not in hours:
        return
    which = f"hour {hours}" if hours.isdigit() else "the hours it names"
    message = f"the schedule {schedule!r} starts a Job every minute of {which}"
    once = " ".join([*zone, "0", *fields[1:]])
    yield Finding(_PATH, message, fix=unsafe("start one Job an hour", put(_PATH, once)))


def _split(schedule: str) -> tuple[list[str], list[str]]:
    """The time zone, if the schedule names one, and the fields."""
    fields = schedule.split()
    zones = int(bool(fields) and fields[0].startswith(("TZ=", "CRON_TZ=")))
    return fields[:zones], fields[zones:]


_CRON_JOB: Final = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '%s'
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
"""

RULE = Rule(
    code="JOB005",
    name="every-minute-of-an-hour",
    severity=Severity.WARNING,
    kinds=frozenset({"CronJob.batch"}),
    check=check,
    good=(_CRON_JOB % "0 3 * * *", _CRON_JOB % "* * * * *", _CRON_JOB % "* 9-17 * * 1-5"),
    bad=(_CRON_JOB % "* 3 * * *", _CRON_JOB % "* */6 * * *"),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",),
    fixes=(Safety.UNSAFE,),
)
