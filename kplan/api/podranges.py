"""The addresses of pods: a range for the cluster, and from it one for each node.

Upstream: pkg/controller/nodeipam/ipam/cidrset/cidr_set.go
"""

from ipaddress import ip_address, ip_network
from typing import Final

CLUSTER_PREFIX: Final = 16
NODE_PREFIX: Final = 24
_FIRST: Final = int(ip_address("10.244.0.0"))
_WIDEST: Final = 9
"""The prefix length of 10.128.0.0/9: wider ranges would reach into the range of Services."""


class PodRanges:
    """Ranges by number; 10.244.0.0/16 is cut into /24s, and is assumed wider if there are more nodes."""

    def __init__(self, nodes: int) -> None:
        self._node_prefix = NODE_PREFIX
        prefix = CLUSTER_PREFIX
        while 1 << (self._node_prefix - prefix) < nodes:
            if prefix > _WIDEST:
                prefix -= 1
            else:
                self._node_prefix += 1
        self._cluster = ip_network((_FIRST, prefix), strict=False)
        self.count = 1 << (self._node_prefix - prefix)

    def nth(self, number: int) -> str:
        """The range of a number; the first is 10.244.0.0, the last comes before it in the cluster's range."""
        start, size = int(self._cluster.network_address), 32 - self._node_prefix
        place = (((_FIRST - start) >> size) + number) % self.count
        return f"{ip_address(start + (place << size))}/{self._node_prefix}"
