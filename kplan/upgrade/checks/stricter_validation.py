"""The API server refuses what it took before the upgrade.

Objects that are stored already stay; applying the same manifest to another cluster, or creating the object anew, fails.

Fix: write the value as the newer release wants it; older ones take that as well.
"""

from collections.abc import Iterator

from kplan.schema.changes.upgrades import Effect
from kplan.schema.structural import MismatchType
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.conditions import problems
from kplan.upgrade.mismatching import new_mismatches
from kplan.upgrade.refusals import new_refusals


def check(subject: Subject) -> Iterator[Problem]:
    """Look for values that only the release before takes."""
    found = [*problems(subject, Effect.REFUSED), *_mistyped(subject)]
    yield from found
    told = {str(one.path) for one in found}
    for said in new_refusals(subject):
        if str(said.path) not in told:
            yield Problem(said.path, f"Kubernetes {subject.target.version} refuses it: {said.message}")


def _mistyped(subject: Subject) -> Iterator[Problem]:
    for one in new_mismatches(subject):
        if one.type is not MismatchType.UNKNOWN:
            yield Problem(
                one.path, f"Kubernetes {subject.target.version} does not accept {one.path} as it is"
            )


_CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "%s0 3 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
"""
_SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db, imagePullPolicy: %s}]}
"""
_POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: office}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: %s}}]}]}
"""

CHECK = Check(
    code="UPG004",
    name="stricter-validation",
    severity=Severity.ERROR,
    check=check,
    affected=(
        Example(_CRON_JOB % "TZ=Europe/Rome ", 28, 29),
        Example(_POLICY % "192.0.2.7/24", 35, 36),
        Example(_SET % "Sometimes", 33, 36),
    ),
    unaffected=(
        Example(_CRON_JOB % "", 28, 29),
        Example(_CRON_JOB % "TZ=Europe/Rome ", 29, 30),
        Example(_POLICY % "192.0.2.0/24", 35, 36),
        Example(_SET % "Always", 33, 36),
        Example(_SET % "Sometimes", 35, 36),
    ),
)
