"""A Deployment that no Service selects runs one pod.

While the pod is replaced or its node is down, nobody does its work.

Fix: set ``replicas`` to 2 or more where the program can share its work or elect a leader.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.metricsservices import is_for_metrics
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report Deployments with one replica that no autoscaler scales;
    those behind Services for more than metrics are another rule's.
    """
    scaled = (subject.kind, subject.namespace, subject.name) in subject.world.autoscalers
    counted = subject.spec.get("replicas", 1) == 1 and not scaled and not subject.is_lent
    if counted and all(map(is_for_metrics, subject.world.selection.serving(subject))):
        message = f"the {subject.object.gvk.kind} runs one pod"
        yield Finding(FieldPath.of("spec", "replicas"), message, at_key=True)


RULE = Rule(
    code="AVL007",
    name="one-replica",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=(
        "polaris:deploymentMissingReplicas",
        "kube-linter:minimum-three-replicas",
        "datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE",
    ),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
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
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",),
)
