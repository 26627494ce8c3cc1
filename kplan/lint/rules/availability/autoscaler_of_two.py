"""An autoscaler may leave two pods.

While one of two is replaced, a single failure stops the service.

Fix: set ``minReplicas`` to 3 or more.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report autoscalers with a minimum of two."""
    if subject.spec.get("minReplicas") == 2:
        yield Finding(FieldPath.of("spec", "minReplicas"), "the autoscaler may leave two pods")


RULE = Rule(
    code="AVL010",
    name="autoscaler-of-two",
    severity=Severity.INFO,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:hpa-minimum-three-replicas",),
    good=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
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
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
