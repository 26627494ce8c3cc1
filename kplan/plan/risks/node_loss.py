"""The loss of one node stops a workload, or leaves pods without a place.

Every pod of a workload runs on the same node, or the other nodes have less left than its pods request.

Fix: spread the pods over nodes (``topologySpreadConstraints``, anti-affinity), request less, or add a node. ``kplan nodes
--survival`` shows what every node would leave behind.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.podresources import CPU, MEMORY, PODS, Resources, parse_resources, pod_requests
from kplan.api.pods import is_active, node_of
from kplan.plan.inventory import Inventory
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.state.store import Store

_REPLICATED: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"})
_RESOURCES: Final = (CPU, MEMORY, PODS)
_UNITS: Final = {CPU: 1000, MEMORY: 1 << 30, PODS: 1}
_NAMES: Final = {CPU: "cpu", MEMORY: "Gi of memory", PODS: "pods"}


class _Use(NamedTuple):
    """A node that takes pods: what it has left, and what would have to move."""

    node: Json
    free: Resources
    moving: Resources


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at workloads on a single node, and at the node whose loss leaves most without a place."""
    del changes
    nodes = {
        text(node, "metadata", "name"): node for node in outcome.final.list("", "Node") if _takes_pods(node)
    }
    if len(nodes) < 2:
        return
    inventory = Inventory.of(outcome.final)
    yield from _on_one_node(inventory, nodes)
    shortages = sorted(_shortages(_uses(nodes, outcome.final)), key=lambda one: -one.extent)
    # Before the change every node counts, so that the one which is worst in the end is compared with itself.
    yield from shortages if outcome.final is outcome.prior else shortages[:1]


def _takes_pods(node: Json) -> bool:
    spec = fields(node, "spec")
    return not spec.get("unschedulable") and not any(
        taint.get("effect") != "PreferNoSchedule" for taint in items(node, "spec", "taints")
    )


def _on_one_node(inventory: Inventory, ordinary: Collection[str]) -> Iterator[Found]:
    """Workloads on a single node; what tolerates the taints of a control plane is the cluster's own."""
    for workload, pods in inventory.pods.items():
        if workload.kind in _REPLICATED and len(pods) > 1:
            nodes = {node_of(pod) for pod in pods if is_active(pod)}
            if len(nodes) == 1 and nodes <= set(ordinary):
                message = f"has all of its {len(pods)} pods on node '{nodes.pop()}'"
                yield Found(workload, message, severity=Severity.WARNING, about="spread")


def _uses(nodes: Mapping[str, Json], store: Store) -> Sequence[_Use]:
    uses = {
        name: _Use(node, parse_resources(fields(node, "status", "allocatable")), {})
        for name, node in nodes.items()
    }
    known: dict[str, Resources] = {}
    for pod in store.list("", "Pod"):
        use = uses.get(node_of(pod))
        if use is None or not is_active(pod):
            continue
        owner = controller_of(pod) or {}
        uid = text(owner, "uid") or text(pod, "metadata", "uid")
        if uid not in known:
            known[uid] = {**pod_requests(pod), PODS: 1}
        stays = text(owner, "kind") in ("DaemonSet", "Node")
        for name in _RESOURCES:
            amount = known[uid].get(name, 0)
            use.free[name] = use.free.get(name, 0) - amount
            use.moving[name] = use.moving.get(name, 0) + (0 if stays else amount)
    return list(uses.values())


def _shortages(uses: Sequence[_Use]) -> Iterator[Found]:
    """The nodes whose pods ask for more than the others have left in sum; where it is enough, they may still not fit."""
    free = {name: sum(max(use.free.get(name, 0), 0) for use in uses) for name in _RESOURCES}
    for use in uses:
        for name in _RESOURCES:
            left = free[name] - max(use.free.get(name, 0), 0)
            lack = use.moving.get(name, 0) - left
            if lack > 0:
                asked, offered = _amount(use.moving[name], name), _amount(left, name)
                message = f"if it is lost, its pods need {asked} {_NAMES[name]} and the other nodes have {offered} left"
                yield Found(Identity.of(use.node), message, extent=lack / use.moving[name], about=name)


def _amount(number: int, resource: str) -> str:
    return f"{number / _UNITS[resource]:.1f}".removesuffix(".0")


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: %s}}}]
"""

RISK = Risk(
    code="PLN032",
    name="node-loss",
    severity=Severity.INFO,
    check=check,
    at_risk=Example(prior="", applied=_DEPLOYMENT % "3"),
    safe=Example(prior="", applied=_DEPLOYMENT % "1"),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",),
)
