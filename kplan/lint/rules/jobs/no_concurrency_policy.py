"""A CronJob does not say whether its Jobs may run side by side.

By default the next Job starts although the last one still runs, which few programs are made for.

Fix: set ``concurrencyPolicy``: Forbid, Replace or, if it is meant, Allow.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report CronJobs without a policy."""
    if subject.spec.get("concurrencyPolicy") is None:
        path = FieldPath.of("spec", "concurrencyPolicy")
        fix = unsafe("forbid Jobs side by side", put(path, "Forbid"))
        yield Finding(path, "Jobs of the CronJob may run side by side", at_key=True, fix=fix)


RULE = Rule(
    code="JOB003",
    name="no-concurrency-policy",
    severity=Severity.INFO,
    kinds=frozenset({"CronJob.batch"}),
    check=check,
    preset=STRICT,
    aliases=("datree:CRONJOB_MISSING_CONCURRENCYPOLICY_KEY",),
    good=(
        """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '@daily'
  concurrencyPolicy: Forbid
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
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy",),
    fixes=(Safety.UNSAFE,),
)
