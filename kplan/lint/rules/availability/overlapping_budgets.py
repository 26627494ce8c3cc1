"""Two PodDisruptionBudgets select the same pods.

The API server refuses to evict a pod that more than one budget selects, so its node cannot be drained.

Fix: keep one of the budgets, or make their selectors exclude each other.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near, distance
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import label_selector, nearest
from kplan.selectors.labels import Selector


def check(subject: Subject) -> Iterator[Finding]:
    """Report every budget after the first that selects pods of a workload."""
    selector = label_selector(subject.spec.get("selector"))
    chosen = nearest(subject, subject.world.selected(subject.namespace, selector) if selector else [])
    chosen.sort(key=lambda one: distance(subject, one))
    for other in subject.world.by_kind.get("PodDisruptionBudget.policy", ()):
        if other is subject:
            return
        if other.namespace != subject.namespace or other.name == subject.name:
            continue
        its = label_selector(other.spec.get("selector"))
        both = next((one for one in chosen if its and one.selected_by(its)), None)
        if both is not None:
            message = f"PodDisruptionBudget {other.name!r} selects the pods of {both.name!r} as well: none can be evicted"
            apart = "the two may never be applied together" if _is_apart(other, subject, both, its) else ""
            related = ((other, FieldPath.of("spec", "selector")),)
            yield Finding(
                FieldPath.of("spec", "selector"), message, at_key=True, related=related, unknown=apart
            )


def _is_apart(other: Subject, subject: Subject, workload: Subject, its: Selector | None) -> bool:
    """Whether the other budget belongs to another installation: it stands far away, or beside pods of its own."""
    if not are_near(other, subject):
        return True
    own = subject.world.selected(other.namespace, its) if its else ()
    return any(distance(other, one) < distance(other, workload) for one in own)


_PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: a, image: b}]}
"""
_BUDGET = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

RULE = Rule(
    code="AVL006",
    name="overlapping-budgets",
    severity=Severity.WARNING,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    looks_around=True,
    good=(
        _PODS + _BUDGET,
        _PODS + _BUDGET + _BUDGET.replace("name: web", "name: db").replace("app: web", "app: db"),
    ),
    bad=(_PODS + _BUDGET + _BUDGET.replace("name: web", "name: front").replace("app: web", "tier: front"),),
    references=("https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",),
)
