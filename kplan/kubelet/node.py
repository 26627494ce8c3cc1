"""The kubelets of all nodes, as to the nodes themselves: they register, become ready, fall silent and come back.

A heartbeat that only says what is known already is not written: a Lease is renewed when its node joins or comes back.

Upstream: pkg/kubelet/kubelet_node_status.go, staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go
"""

from kplan.api import conditions, noderegistration
from kplan.api.metadata import annotations_of, labels_of, status_of
from kplan.api.object import Json
from kplan.simulation.clock import Instant, parse_instant, rfc3339, rfc3339_micro, seconds
from kplan.simulation.reconciler import DONE, Context, ObjectKey, Request, Result, Watch, itself

LEASE_NAMESPACE = "kube-node-lease"
LEASE_SECONDS = 40


class NodeKubelet:
    """Speaks for the nodes."""

    name = "kubelet"

    def __init__(self, minor: str) -> None:
        self._minor = minor
        self._joining: dict[str, Instant] = {}
        self.watches = (Watch("", "Node", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring one node's registration on (registerWithAPIServer, syncNodeStatus)."""
        node, name = context.cache.find(request), request.name
        if node is None:
            self._joining.pop(name, None)
            return DONE
        ready = conditions.of_type(node, "Ready")
        if ready is None and _is_another_machine(context, node):
            context.outages.forget(name)
        if context.outages.is_lost(name, context.now):
            return DONE
        if context.outages.came_back(name):
            self._joining.pop(name, None)
            _post(context, node)
            return DONE
        if ready is None:
            self._register(context, node)
            self._joining[name] = context.now + seconds(context.scenario.durations.node)
        elif ready.get("status") == "Unknown":
            context.outages.lose(name, context.now)
        return self._wait(context, name)

    def _wait(self, context: Context, name: str) -> Result:
        """A node that joins is ready when its runtime has been asked."""
        due = self._joining.get(name)
        if due is None:
            return DONE
        if context.now < due:
            return Result(requeue_after=due - context.now)
        del self._joining[name]
        _post(context, context.client.get(ObjectKey("", "Node", "", name)))
        return DONE

    def _register(self, context: Context, node: Json) -> None:
        """Fill in what the manifest leaves out, and say so; the runtime is not known to run yet."""
        name = node["metadata"]["name"]
        context.event(node, "Normal", "Starting", "Starting kubelet.")
        labels = {**noderegistration.labels(name), **labels_of(node)}
        annotations = {**annotations_of(node), **noderegistration.ANNOTATIONS}
        patch = {"metadata": {"labels": labels, "annotations": annotations}}
        node = context.client.merge_patch(ObjectKey("", "Node", "", name), patch)
        assumed, status = context.scenario.nodes, status_of(node)
        sizes = noderegistration.sizes(
            node, capacity=assumed.machine, reserved=assumed.reserved, eviction=assumed.eviction_hard
        )
        status = {**noderegistration.described(status, name, _address(context), self._minor), **sizes}
        _post(context, {**node, "status": status}, ready=noderegistration.STARTING)
        text = "Updated Node Allocatable limit across pods"
        context.event(node, "Normal", "NodeAllocatableEnforced", text)


def _post(context: Context, node: Json, ready: Json = noderegistration.READY) -> None:
    """Report the node well, renew its Lease, and record what has turned (updateNodeStatus)."""
    status = status_of(node)
    now = noderegistration.healthy(status.get("conditions"), rfc3339(context.now), ready)
    context.client.update_status({**node, "status": {**status, "conditions": now}})
    _renew(context, node)
    name = node["metadata"]["name"]
    for reason in noderegistration.turns(status.get("conditions"), now):
        context.event(node, "Normal", reason, f"Node {name} status is now: {reason}")


def _renew(context: Context, node: Json) -> None:
    metadata = node["metadata"]
    key = ObjectKey("coordination.k8s.io", "Lease", LEASE_NAMESPACE, metadata["name"])
    renewed = {"renewTime": rfc3339_micro(context.now)}
    if context.client.find(key) is not None:
        context.client.merge_patch(key, {"spec": renewed})
        return
    owner = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata.get("uid")}
    lease = {"name": metadata["name"], "namespace": LEASE_NAMESPACE}
    lease |= {"ownerReferences": [owner]} if owner["uid"] else {}
    spec = {"holderIdentity": metadata["name"], "leaseDurationSeconds": LEASE_SECONDS, **renewed}
    context.client.create(
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": lease, "spec": spec}
    )


def _is_another_machine(context: Context, node: Json) -> bool:
    """Whether the node was made after the one of its name fell silent."""
    since = context.outages.since.get(node["metadata"]["name"])
    return since is not None and parse_instant(node["metadata"]["creationTimestamp"]) > since


def _address(context: Context) -> str:
    return next(noderegistration.free_addresses(context.cache.list("", "Node")))
