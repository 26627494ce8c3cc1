"""Two PodDisruptionBudgets select the same pods.

The API server refuses to evict a pod that has more than one budget, so a drain of its node never ends.

Fix: delete one of the budgets, or make their selectors choose different pods.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from kplan.api.metadata import labels_of
from kplan.api.object import Object
from kplan.plan.inventory import Inventory, selector_of
from kplan.plan.reading import fields
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.selectors.labels import Selector
from kplan.sentences import counted, listed
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask which budgets select the pods of each workload."""
    del changes
    store = outcome.final
    budgets = [Object(one) for one in store.list("policy", "PodDisruptionBudget")]
    several = Counter(one.namespace for one in budgets)
    if not several or max(several.values()) < 2:
        return
    found = _selected([one for one in budgets if several[one.namespace] > 1], store)
    bare = defaultdict[tuple[str, ...], list[Identity]](list)
    for one, names in found.items():
        if one.kind == "Pod" and len(names) > 1:
            bare[one.namespace, *names].append(one)
        elif len(names) > 1:
            message = f"no pod of it can be evicted, for {len(names)} budgets select them: {listed(names)}"
            yield Found(one, message, extent=len(names))
    for (_, *names), pods in bare.items():
        yield _of_bare_pods(pods, names)


def _selected(budgets: Sequence[Object], store: Store) -> dict[Identity, list[str]]:
    """The budgets of each workload: by its template, or if nobody knows one, by its pods."""
    inventory, found = Inventory.of(store), defaultdict[Identity, list[str]](list)
    others = {one: inventory.pods_of_others(one) for one in dict.fromkeys(one.namespace for one in budgets)}

    @cache  # a thousand budgets may select the same pods
    def chosen(namespace: str, selector: Selector) -> Sequence[Identity]:
        known = [workload.object for workload in inventory.selected(namespace, selector)]
        pods_of = others[namespace].items()
        return known + [one for one, pods in pods_of if any(selector.matches(labels_of(pod)) for pod in pods)]

    for budget in budgets:
        selector = selector_of(fields(budget.value, "spec").get("selector"))
        name = budget.name
        for one in chosen(budget.namespace, selector) if selector is not None else ():
            found[one].append(name)
    return found


def _of_bare_pods(pods: Sequence[Identity], names: Sequence[str]) -> Found:
    """What the same budgets do to pods without a controller, reported for the first of them."""
    others = f", nor can {counted(len(pods) - 1, 'other pod')}" if len(pods) > 1 else ""
    them = "them" if others else "it"
    message = f"cannot be evicted{others}, for {len(names)} budgets select {them}: {listed(names)}"
    return Found(pods[0], message, extent=len(names) * len(pods))


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
