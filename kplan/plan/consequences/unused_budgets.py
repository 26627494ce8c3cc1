"""Which PodDisruptionBudgets protect nothing any more, because their pods are gone or have other labels.

- ``protects-no-pod``: its selector chooses no pod of any workload now, so that drains evict as many pods at once as
  they like.

Upstream: pkg/controller/disruption/disruption.go (getPodsForPdb)
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, World
from kplan.plan.inventory import Inventory, selector_of
from kplan.plan.reading import fields
from kplan.selectors.labels import Selector

_Place = tuple[str, tuple[str, str] | None]
"""A namespace, and a label that is asked for there, if one is."""
_Unused = Mapping[_Place, Sequence[tuple[Selector, Json]]]


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the budgets that chose the pods of a workload which is deleted or gives its pods other labels."""
    before, after = (_labels(value) for value in (world.before(change), world.after(change)))
    if change.action is Action.REFUSED or not before or before == after:
        return
    unused = world.once(_unused)
    for label in (None, *before.items()):
        for selector, budget in unused.get((change.object.namespace, label), ()):
            if selector.matches(before):
                why = f"its selector chose those of {change.object.title}"
                yield Consequence("protects-no-pod", Identity.of(budget), f"protects no pod any more: {why}")


def _unused(world: World) -> _Unused:
    """The budgets that were there before and choose no pod now."""
    found: defaultdict[_Place, list[tuple[Selector, Json]]] = defaultdict(list)
    inventory = Inventory.of(world.final)
    others = cache(lambda namespace: _labels_of_others(inventory, namespace))
    for budget in world.final.list("policy", "PodDisruptionBudget"):
        selector, namespace = selector_of(fields(budget, "spec").get("selector")), namespace_of(budget)
        if selector is None or world.final.key_of(budget) not in world.prior:
            continue
        if not inventory.selected(namespace, selector) and not any(map(selector.matches, others(namespace))):
            found[namespace, next(iter(selector.exact), None)].append((selector, budget))
    return found


def _labels_of_others(inventory: Inventory, namespace: str) -> Sequence[Mapping[str, str]]:
    """Those of the pods that a controller of another kind made."""
    return [labels_of(pod) for pods in inventory.pods_of_others(namespace).values() for pod in pods]


def _labels(workload: Json | None) -> Json:
    """The labels of a workload's pods, or of a pod itself."""
    if workload is None:
        return {}
    template = fields(workload, "spec", "template")
    return fields(template or workload, "metadata", "labels")


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
"""
_BUDGET: Final = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
"""
_OTHERS: Final = """
apiVersion: v1
kind: Pod
metadata:
  name: other
  labels: {app: web}
  ownerReferences: [{apiVersion: example.com/v1, kind: Rollout, name: web, uid: "1", controller: true}]
spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
"""
_WEB, _SITE = (_DEPLOYMENT % (name, name, name) for name in ("web", "site"))

FINDER = Finder(
    kinds=frozenset(
        {
            "Deployment.apps",
            "StatefulSet.apps",
            "ReplicaSet.apps",
            "DaemonSet.apps",
            "Pod",
            "ReplicationController",
        }
    ),
    find=find,
    examples=(
        Example(_WEB + _BUDGET, _SITE, _WEB, finds=("protects-no-pod",)),
        Example(_WEB + _DEPLOYMENT % ("other", "web", "web") + _BUDGET, deleted=_WEB),
        Example(_WEB + _OTHERS + _BUDGET, deleted=_WEB),
        Example(_WEB, _SITE + _BUDGET, _WEB),
        Example(_SITE + _BUDGET, deleted=_SITE),
    ),
)
