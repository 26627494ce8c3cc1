"""A Service selects no pods.

It has an address and no endpoints: every connection to it is refused.

Fix: make the selector match the labels of a pod template in the same namespace.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.doubt import of_no_pods
from kplan.lint.podselection import map_selector
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report selectors that match no pod template of the namespace; Services without one are served by others."""
    selector = map_selector(subject.spec.get("selector"))
    if selector is None or subject.spec.get("type") == "ExternalName" or subject.world.is_alone(subject):
        return
    if not subject.world.selection.selected(subject.namespace, selector):
        doubt = of_no_pods(subject, selector)
        path = FieldPath.of("spec", "selector")
        message = f"no pod in namespace {subject.namespace!r} has the labels {selector}"
        yield Finding(path, message, at_key=True, unknown=doubt)


RULE = Rule(
    code="LBL002",
    name="service-selects-nothing",
    severity=Severity.WARNING,
    kinds=frozenset({"Service"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:dangling-service",
        "kube-score:service-targets-pod",
        "kubevious:service-selector-ref",
    ),
    good=(
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
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
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: www}
spec:
  replicas: 3
  selector: {matchLabels: {app: www}}
  template:
    metadata: {labels: {app: www}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/",),
)
