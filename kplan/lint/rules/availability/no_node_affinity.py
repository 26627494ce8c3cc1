"""A workload has no affinity for nodes.

It may land on nodes of any zone, size or hardware.

Fix: add ``affinity.nodeAffinity`` where the workload needs some nodes and not others.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.rule import ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods that choose their nodes neither by affinity nor by a node selector."""
    for path, pod in subject.pods():
        if pod and not mapping(pod, "affinity", "nodeAffinity") and not pod.get("nodeSelector"):
            yield Finding(path / "affinity", "the workload has no node affinity", at_key=True)


RULE = Rule(
    code="AVL013",
    name="no-node-affinity",
    severity=Severity.INFO,
    kinds=frozenset({"DaemonSet.apps", "Deployment.apps", "StatefulSet.apps"}),
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:no-node-affinity",),
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
    spec: {nodeSelector: {disk: ssd}, containers: [{name: a, image: b}]}
""",
    ),
    bad=(
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
    ),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",),
)
