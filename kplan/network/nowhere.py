"""Addresses at which nothing answers: unused ones of the cluster, and ports of nodes that nobody serves.

Upstream: none; kube-proxy rejects or drops what it has no rule for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final

from kplan.api.containers import container_ports_of
from kplan.api.core.service import Service
from kplan.api.gvk import ObjectKey
from kplan.api.nodes import addresses_of, pod_cidr_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal, node_of
from kplan.api.serviceports import ports_of
from kplan.api.whole import whole
from kplan.namedtuples import NamedTuple
from kplan.network.services import has_protocol, load_balancer_addresses
from kplan.state.store import Store

_SERVICES: Final = "10.96.0.0/12"
"""What kubeadm gives to Services; kind's range is within it."""
_NODE_PORTS: Final = range(30000, 32768)
_CLUSTER_CIDR: Final = re.compile(r"^clusterCIDR:\s*[\"']?([0-9a-fA-F.:/,]+)", re.MULTILINE)


class HostPort(NamedTuple):
    """A port of a node that leads to a pod on it."""

    pod: Json
    port: int
    protocol: str


def host_port(store: Store, address: str, port: str, protocol: str = "") -> HostPort | None:
    """The pod that a node's port belongs to; only on the pod's own node."""
    node = node_at(store, address)
    if node is None or not port.isdigit():
        return None
    for pod in store.list("", "Pod"):
        if node_of(pod) != node["metadata"]["name"] or is_terminal(pod):
            continue
        for one in _ports_of(pod):
            if str(one.get("hostPort") or "") == port and has_protocol(one, protocol):
                return HostPort(pod, one["containerPort"], one.get("protocol") or "TCP")
    return None


class Silence(NamedTuple):
    """Why nothing answers at an address."""

    reason: str
    refused: bool = False
    """Whether connections are refused; else they time out."""


def silence(store: Store, address: str, port: str) -> Silence | None:
    """Why nothing answers there; None if something may."""
    node = node_at(store, address)
    if node is not None:
        name = node["metadata"]["name"]
        number = whole(port)
        if number is not None and (number in _NODE_PORTS or _is_host_port(store, port)):
            return Silence(f"connection refused: nobody serves port {port} of node {name}", refused=True)
        return None
    if port and (offered := _offered(store, address)):
        return Silence(f"no Service offers port {port} at this address; {' and '.join(offered)}")
    at = ip_address(address)
    if any(at in ip_network(text, strict=False) for text in _service_ranges(store)):
        return Silence("no Service has this address")
    if any(at in ip_network(text, strict=False) for text in _pod_ranges(store)):
        return Silence("no pod has this address")
    return None


def _offered(store: Store, address: str) -> list[str]:
    """What Services offer at a load balancer's or an external address: ``service default/web offers 80, 443``."""
    found = list[str]()
    for service in store.list("", "Service"):
        if address in (*load_balancer_addresses(service), *Service(service).spec.external_ips):
            name = f"{service['metadata']['namespace']}/{service['metadata']['name']}"
            found.append(f"service {name} offers {', '.join(str(one['port']) for one in ports_of(service))}")
    return found


def node_at(store: Store, address: str) -> Json | None:
    """The node that has an address."""
    nodes = store.list("", "Node")
    return next((node for node in nodes if address in addresses_of(node)), None)


def _is_host_port(store: Store, port: str) -> bool:
    """Whether some pod asks for this port of its node, which is another one."""
    return any(str(one.get("hostPort")) == port for pod in store.list("", "Pod") for one in _ports_of(pod))


def _ports_of(pod: Json) -> Iterator[Mapping[str, Any]]:
    for container in pod["spec"]["containers"]:
        yield from container_ports_of(container)


def _service_ranges(store: Store) -> Iterator[str]:
    ranges = [
        cidr for item in store.list("networking.k8s.io", "ServiceCIDR") for cidr in item["spec"]["cidrs"]
    ]
    yield from ranges or [_SERVICES]


def _pod_ranges(store: Store) -> Iterator[str]:
    """The pod ranges of the nodes, and the range that these are parts of:
    kube-proxy's, else that of simulated nodes.
    """
    known = [cidr for node in store.list("", "Node") if (cidr := pod_cidr_of(node))]
    yield from known
    cluster = _cluster_range(store)
    yield from cluster
    if not cluster and all(cidr.startswith("10.244.") for cidr in known):
        yield "10.244.0.0/16"


def _cluster_range(store: Store) -> Sequence[str]:
    """The addresses of all pods, as kubeadm tells kube-proxy: one range, or one an address family."""
    settings = store.get(ObjectKey("", "ConfigMap", "kube-system", "kube-proxy")) or {}
    found = _CLUSTER_CIDR.search(str((settings.get("data") or {}).get("config.conf") or ""))
    return [text for text in found[1].split(",") if _is_range(text)] if found else []


def _is_range(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
