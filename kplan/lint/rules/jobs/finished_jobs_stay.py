"""Finished Jobs are kept for ever, or deleted before anybody sees them.

A Job of its own stays with its pods until somebody deletes it; a CronJob keeps its last Jobs itself, and
``ttlSecondsAfterFinished`` deletes those too.

Fix: set ``ttlSecondsAfterFinished`` on a Job, and history limits on a CronJob.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, remove, unsafe
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report Jobs of their own without a time to live, and Jobs of CronJobs with one."""
    field = "ttlSecondsAfterFinished"
    if subject.kind == "CronJob.batch":
        if mapping(subject.spec, "jobTemplate", "spec").get(field) is not None:
            path = FieldPath.of("spec", "jobTemplate", "spec", field)
            message = "Jobs are deleted before the CronJob's history limits count"
            yield Finding(path, message, at_key=True, fix=unsafe("remove the time to live", remove(path)))
    elif subject.spec.get(field) is None and not mapping(subject.value, "metadata").get("ownerReferences"):
        yield Finding(
            FieldPath.of("spec", field), "the Job is kept for ever when it has finished", at_key=True
        )


RULE = Rule(
    code="JOB002",
    name="finished-jobs-stay",
    severity=Severity.INFO,
    kinds=frozenset({"CronJob.batch", "Job.batch"}),
    check=check,
    preset=STRICT,
    aliases=("kube-linter:job-ttl-seconds-after-finished",),
    good=(
        """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  ttlSecondsAfterFinished: 60
  template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
""",
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
    bad=(
        """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
""",
        """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: '@daily'
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",),
    fixes=(Safety.UNSAFE,),
)
