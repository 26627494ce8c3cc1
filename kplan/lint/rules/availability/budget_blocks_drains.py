"""A PodDisruptionBudget never allows an eviction.

A node with such a pod cannot be drained, so upgrades stop there until somebody changes the budget.

Fix: allow at least one disruption, and run more replicas than must stay available.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import REPLICATED, Finding, Rule, Subject
from kplan.lint.world import label_selector


def check(subject: Subject) -> Iterator[Finding]:
    """Report budgets that allow no disruption for any number of pods, or for the replicas that are given."""
    least, most = subject.spec.get("minAvailable"), subject.spec.get("maxUnavailable")
    if most in (0, "0%"):
        yield Finding(FieldPath.of("spec", "maxUnavailable"), f"maxUnavailable {most} allows no eviction")
    path = FieldPath.of("spec", "minAvailable")
    if least == "100%":
        yield Finding(path, "minAvailable 100% allows no eviction")
    elif isinstance(least, int) and not isinstance(least, bool) and least > 0:
        selector = label_selector(subject.spec.get("selector"))
        for workload in subject.world.selected(subject.namespace, selector) if selector else ():
            replicas = workload.spec.get("replicas", 1) if workload.kind in REPLICATED else None
            if isinstance(replicas, int) and 0 < replicas <= least:
                message = (
                    f"minAvailable {least} allows no eviction: {workload.name!r} has {replicas} replicas"
                )
                yield Finding(path, message, related=((workload, FieldPath.of("spec", "replicas")),))


RULE = Rule(
    code="AVL002",
    name="budget-blocks-drains",
    severity=Severity.WARNING,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
""",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
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
    references=("https://kubernetes.io/docs/tasks/run-application/configure-pdb/",),
)
