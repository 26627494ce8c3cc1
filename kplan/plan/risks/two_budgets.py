"""Two PodDisruptionBudgets select the same pods.

The API server refuses to evict a pod that has more than one budget, so a drain of its node never ends.

Fix: delete one of the budgets, or make their selectors choose different pods.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.api.object import Object
from kplan.plan.inventory import Inventory, selector_of
from kplan.plan.reading import fields
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask which budgets select the pods of each workload."""
    del changes
    budgets = outcome.final.list("policy", "PodDisruptionBudget")
    if len(budgets) < 2:
        return
    inventory, found = Inventory.of(outcome.final), defaultdict[Identity, list[str]](list)
    for value in budgets:
        budget = Object(value)
        selector = selector_of(fields(value, "spec").get("selector"))
        for workload in inventory.selected(budget.namespace, selector):
            found[workload.object].append(budget.name)
    for one, names in found.items():
        if len(names) > 1:
            message = f"no pod of it can be evicted, for {len(names)} budgets select them: {listed(names)}"
            yield Found(one, message, extent=len(names))


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""
_BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: front}
spec: {maxUnavailable: 1, selector: {matchLabels: {tier: %s}}}
"""

RISK = Risk(
    code="PLN014",
    name="two-budgets",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT, applied=_BUDGET % "front"),
    safe=Example(prior=_DEPLOYMENT, applied=_BUDGET % "back"),
    references=("https://kubernetes.io/docs/tasks/run-application/configure-pdb/",),
)
