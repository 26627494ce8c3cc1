"""An autoscaler may leave one pod.

In quiet hours a single restart, eviction or node drain is an outage.

Fix: set ``minReplicas`` to 2 or more.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report autoscalers with a minimum of one, which is the default."""
    least, most = subject.spec.get("minReplicas", 1), subject.spec.get("maxReplicas")
    if least in (None, 1) and most != 1:
        path = FieldPath.of("spec", "minReplicas")
        fix = unsafe("keep two pods", put(path, 2)) if isinstance(most, int) and most > 2 else None
        yield Finding(path, "the autoscaler may leave one pod", at_key=True, fix=fix)


RULE = Rule(
    code="AVL009",
    name="autoscaler-of-one",
    severity=Severity.INFO,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    preset=STRICT,
    aliases=(
        "kube-score:horizontalpodautoscaler-replicas",
        "polaris:hpaMinAvailability",
        "kube-linter:hpa-minimum-three-replicas",
    ),
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
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
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
