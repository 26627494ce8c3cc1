"""A Deployment runs two replicas.

While one is replaced, a single failure stops the service.

Fix: set ``replicas`` to 3 or more.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report Deployments with two replicas that no autoscaler scales."""
    scaled = (subject.kind, subject.namespace, subject.name) in subject.world.autoscalers
    if subject.spec.get("replicas") == 2 and not scaled:
        yield Finding(
            FieldPath.of("spec", "replicas"),
            "the Deployment runs two pods: one failure during an update stops it",
        )


RULE = Rule(
    code="AVL008",
    name="two-replicas",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    looks_around=True,
    preset=ON_REQUEST,
    aliases=("kube-linter:minimum-three-replicas",),
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
""",
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
    ),
    bad=(
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
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",),
)
