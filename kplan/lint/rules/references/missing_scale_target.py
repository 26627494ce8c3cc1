"""A HorizontalPodAutoscaler scales a workload that is not defined in the input.

It does nothing and reports that only in its own conditions; the same where the target cannot be scaled, as a DaemonSet.

Fix: correct ``scaleTargetRef``: apiVersion, kind and name must all be the target's.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.references import Reference
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject

_NOT_SCALED: Final = frozenset({"DaemonSet.apps", "Job.batch", "CronJob.batch"})
_REFUSED_SINCE: Final = 34
"""The minor since which the API server itself refuses a target without a group."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report scale targets that the run does not hold, and those without a number of replicas."""
    for reference in subject.references:
        target = reference.target
        if f"{target.kind}.{target.group}" in _NOT_SCALED:
            path = FieldPath.of("spec", "scaleTargetRef", "kind")
            yield Finding(path, f"a {target.kind} cannot be scaled")
        elif target.group or target.kind == "ReplicationController" or subject.release < _REFUSED_SINCE:
            for one in absent(subject, reference):
                yield one._replace(help=_of_other_group(subject, reference) or one.help)


def _of_other_group(subject: Subject, reference: Reference) -> str:
    """What to write if the workload has another group than the one that is named:
    ``extensions`` was Deployments' once.
    """
    target = reference.target
    for one in subject.world.in_namespace[subject.namespace]:
        gvk = one.object.gvk
        if (gvk.kind, one.name) == (target.kind, target.name) and gvk.group != target.group:
            return f"write apiVersion: {gvk.api_version}"
    return ""


RULE = Rule(
    code="REF005",
    name="missing-scale-target",
    severity=Severity.WARNING,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:dangling-horizontalpodautoscaler",
        "kube-score:horizontalpodautoscaler-has-target",
        "kubevious:hpa-scale-target-ref",
    ),
    good=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: DaemonSet, name: web}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
""",
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
