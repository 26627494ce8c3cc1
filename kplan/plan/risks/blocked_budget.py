"""A PodDisruptionBudget allows no eviction.

A drain of the nodes that its pods run on waits for ever, and so does an upgrade of the cluster.

Fix: run more replicas than ``minAvailable`` requires, or allow one disruption (``maxUnavailable: 1``); where pods are
not ready, make them ready. For pods without a controller, give ``minAvailable`` a number: there is no size to take
``maxUnavailable`` or a percentage of.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.plan.reading import number
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity

_NUMBERS: Final = ("disruptionsAllowed", "expectedPods", "currentHealthy", "desiredHealthy")
_UNMANAGED: Final = "maxUnavailable and percentages count the pods of controllers, and its pods have none (use a number in minAvailable)"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the budgets that have pods."""
    del changes
    for value in outcome.final.list("policy", "PodDisruptionBudget"):
        allowed, expected, healthy, required = (number(value, "status", name) for name in _NUMBERS)
        if not allowed and (expected or healthy):
            why = f"{healthy} healthy, {required} required" if expected else _UNMANAGED
            yield Found(Identity.of(value), f"allows no eviction: {why}", extent=required - healthy)


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""
_BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: %s, selector: {matchLabels: {app: web}}}
"""

RISK = Risk(
    code="PLN004",
    name="blocked-budget",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT, applied=_BUDGET % 2),
    safe=Example(prior=_DEPLOYMENT, applied=_BUDGET % 1),
    references=("https://kubernetes.io/docs/tasks/run-application/configure-pdb/",),
)
