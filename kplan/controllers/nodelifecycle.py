"""Node lifecycle: silent nodes become unknown, conditions become taints, zones limit how fast pods are evicted.

Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go
"""

from collections.abc import Iterable, Sequence

from kplan.api import conditions
from kplan.api.metadata import labels_of, spec_of, status_of
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant, rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
)

GRACE_PERIOD: Instant = 50 * SECOND
"""How long a node may be silent before it counts as unknown."""
STARTUP_GRACE_PERIOD: Instant = 60 * SECOND
"""How long one may be silent that has never said anything."""
MONITOR_PERIOD: Instant = 5 * SECOND
"""How often the health of nodes is looked at: what lasts less long goes unseen."""
EVICTION_INTERVAL: Instant = 10 * SECOND
"""One node in ten seconds gets its NoExecute taint."""
SECONDARY_INTERVAL: Instant = 100 * SECOND
LARGE_ZONE = 50
UNHEALTHY_SHARE = 0.55
NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"

_TABLE = (
    ("Ready", {"False": NOT_READY, "Unknown": UNREACHABLE}),
    ("MemoryPressure", {"True": "node.kubernetes.io/memory-pressure"}),
    ("DiskPressure", {"True": "node.kubernetes.io/disk-pressure"}),
    ("NetworkUnavailable", {"True": "node.kubernetes.io/network-unavailable"}),
    ("PIDPressure", {"True": "node.kubernetes.io/pid-pressure"}),
)
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_MANAGED = frozenset({key for _, table in _TABLE for key in table.values()} | {_UNSCHEDULABLE})
_TWINS = (
    ("kubernetes.io/os", "beta.kubernetes.io/os"),
    ("kubernetes.io/arch", "beta.kubernetes.io/arch"),
)
"""Labels that follow others."""
_ZONE, _REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"


class NodeLifecycleController:
    """Keeps the taints for a node's conditions, and marks pods of dead nodes as not ready."""

    name = "node-controller"

    def __init__(self) -> None:
        self._last: dict[str, Instant] = {}
        self._known: dict[str, Json] = {}
        self.watches = (Watch("", "Node", self._seen), Watch("", "Node", _zone_of))

    def follow(self, cache: Cache) -> Iterable[Request]:
        """Nodes that were there before anything began are no news."""
        self._known = {key.name: value for key, value in cache.items("", "Node")}
        return ()

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring a node's taints where its conditions want them (doNoScheduleTaintingPass, doNoExecuteTaintingPass)."""
        node = context.cache.find(request)
        self._welcome(request.name, node, context)
        if node is None:
            return DONE
        node = _with_twins(context, node)
        silence = self._silence(context, node)
        if silence is not None and silence > 0:
            return Result(requeue_after=silence)
        if silence is not None:
            node = _mark_unknown(context, node)
            _mark_not_ready(context, node)
        ready = conditions.state(node, "Ready")
        if not ready:
            return DONE
        wanted = wanted_taints(node)
        present = list(taints_of(node))
        mine = {taint["key"] for taint in present if _tells_of_condition(taint)}
        if mine != wanted:
            stamp = rfc3339(context.now)
            added = [
                {"key": key, "effect": "NoSchedule", "timeAdded": stamp} for key in sorted(wanted - mine)
            ]
            kept = [taint for taint in present if not _tells_of_condition(taint) or taint["key"] in wanted]
            node = _write(context, node, [*kept, *added])
        return self._evict(context, node, str(ready))

    def _seen(self, event: WatchEvent, _: Cache) -> Iterable[Request]:
        """Nodes that were there before anything began are no news."""
        if event.type is EventType.ADDED and not event.revision:
            self._known[event.key.name] = event.value
        return (event.key,)

    def _welcome(self, name: str, node: Json | None, context: Context) -> None:
        """Tell of nodes that are new or gone (classifyNodes)."""
        known = self._known.get(name)
        if known is not None and (
            node is None or node["metadata"].get("uid") != known["metadata"].get("uid")
        ):
            text = f"Node {name} event: Removing Node {name} from Controller"
            context.event(known, "Normal", "RemovingNode", text)
            del self._known[name]
        if node is not None and name not in self._known:
            text = f"Node {name} event: Registered Node {name} in Controller"
            context.event(node, "Normal", "RegisteredNode", text)
            self._known[name] = node

    def _silence(self, context: Context, node: Json) -> Instant | None:
        """How long a silent node is still given; None if it is not silent or known to be."""
        since = context.outages.since.get(node["metadata"]["name"])
        if since is None:
            return None
        ready = conditions.state(node, "Ready")
        grace = GRACE_PERIOD if ready else STARTUP_GRACE_PERIOD
        return None if ready == "Unknown" else max(0, since + grace - context.now)

    def _evict(self, context: Context, node: Json, ready: str) -> Result:
        """Set the NoExecute taint of a dead node, no faster than its zone allows; if all are dead nobody goes."""
        present = list(taints_of(node))
        key = {"False": NOT_READY, "Unknown": UNREACHABLE}.get(ready)
        states = _states(context) if key is not None else {}
        everything = all(state == "full" for state in states.values())
        kept = [taint for taint in present if not _tells_of_death(taint) or taint["key"] == key]
        if key is None or everything or any(map(_tells_of_death, kept)):
            kept = [taint for taint in kept if not (everything and _tells_of_death(taint))]
            if len(kept) != len(present):
                _write(context, node, kept)
            return DONE
        unseen = _unseen(context, node) if ready == "False" else 0
        if unseen > 0:
            return Result(requeue_after=unseen)
        zone = zone_of(node)
        interval = _interval(context, zone, states[zone])
        if interval is None:
            return DONE
        due = self._last.get(zone, -interval) + interval
        if context.now < due:
            return Result(requeue_after=due - context.now)
        self._last[zone] = context.now
        made = {"key": key, "effect": "NoExecute", "timeAdded": rfc3339(context.now)}
        _write(context, node, [*kept, made])
        return DONE


def _tells_of_condition(taint: Json) -> bool:
    return taint.get("effect") == "NoSchedule" and taint.get("key") in _MANAGED


def _tells_of_death(taint: Json) -> bool:
    return taint.get("effect") == "NoExecute" and taint.get("key") in (NOT_READY, UNREACHABLE)


def _states(context: Context) -> dict[str, str]:
    return {name: _state(nodes) for name, nodes in _zones(context).items()}


def _interval(context: Context, zone: str, state: str) -> Instant | None:
    """How long between two evictions in a zone; None if there are none at all."""
    if state != "partial":
        return EVICTION_INTERVAL
    return SECONDARY_INTERVAL if len(_zones(context)[zone]) > LARGE_ZONE else None


def _unseen(context: Context, node: Json) -> Instant:
    """How long a node that has just turned not ready still goes unnoticed."""
    ready = conditions.of_type(node, "Ready")
    since = ready.get("lastTransitionTime") if ready else None
    left = parse_instant(since) + MONITOR_PERIOD - context.now if since else 0
    return left if left <= MONITOR_PERIOD else 0  # whatever clock the node goes by


def _with_twins(context: Context, node: Json) -> Json:
    """Older labels say what the newer ones say (reconcileNodeLabels)."""
    labels = labels_of(node)
    due = {old: labels[new] for new, old in _TWINS if new in labels and labels.get(old) != labels[new]}
    if not due:
        return node
    key = ObjectKey("", "Node", "", node["metadata"]["name"])
    return context.client.merge_patch(key, {"metadata": {"labels": due}})


def wanted_taints(node: Json) -> set[str]:
    """The NoSchedule taints that a node's conditions call for."""
    found = {_UNSCHEDULABLE} if spec_of(node).get("unschedulable") else set()
    for kind, table in _TABLE:
        key = table.get(conditions.state(node, kind))
        if key:
            found.add(key)
    return found


def zone_of(node: Json) -> str:
    """Region and zone of a node as one name."""
    labels = labels_of(node)
    return f"{labels.get(_REGION, '')}:{labels.get(_ZONE, '')}"


def _zones(context: Context) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for node in context.cache.list("", "Node"):
        found.setdefault(zone_of(node), []).append(node)
    return found


def _state(nodes: Sequence[Json]) -> str:
    """normal, partial (most nodes are not ready) or full (none is ready)."""
    ready = sum(conditions.is_true(node, "Ready") for node in nodes)
    lost = len(nodes) - ready
    if ready == 0 and lost > 0:
        return "full"
    return "partial" if lost > 2 and lost / len(nodes) >= UNHEALTHY_SHARE else "normal"


def _write(context: Context, node: Json, taints: list[Json]) -> Json:
    key = ObjectKey("", "Node", "", node["metadata"]["name"])
    return context.client.merge_patch(key, {"spec": {"taints": taints or None}})


def _mark_not_ready(context: Context, node: Json) -> None:
    """Mark the pods of an unreachable node as not ready;
    a node that reports NotReady itself updates its own pods (MarkPodsNotReady).
    """
    name = node["metadata"]["name"]
    for pod in context.cache.pods_on(name):
        status = status_of(pod)
        ready = conditions.find(status.get("conditions"), "Ready")
        if ready is not None and ready.get("status") == "True":
            made = {**ready, "status": "False", "lastTransitionTime": rfc3339(context.now)}
            present = [made if item is ready else item for item in status["conditions"]]
            context.client.update_status({**pod, "status": {**status, "conditions": present}})
            context.event(pod, "Warning", "NodeNotReady", "Node is not ready")


def _mark_unknown(context: Context, node: Json) -> Json:
    """A silent node's conditions are no longer known (tryUpdateNodeHealth)."""
    status = status_of(node)
    stamp, present = rfc3339(context.now), list(conditions.listed(status))
    for kind in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"):
        known = conditions.find(present, kind)
        made = {
            "type": kind, "status": "Unknown", "lastTransitionTime": stamp,
            "reason": "NodeStatusUnknown" if known else "NodeStatusNeverUpdated",
            "message": "Kubelet stopped posting node status." if known else "Kubelet never posted node status.",
        }  # fmt: skip
        heard = known.get("lastHeartbeatTime") if known else node["metadata"].get("creationTimestamp")
        if heard:
            made["lastHeartbeatTime"] = heard
        present = conditions.put(present, made)
    name = node["metadata"]["name"]
    context.event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")
    return context.client.update_status({**node, "status": {**status, "conditions": present}})


def _zone_of(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """When a node's readiness changes, its zone's eviction speed may, too."""
    sides = (event.previous, event.value)
    was, now = (conditions.is_true(value, "Ready") if value else None for value in sides)
    if was == now or event.type is EventType.DELETED:
        return ()
    return [
        ObjectKey("", "Node", "", node["metadata"]["name"])
        for node in cache.list("", "Node")
        if not conditions.is_true(node, "Ready")
    ]
