"""Node addresses: every node gets a range of the cluster's pod addresses.

Upstream: pkg/controller/nodeipam/ipam/range_allocator.go
"""

from ipaddress import ip_network

from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself

CLUSTER_CIDR = "10.244.0.0/16"
NODE_MASK = 24


class NodeIpamController:
    """Gives each node the next free /24."""

    name = "node-ipam-controller"

    def __init__(self) -> None:
        self.watches = (Watch("", "Node", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Allocate for a node that has no range (AllocateOrOccupyCIDR)."""
        node = context.cache.find(request)
        if node is None or (node.get("spec") or {}).get("podCIDR"):
            return DONE
        taken = {(item.get("spec") or {}).get("podCIDR") for item in context.cache.list("", "Node")}
        for network in ip_network(CLUSTER_CIDR).subnets(new_prefix=NODE_MASK):
            if str(network) not in taken:
                spec = {"podCIDR": str(network), "podCIDRs": [str(network)]}
                context.client.merge_patch(request, {"spec": spec})
                return DONE
        context.event(
            node, "Normal", "CIDRNotAvailable", f"Node {request.name} status is now: CIDRNotAvailable"
        )
        return DONE
