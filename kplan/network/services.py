"""Where a Service's port leads: pods by address and port, as kube-proxy would choose among them.

Upstream: pkg/proxy/{topology,endpoint,serviceport}.go
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of
from kplan.api.serviceports import find_port, is_serving, selects_pods, takes_part
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


@dataclass(frozen=True, slots=True)
class Choice:
    """The endpoints that traffic may go to, and the rules that left others out."""

    backends: tuple[Backend, ...]
    rules: tuple[str, ...] = ()


def service_port(service: Json, wanted: str | int | None) -> Json | None:
    """The Service's port by number or name; without a wish the only one, or the first."""
    ports: Sequence[Json] = service["spec"].get("ports") or ()
    if wanted in (None, ""):
        return ports[0] if ports else None
    text = str(wanted)
    return next((port for port in ports if text in (str(port.get("port")), port.get("name"))), None)


def backends(store: Store, service: Json, port: Json) -> list[Backend]:
    """All endpoints of a Service port: its slices where there are any, else its pods."""
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    found: list[Backend] = []
    slices = [
        item
        for item in store.list("discovery.k8s.io", "EndpointSlice", namespace)
        if (item["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == name
    ]
    if slices:
        for item in slices:
            found += _of_slice(item, port, namespace)
        return found
    return _of_pods(store, service, port) if selects_pods(service) else []


def choose(store: Store, service: Json, port: Json, *, node: str = "", external: bool = False) -> Choice:
    """The endpoints that traffic from a node, or from outside, is spread over (CategorizeEndpoints)."""
    every, rules = backends(store, service, port), []
    field = "externalTrafficPolicy" if external else "internalTrafficPolicy"
    policy = service["spec"].get(field, "Cluster")
    usable = [item for item in every if item.ready]
    if not usable:
        usable = [item for item in every if item.terminating]
        if usable:
            rules.append("no endpoint is ready; terminating ones still serve")
    if policy == "Local":
        usable = [item for item in usable if item.node == node]
        rules.append(f"{field}: Local keeps to endpoints on node {node or '(none)'}")
        return Choice(tuple(usable), tuple(rules))
    near, rule = _by_distribution(store, service, usable, node)
    return Choice(tuple(near), (*rules, *([rule] if rule else [])))


def external_ways(store: Store, service: Json, port: Json) -> list[str]:
    """Addresses by which the port is reached from outside: load balancers, external IPs, node ports."""
    spec = service["spec"]
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    ways = [f"{item.get('ip') or item.get('hostname')}:{port['port']}" for item in ingress]
    ways += [f"{address}:{port['port']}" for address in spec.get("externalIPs") or ()]
    if port.get("nodePort"):
        for node in store.list("", "Node"):
            addresses = (node.get("status") or {}).get("addresses") or ()
            address = next((item["address"] for item in addresses if item.get("type") == "InternalIP"), "")
            ways.append(f"{address or node['metadata']['name']}:{port['nodePort']}")
    return ways


def _of_slice(item: Json, port: Json, namespace: str) -> list[Backend]:
    name = port.get("name", "")
    match = next((offered for offered in item.get("ports") or () if offered.get("name", "") == name), None)
    if match is None:
        return []
    found = []
    for endpoint in item.get("endpoints") or ():
        conditions, target = endpoint.get("conditions") or {}, endpoint.get("targetRef") or {}
        pod = ObjectKey("", "Pod", namespace, target["name"]) if target.get("kind") == "Pod" else None
        found += [
            Backend(
                address, int(match["port"]), match.get("protocol", "TCP"), pod, endpoint.get("nodeName", ""),
                endpoint.get("zone", ""), ready=bool(conditions.get("ready", True)),
                terminating=bool(conditions.get("serving")) and bool(conditions.get("terminating")),
            )
            for address in endpoint.get("addresses") or ()
        ]  # fmt: skip
    return found


def _of_pods(store: Store, service: Json, port: Json) -> list[Backend]:
    selector, namespace = Selector.from_set(service["spec"]["selector"]), service["metadata"]["namespace"]
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    found = []
    for pod in store.list("", "Pod", namespace):
        number = find_port(pod, port)
        labels = pod["metadata"].get("labels") or {}
        if number is None or not selector.matches(labels) or not takes_part(pod, terminating=True):
            continue
        node = store.get(ObjectKey("", "Node", "", node_of(pod))) or {}
        zone = (node.get("metadata", {}).get("labels") or {}).get(ZONE_LABEL, "")
        going = is_terminating(pod)
        ready = publish or (is_serving(pod) and not going)
        key = ObjectKey("", "Pod", namespace, pod["metadata"]["name"])
        found.append(
            Backend(
                pod["status"]["podIP"], number, port.get("protocol", "TCP"), key, node_of(pod), zone,
                ready=ready, terminating=is_serving(pod) and going,
            )
        )  # fmt: skip
    return found


def _by_distribution(
    store: Store, service: Json, usable: Sequence[Backend], node: str
) -> tuple[Sequence[Backend], str]:
    """Prefer near endpoints where the Service says so; all of them where none is near."""
    wanted = service["spec"].get("trafficDistribution")
    if not wanted or not node:
        return usable, ""
    same = [item for item in usable if item.node == node]
    if wanted == "PreferSameNode" and same:
        return same, f"trafficDistribution: {wanted} prefers node {node}"
    source = store.get(ObjectKey("", "Node", "", node)) or {}
    zone = (source.get("metadata", {}).get("labels") or {}).get(ZONE_LABEL, "")
    near = [item for item in usable if zone and item.zone == zone]
    return (near, f"trafficDistribution: {wanted} prefers zone {zone}") if near else (usable, "")
