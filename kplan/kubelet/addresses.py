"""Pod addresses: each node hands out the next free one of its own range.

Upstream: pkg/kubelet/network (the work of a CNI plug-in with host-local allocation)
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from kplan.api.metadata import spec_of
from kplan.api.nodes import addresses_of, pod_cidr_of
from kplan.api.object import Json
from kplan.api.podranges import PodRanges
from kplan.api.pods import pod_ip_of
from kplan.kubelet.status import Addresses
from kplan.simulation.reconciler import Context, ObjectKey

_FIRST = 2
"""The first address is the node's bridge."""


class AddressBook:
    """Remembers the last address each node gave away."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._networks: dict[str, tuple[str, IPv4Network | IPv6Network, int]] = {}
        """The range of each node as text, read, and how many addresses it has."""
        self._places: dict[str, str] = {}

    def assign(self, context: Context, pod: Json, node_name: str) -> Addresses:
        """The node's address, and one for the pod: the same if it uses the host's network."""
        node = context.cache.find(ObjectKey("", "Node", "", node_name))
        host = node_address(node) if node else ""
        if spec_of(pod).get("hostNetwork"):
            return Addresses(host, host)
        return Addresses(host, self._take(context, node, node_name))

    def _take(self, context: Context, node: Json | None, node_name: str) -> str:
        network, size = self._network(context, node, node_name)
        number = self._next.get(node_name, _FIRST)
        if not self._next.get(node_name):
            taken = (pod_ip_of(pod) for pod in context.cache.pods_on(node_name))
            number = max([number, *(_offset(text, network) + 1 for text in taken if text)])
        if number >= size - 1:
            number = _FIRST
        self._next[node_name] = number + 1
        return str(network[min(number, size - 1)])

    def _network(
        self, context: Context, node: Json | None, node_name: str
    ) -> tuple[IPv4Network | IPv6Network, int]:
        """The node's podCIDR; without one, what it would get by its place among the nodes."""
        text = (pod_cidr_of(node) if node else "") or self._by_place(context, node_name)
        known = self._networks.get(node_name)
        if known is None or known[0] != text:
            network = ip_network(text, strict=False)
            known = self._networks[node_name] = (text, network, network.num_addresses)
        return known[1:]

    def _by_place(self, context: Context, node_name: str) -> str:
        """Nodes keep the range of their first place."""
        if node_name not in self._places:
            names = [item["metadata"]["name"] for item in context.cache.list("", "Node")]
            place = names.index(node_name) if node_name in names else len(names)
            self._places[node_name] = PodRanges(len(names) + 1).nth(place)
        return self._places[node_name]


def node_address(node: Json) -> str:
    """The node's internal address, or the empty string."""
    return next(iter(addresses_of(node, "InternalIP")), "")


def _offset(text: str, network: IPv4Network | IPv6Network) -> int:
    value = ip_address(text)
    return int(value) - int(network.network_address) if value in network else 0
