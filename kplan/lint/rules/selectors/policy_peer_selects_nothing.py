"""A NetworkPolicy allows traffic with pods that do not exist.

The pods that were meant cannot connect, which shows as time-outs.

Fix: make the peer's ``podSelector`` match the labels of a pod template in the same namespace.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.doubt import of_no_pods
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject

_NAME: Final = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace."""
_SIDES: Final = (("ingress", "from"), ("egress", "to"))


def check(subject: Subject) -> Iterator[Finding]:
    """Report peers whose selector matches no pod template of their namespace:
    the policy's own, or one that is named.
    """
    if subject.world.is_alone(subject):
        return
    for path, peer in _peers(subject):
        selector = label_selector(peer.get("podSelector"))
        namespace = _namespace_of(peer, subject)
        if not namespace or "podSelector" not in peer or selector is None or selector.empty:
            continue
        if not subject.world.selection.selected(namespace, selector):
            message = f"no pod in namespace {namespace!r} matches {selector}"
            yield Finding(path / "podSelector", message, at_key=True, unknown=of_no_pods(subject, selector))


def _namespace_of(peer: Mapping[str, Any], subject: Subject) -> str:
    """The namespace whose pods a peer means, if it means the policy's own;
    empty otherwise, for other pods stand elsewhere.
    """
    if "namespaceSelector" not in peer:
        return subject.namespace
    wanted = peer["namespaceSelector"]
    return subject.namespace if wanted == {"matchLabels": {_NAME: subject.namespace}} else ""


def _peers(subject: Subject) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """The peers of all that the policy allows, each with its place."""
    for side, field in _SIDES:
        for index, allowed in items(subject.spec, side):
            for number, peer in items(allowed, field):
                yield FieldPath.of("spec", side, index, field, number), peer


RULE = Rule(
    code="LBL005",
    name="policy-peer-selects-nothing",
    severity=Severity.WARNING,
    kinds=frozenset({"NetworkPolicy.networking.k8s.io"}),
    check=check,
    looks_around=True,
    aliases=("kube-linter:dangling-networkpolicypeer-podselector",),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
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
spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}, podSelector: {matchLabels: {app: webs}}}]}]}
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
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: www}}}]}]}
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
