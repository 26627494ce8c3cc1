"""A CronJob does not say how late it may start.

After a longer outage of the control plane all starts that were missed count: beyond 100 the CronJob never starts again.

Fix: set ``startingDeadlineSeconds``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report CronJobs without a deadline."""
    if subject.spec.get("startingDeadlineSeconds") is None:
        path = FieldPath.of("spec", "startingDeadlineSeconds")
        fix = unsafe("let it start up to five minutes late", put(path, 300))
        yield Finding(path, "the CronJob does not say how late it may start", at_key=True, fix=fix)


RULE = Rule(
    code="JOB001",
    name="no-starting-deadline",
    severity=Severity.INFO,
    kinds=frozenset({"CronJob.batch"}),
    check=check,
    preset=STRICT,
    aliases=("kube-score:cronjob-has-deadline", "datree:CRONJOB_MISSING_STARTINGDEADLINESECOND_KEY"),
    good=(
        """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '@daily'
  startingDeadlineSeconds: 300
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
""",
    ),
    bad=(
        """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '@daily'
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",),
    fixes=(Safety.UNSAFE,),
)
