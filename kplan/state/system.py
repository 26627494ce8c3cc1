"""What a new cluster is made of beside its nodes: the ranges of its addresses, and which of kind's parts it has.

Upstream: none; kind's own configuration (sigs.k8s.io/kind, pkg/apis/config/v1alpha4) says the same.
"""

from ipaddress import IPv4Network

from kplan.namedtuples import NamedTuple


class System(NamedTuple):
    """How a cluster is set up."""

    cluster: str = "kind"
    """Its name."""
    pods: str = "10.244.0.0/16"
    """The range that every node has a part of for its pods."""
    services: str = "10.96.0.0/16"
    """The range that Services have their addresses from."""
    network_plugin: bool = True
    """Whether kindnet runs on every node."""
    proxy: str = "iptables"
    """The mode of kube-proxy; ``none`` if it does not run."""

    @property
    def dns(self) -> str:
        """The address of the cluster's DNS server: the tenth of the Services' range."""
        return str(IPv4Network(self.services)[10])

    @property
    def api(self) -> str:
        """The address of the Service ``kubernetes``: the first of the Services' range."""
        return str(IPv4Network(self.services)[1])
