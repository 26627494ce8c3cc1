"""An autoscaler may leave two pods.

While one of two is replaced, a single failure stops the service.

Fix: set ``minReplicas`` to 3 or more.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import ON_REQUEST, Finding, Option, Rule, Subject, Takes

LEAST: Final = Option("AVL010.least", Takes.NUMBER, 3, "How many pods an autoscaler has to leave.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report autoscalers with a minimum of two, or of another number below the least."""
    fewest, most, least = (
        subject.spec.get("minReplicas"),
        subject.spec.get("maxReplicas"),
        subject.option(LEAST),
    )
    if isinstance(fewest, int) and 1 < fewest < least:
        path, number = FieldPath.of("spec", "minReplicas"), "two" if fewest == 2 else fewest
        fix = (
            unsafe(f"keep {least} pods", put(path, least)) if isinstance(most, int) and most > least else None
        )
        yield Finding(path, f"the autoscaler may leave {number} pods", fix=fix)


RULE = Rule(
    code="AVL010",
    name="autoscaler-of-two",
    severity=Severity.INFO,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    options=(LEAST,),
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
    fixes=(Safety.UNSAFE,),
)
