"""Pod addresses: each node hands out the next free one of its own range.

Upstream: pkg/kubelet/network (the work of a CNI plug-in with host-local allocation)
"""

from ipaddress import ip_network

from kplan.api.object import Json
from kplan.kubelet.status import Addresses
from kplan.simulation.reconciler import Context, ObjectKey

_FIRST = 2
"""The first address is the node's bridge."""


class AddressBook:
    """Remembers the last address each node gave away."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def assign(self, context: Context, pod: Json, node_name: str) -> Addresses:
        """The node's address, and one for the pod: the same where it uses the host's network."""
        node = context.cache.find(ObjectKey("", "Node", "", node_name)) or {}
        host = node_address(node)
        if (pod.get("spec") or {}).get("hostNetwork"):
            return Addresses(host, host)
        return Addresses(host, self._take(context, node, node_name))

    def _take(self, context: Context, node: Json, node_name: str) -> str:
        network = ip_network(pod_range(context, node, node_name))
        number = self._next.get(node_name, _FIRST)
        if not self._next.get(node_name):
            taken = (
                str((p.get("status") or {}).get("podIP") or "") for p in context.cache.pods_on(node_name)
            )
            number = max([number, *(_offset(text, network) + 1 for text in taken if text)])
        if number >= network.num_addresses - 1:
            number = _FIRST
        self._next[node_name] = number + 1
        return str(network[number])


def pod_range(context: Context, node: Json, node_name: str) -> str:
    """The node's podCIDR; without one, a /24 of 10.244.0.0/16 by the node's place."""
    cidr = (node.get("spec") or {}).get("podCIDR")
    if cidr:
        return str(cidr)
    names = [item["metadata"]["name"] for item in context.cache.list("", "Node")]
    place = names.index(node_name) if node_name in names else len(names)
    return f"10.{244 + place // 256}.{place % 256}.0/24"


def node_address(node: Json) -> str:
    """The node's internal address, or the empty string."""
    for address in (node.get("status") or {}).get("addresses") or ():
        if address.get("type") == "InternalIP":
            return str(address.get("address") or "")
    return ""


def _offset(text: str, network: object) -> int:
    first = ip_network(str(network)).network_address
    value = ip_network(text).network_address
    return int(value) - int(first) if value in ip_network(str(network)) else 0
