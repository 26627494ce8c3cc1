"""Which PodDisruptionBudgets protect nothing any more, because their pods are gone or have other labels.

- ``protects-no-pod``: its selector chooses no pod of any workload now, so that drains evict as many pods at once as they like.

Upstream: pkg/controller/disruption/disruption.go (getPodsForPdb)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, World
from kplan.plan.inventory import Inventory, selector_of
from kplan.plan.reading import fields
from kplan.selectors.labels import Selector


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the budgets that chose the pods of a workload which is deleted or gives its pods other labels."""
    before, after = (_labels(value) for value in (world.before(change), world.after(change)))
    if change.action is Action.REFUSED or not before or before == after:
        return
    namespace = change.object.namespace
    for budget in world.final.list("policy", "PodDisruptionBudget", namespace):
        selector = selector_of(fields(budget, "spec").get("selector"))
        if selector is None or not selector.matches(before) or world.final.key_of(budget) not in world.prior:
            continue
        if not _chosen(selector, namespace, world):
            why = f"its selector chose those of {change.object.title}"
            yield Consequence("protects-no-pod", Identity.of(budget), f"protects no pod any more: {why}")


def _chosen(selector: Selector, namespace: str, world: World) -> bool:
    """Whether a selector chooses any pod, also one of a controller of another kind."""
    inventory = Inventory.of(world.final)
    others = (pod for pods in inventory.pods_of_others(namespace).values() for pod in pods)
    return bool(inventory.selected(namespace, selector)) or any(
        selector.matches(labels_of(pod)) for pod in others
    )


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
