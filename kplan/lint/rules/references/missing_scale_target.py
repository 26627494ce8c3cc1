"""A HorizontalPodAutoscaler scales a workload that is not defined in the input.

It does nothing and reports that only in its own conditions.

Fix: correct ``scaleTargetRef``: apiVersion, kind and name must all be the target's.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report scale targets that the run does not hold."""
    for reference in subject.references:
        yield from absent(subject, reference)


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
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
""",
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
