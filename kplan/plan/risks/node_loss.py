"""The loss of one node stops a workload, or leaves pods without a place.

Every pod of a workload runs on the same node, or the other nodes have less left than its pods request.

Fix: spread the pods over nodes (``topologySpreadConstraints``, anti-affinity), request less, or add a node. ``kplan
nodes --survival`` shows what every node would leave behind.
"""

import marshal
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.podresources import CPU, MEMORY, PODS, Resources, parse_resources, pod_requests
from kplan.api.pods import is_active, node_of
from kplan.namedtuples import NamedTuple
from kplan.plan.inventory import KINDS, Inventory
from kplan.plan.reading import fields, items, number, text
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    Touched,
)
from kplan.plan.touched import MADE_BY_OTHERS, name_word
from kplan.selectors.taints import tolerated
from kplan.state.store import Store

_REPLICATED: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"})
_KINDS: Final = tuple(kind for kind in KINDS if kind[1] in _REPLICATED)
_RESOURCES: Final = (CPU, MEMORY, PODS)
_UNITS: Final = {CPU: 1000, MEMORY: 1 << 30, PODS: 1}
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_ITS_TAINT: Final = {"key": _CONTROL_PLANE, "effect": "NoSchedule"}
_NAMES: Final = {CPU: "cpu", MEMORY: "Gi of memory", PODS: "pods"}


class _Use(NamedTuple):
    """A node that takes pods: its free resources, and what would have to move."""

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
    inventory, look = Inventory.of(outcome.final), outcome.look
    pods = inventory.pods if look is None else inventory.pods_of(look.keys)
    yield from _on_one_node(pods, nodes, outcome.final)
    sums = _count(outcome.final, None) if look is None else look.sums
    shortages = sorted(_shortages(_uses(nodes, sums)), key=lambda one: -one.extent)
    # Before the change every node counts, so that the one which is worst in the end is compared with itself.
    yield from shortages if outcome.final is outcome.prior else shortages[:1]


def _near(touched: Touched) -> frozenset[ObjectKey] | None:
    """The workloads whose pods have changed, or have another owner; all nodes, and everything if nodes have changed."""
    nodes = {key for store in touched.stores for key, _ in store.members("", "Node")}
    if any(touched.differs(key, _role) for key in touched.of(("", "Node"))):
        return None
    words = defaultdict[str, set[str]](set)
    for key in touched.keys:
        if key[:2] not in MADE_BY_OTHERS and touched.differs(key, bool):
            words[key.namespace].add(name_word(key.name))
    return touched.mentioning(_KINDS, words) | touched.upwards | nodes


def _takes_pods(node: Json) -> bool:
    spec = fields(node, "spec")
    return not spec.get("unschedulable") and not any(
        taint.get("effect") != "PreferNoSchedule" for taint in items(node, "spec", "taints")
    )


def _role(node: Json) -> tuple[bool, bool]:
    return _takes_pods(node), _is_control_plane(node)


def _is_control_plane(node: Json) -> bool:
    return _CONTROL_PLANE in fields(node, "metadata", "labels")


def _on_one_node(
    owned: Mapping[Identity, Sequence[Json]], ordinary: Mapping[str, Json], store: Store
) -> Iterator[Found]:
    """Workloads on a single node; what tolerates the taint of a control plane is the cluster's own, there
    with or without the taint.

    Of one that is to have a single pod there are two for a while.
    """
    for workload, pods in owned.items():
        if workload.kind in _REPLICATED and len(pods) > 1 and _wanted(store.get(workload.key)) > 1:
            names = {node_of(pod) for pod in pods if is_active(pod)}
            node = ordinary.get(names.pop()) if len(names) == 1 else None
            if node is not None and not (_is_control_plane(node) and all(map(_tolerates_it, pods))):
                message = f"has all of its {len(pods)} pods on node '{text(node, 'metadata', 'name')}'"
                yield Found(workload, message, severity=Severity.WARNING, about="spread")


def _tolerates_it(pod: Json) -> bool:
    return tolerated(items(pod, "spec", "tolerations"), _ITS_TAINT)


def _wanted(workload: Json | None) -> int:
    return number(workload or {}, "spec", "replicas", default=1)


def _uses(nodes: Mapping[str, Json], sums: Mapping[str, int]) -> Sequence[_Use]:
    uses = []
    for name, node in nodes.items():
        free = dict(parse_resources(fields(node, "status", "allocatable")))
        for resource in _RESOURCES:
            free[resource] = free.get(resource, 0) - sums.get(f"{name} taken {resource}", 0)
        moving = {resource: sums.get(f"{name} moving {resource}", 0) for resource in _RESOURCES}
        uses.append(_Use(node, free, moving))
    return uses


def _count(store: Store, keys: Iterable[ObjectKey] | None) -> Counter[str]:
    """What pods take of each node, and what of that would have to move."""
    known: dict[bytes, Resources] = {}
    counted = Counter[str]()
    pods = (
        store.list("", "Pod")
        if keys is None
        else [pod for key in keys if key[:2] == ("", "Pod") and (pod := store.get(key)) is not None]
    )
    for pod in pods:
        node = node_of(pod)
        if not node or not is_active(pod):
            continue
        stays = text(controller_of(pod) or {}, "kind") in ("DaemonSet", "Node")
        for name, amount in _requests(pod, known).items():
            counted[f"{node} taken {name}"] += amount
            if not stays:
                counted[f"{node} moving {name}"] += amount
    return counted


def _requests(pod: Json, known: dict[bytes, Resources]) -> Resources:
    """What a pod requests, read once for all that are written alike."""
    spec = pod["spec"]
    containers = [*(spec.get("initContainers") or ()), None, *(spec.get("containers") or ())]
    asked = [one and (one.get("resources"), one.get("restartPolicy")) for one in containers]
    key = marshal.dumps((asked, spec.get("overhead"), spec.get("resources")), 2)
    if key not in known:
        every = {**pod_requests(pod), PODS: 1}
        known[key] = {name: every.get(name, 0) for name in _RESOURCES}
    return known[key]


def _shortages(uses: Sequence[_Use]) -> Iterator[Found]:
    """The nodes whose pods ask for more than the others have left in sum; if it is enough, they may still not fit."""
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
    near=Near(_KINDS, _near, _count),
    at_risk=Example(prior="", applied=_DEPLOYMENT % "3"),
    safe=Example(prior="", applied=_DEPLOYMENT % "1"),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",),
)
