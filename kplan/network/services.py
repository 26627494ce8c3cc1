"""Where a Service's port leads: pods by address and port, as kube-proxy would choose among them.

Upstream: pkg/proxy/{topology,endpoint,serviceport}.go
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kplan.api.core.service import Service
from kplan.api.discovery import Endpoint, EndpointPort, EndpointSlice
from kplan.api.endpointslices import SERVICE_LABEL
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.nodes import addresses_of
from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of
from kplan.api.serviceports import find_port, is_serving, ports_of, selects_pods, takes_part
from kplan.network.announcements import unannounced_pool
from kplan.selectors.labels import Selector
from kplan.state.store import Store

ZONE_LABEL = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Backend:
    """One endpoint behind a Service port."""

    address: str
    port: int
    protocol: str
    pod: ObjectKey | None = None
    node: str = ""
    zone: str = ""
    ready: bool = True
    terminating: bool = False
    """Whether it still serves while it goes."""
    for_nodes: frozenset[str] = frozenset()
    for_zones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a Service that is no cluster address."""

    service: Json
    port: Json
    way: str
    node: str = ""
    """The node whose port it is; empty for addresses that belong to no node."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The endpoints that traffic may go to, and the rules that left others out."""

    backends: tuple[Backend, ...]
    rules: tuple[str, ...] = ()


def has_protocol(port: Mapping[str, Any], protocol: str) -> bool:
    """Whether a port of a Service or a container is of a protocol; every one is of an empty one."""
    return not protocol or (port.get("protocol") or "TCP") == protocol


def service_port(service: Json, wanted: str | int | None, protocol: str = "") -> Json | None:
    """The Service's port by number or name, and by protocol if one is named;
    without a wish the only one, or the first.
    """
    ports = [port for port in ports_of(service) if has_protocol(port, protocol)]
    if wanted in (None, ""):
        return ports[0] if ports else None
    text = str(wanted)
    return next((port for port in ports if text in (str(port.get("port")), port.get("name"))), None)


def backends(store: Store, service: Json, port: Json) -> list[Backend]:
    """All endpoints of a Service port: its slices, if there are any, else its pods; an address counts once."""
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    found: dict[tuple[str, int, str], Backend] = {}
    slices = [
        item
        for item in store.list("discovery.k8s.io", "EndpointSlice", namespace)
        if labels_of(item).get(SERVICE_LABEL) == name
    ]
    if slices:
        for item in slices:
            for one in _of_slice(EndpointSlice(item), port, namespace):
                found.setdefault((one.address, one.port, one.protocol), one)
        return [*found.values()]
    return _of_pods(store, service, port) if selects_pods(service) else []


def choose(store: Store, service: Json, port: Json, *, node: str = "", external: bool = False) -> Choice:
    """The endpoints over which traffic arriving at a node is spread (CategorizeEndpoints).

    From outside no node may be known: then it is one that a load balancer picks because it has endpoints.
    """
    every, rules = backends(store, service, port), []
    field = "externalTrafficPolicy" if external else "internalTrafficPolicy"
    if service["spec"].get(field, "Cluster") == "Local" and (node or not external):
        every = [item for item in every if item.node == node]
        rules.append(f"{field}: Local keeps to endpoints on node {node or '(none)'}")
        ready = [item for item in every if item.ready]
    else:
        ready, rule = _near(store, [item for item in every if item.ready], node)
        rules += [rule] if rule else []
    if ready:
        return Choice(tuple(ready), tuple(rules))
    going = tuple(item for item in every if item.terminating)
    return Choice(going, (*rules, *(["no endpoint is ready; terminating ones still serve"] if going else [])))


def find_entry(store: Store, address: str, port: str, protocol: str = "") -> Entry | None:
    """The Service that answers at a load balancer's or external address, or at a node's port."""
    nodes = {name: node for node in store.list("", "Node") for name in _names_of(node)}
    node = nodes.get(address)
    for service in store.list("", "Service"):
        spec = Service(service).spec
        for offered in (one for one in ports_of(service) if has_protocol(one, protocol)):
            if node is not None and port and str(offered.get("nodePort", "")) == port:
                name = node["metadata"]["name"]
                return Entry(service, offered, f"its port {port} on node {name}", name)
            if port not in ("", str(offered["port"])):
                continue
            if address in load_balancer_addresses(service):
                return Entry(service, offered, f"its load balancer address {address}:{offered['port']}")
            if address in spec.external_ips:
                return Entry(service, offered, f"its external address {address}:{offered['port']}")
    return None


def load_balancer_addresses(service: Json) -> list[str]:
    """Addresses and names that a load balancer has given the Service."""
    return [item.ip or item.hostname for item in Service(service).status.load_balancer.ingress]


def _names_of(node: Json) -> list[str]:
    return [node["metadata"]["name"], *addresses_of(node)]


def external_ways(store: Store, service: Json, port: Json) -> list[str]:
    """Addresses by which the port is reached from outside: load balancers, external IPs, node ports."""
    spec = Service(service).spec
    ways = [
        f"{address}:{port['port']}"
        for address in load_balancer_addresses(service)
        if not unannounced_pool(store, address)
    ]
    ways += [f"{address}:{port['port']}" for address in spec.external_ips]
    if port.get("nodePort"):
        answering = _answering(store, service, port)
        for node in store.list("", "Node"):
            if answering is not None and node["metadata"]["name"] not in answering:
                continue
            address = next(iter(addresses_of(node, "InternalIP")), node["metadata"]["name"])
            ways.append(f"{address}:{port['nodePort']}")
    return ways


def _answering(store: Store, service: Json, port: Json) -> set[str] | None:
    """The nodes whose ports lead somewhere under externalTrafficPolicy Local; None if all do."""
    if service["spec"].get("externalTrafficPolicy") != "Local":
        return None
    return {item.node for item in backends(store, service, port) if item.ready or item.terminating}


def _of_slice(item: EndpointSlice, port: Json, namespace: str) -> list[Backend]:
    name = port.get("name", "")
    match = next((offered for offered in item.ports if (offered.name or "") == name), None)
    if match is None:
        return []
    return [
        _backend(endpoint, address, match, namespace)
        for endpoint in item.endpoints
        for address in endpoint.addresses
    ]


def _backend(endpoint: Endpoint, address: str, port: EndpointPort, namespace: str) -> Backend:
    conditions, target, hints = endpoint.conditions, endpoint.target_ref, endpoint.hints
    return Backend(
        address,
        port.port or 0,
        port.protocol or "TCP",
        ObjectKey("", "Pod", namespace, target.name) if target and target.kind == "Pod" else None,
        endpoint.node_name or "",
        endpoint.zone or "",
        ready=conditions.ready is not False,
        terminating=bool(conditions.serving and conditions.terminating),
        for_nodes=frozenset(item.name for item in hints.for_nodes) if hints else frozenset(),
        for_zones=frozenset(item.name for item in hints.for_zones) if hints else frozenset(),
    )


def _of_pods(store: Store, service: Json, port: Json) -> list[Backend]:
    spec, namespace = Service(service).spec, service["metadata"]["namespace"]
    selector, wanted = Selector.from_set(spec.selector), spec.traffic_distribution
    found = []
    for pod in store.list("", "Pod", namespace):
        number = find_port(pod, port)
        labels = labels_of(pod)
        if number is None or not selector.matches(labels) or not takes_part(pod, terminating=True):
            continue
        zone = _zone_of(store, node_of(pod))
        going = is_terminating(pod)
        ready = spec.publish_not_ready_addresses or (is_serving(pod) and not going)
        key = ObjectKey("", "Pod", namespace, pod["metadata"]["name"])
        found.append(
            Backend(
                pod["status"]["podIP"], number, port.get("protocol", "TCP"), key, node_of(pod), zone,
                ready=ready, terminating=is_serving(pod) and going,
                for_nodes=frozenset({node_of(pod)} if wanted == "PreferSameNode" else ()),
                for_zones=frozenset({zone} if wanted and zone else ()),
            )
        )  # fmt: skip
    return found


def _zone_of(store: Store, name: str) -> str:
    node = store.get(ObjectKey("", "Node", "", name))
    return labels_of(node).get(ZONE_LABEL, "") if node else ""


def _near(store: Store, ready: list[Backend], node: str) -> tuple[list[Backend], str]:
    """The endpoints meant for a node or its zone, if every one says for whom it is (topologyModeFromHints)."""
    if not ready or not node:
        return ready, ""
    zone = _zone_of(store, node)
    same = [item for item in ready if node in item.for_nodes]
    if same and all(item.for_nodes for item in ready):
        return same, f"topology hints keep to endpoints for node {node}"
    near = [item for item in ready if zone in item.for_zones]
    if near and all(item.for_zones for item in ready):
        return near, f"topology hints keep to endpoints for zone {zone}"
    return ready, ""
