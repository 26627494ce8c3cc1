"""A Deployment behind a Service runs one pod.

Every restart, eviction and node drain is an outage.

Fix: set ``replicas`` to 2 or more, or let a HorizontalPodAutoscaler with ``minReplicas: 2`` do it.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report served Deployments with one replica that no autoscaler scales."""
    scaled = (subject.kind, subject.namespace, subject.name) in subject.world.autoscalers
    if subject.spec.get("replicas", 1) != 1 or scaled:
        return
    for service in subject.world.serving(subject)[:1]:
        path = FieldPath.of("spec", "replicas")
        yield Finding(path, f"Service {service.name!r} has one pod to send requests to", at_key=True)


RULE = Rule(
    code="AVL001",
    name="single-replica",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
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
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",),
)
