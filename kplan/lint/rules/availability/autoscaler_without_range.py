"""An autoscaler has nothing to choose from.

With ``minReplicas`` equal to ``maxReplicas`` it only keeps a number that ``replicas`` would keep as well.

Fix: raise ``maxReplicas``, or remove the autoscaler.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject
from kplan.sentences import counted


def check(subject: Subject) -> Iterator[Finding]:
    """Report autoscalers whose minimum is their maximum; a maximum below the minimum is refused by the API server."""
    most = subject.spec.get("maxReplicas")
    if isinstance(most, int) and subject.spec.get("minReplicas", 1) == most:
        yield Finding(
            FieldPath.of("spec", "maxReplicas"), f"the autoscaler can only keep {counted(most, 'pod')}"
        )


RULE = Rule(
    code="AVL011",
    name="autoscaler-without-range",
    severity=Severity.WARNING,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    aliases=("polaris:hpaMaxAvailability",),
    good=(
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
    bad=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
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
