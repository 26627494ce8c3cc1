"""A workload with several replicas has no PodDisruptionBudget.

A drain may evict all of its pods at the same moment.

Fix: add a PodDisruptionBudget with ``maxUnavailable: 1`` that selects the pods.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.selectorindex import budgets


def check(subject: Subject) -> Iterator[Finding]:
    """Report replicated workloads that no budget of the namespace selects."""
    replicas = subject.fewest_replicas()
    if replicas is None or replicas < 2:
        return
    if budgets(subject.world).of(subject):
        return
    message = f"no PodDisruptionBudget protects the {replicas} replicas"
    yield Finding(FieldPath.of("spec", "replicas"), message, at_key=True)


RULE = Rule(
    code="AVL003",
    name="missing-budget",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps", "StatefulSet.apps"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-score:deployment-has-poddisruptionbudget",
        "kube-score:statefulset-has-poddisruptionbudget",
        "polaris:missingPodDisruptionBudget",
    ),
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
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
    references=("https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",),
)
