"""A NetworkPolicy selects no pods.

The pods it is meant to protect stay open to all traffic.

Fix: make ``podSelector`` match the labels of a pod template in the same namespace.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.doubt import of_no_pods
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report policies whose podSelector matches no pod template of the namespace."""
    selector = label_selector(subject.spec.get("podSelector") or {})
    if selector is None or selector.empty or subject.world.is_alone(subject):
        return
    if not subject.world.selection.selected(subject.namespace, selector):
        doubt = of_no_pods(subject, selector)
        path = FieldPath.of("spec", "podSelector")
        message = f"no pod in namespace {subject.namespace!r} matches {selector}"
        yield Finding(path, message, at_key=True, unknown=doubt)


RULE = Rule(
    code="LBL004",
    name="policy-selects-nothing",
    severity=Severity.WARNING,
    kinds=frozenset({"NetworkPolicy.networking.k8s.io"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:dangling-networkpolicy",
        "kube-score:networkpolicy-targets-pod",
        "kubevious:network-policy-pod-selector-ref",
    ),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}}
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: www}}}
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
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
)
