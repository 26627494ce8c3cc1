"""Names inside the cluster, resolved as CoreDNS answers and as a pod's resolver asks.

Upstream: kubernetes/dns specification; pkg/kubelet/network/dns/dns.go
"""

from dataclasses import dataclass

from kplan.api.core.pod import Pod, PodDNSConfig, PodSpec
from kplan.api.core.service import Service
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import pod_ip_of
from kplan.api.serviceports import has_cluster_ip, ports_of
from kplan.network.services import backends
from kplan.selectors.labels import Selector
from kplan.state.store import Store

CLUSTER_DOMAIN = "cluster.local"
CLUSTER_DNS = "10.96.0.10"
"""Where the cluster's DNS server is where no Service kube-dns says it."""
NDOTS = 5
_TOP_LEVEL = frozenset(("com", "edu", "gov", "info", "int", "io", "mil", "net", "org"))
"""Domains of the world that nobody takes for a namespace:
``example.com`` is no Service of a namespace that is missing.
"""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to a DNS query for a name."""

    name: str
    """The full name that was found, or the one asked for."""
    tried: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    alias: str = ""
    """Where a CNAME points to."""
    service: ObjectKey | None = None
    pod: ObjectKey | None = None

    @property
    def found(self) -> bool:
        """Whether the name exists."""
        return bool(self.addresses or self.alias or self.service)


def server_of(store: Store) -> str:
    """The address of the cluster's DNS server."""
    service = store.get(ObjectKey("", "Service", "kube-system", "kube-dns"))
    return Service(service).spec.cluster_ip if service is not None else CLUSTER_DNS


def search_path(pod: Json | None, namespace: str, server: str = CLUSTER_DNS) -> tuple[tuple[str, ...], int]:
    """The domains a pod's resolver appends, and how many dots make a name absolute."""
    spec = Pod(pod).spec if pod else PodSpec({})
    config = spec.dns_config or PodDNSConfig({})
    in_cluster = spec.dns_policy != "None" and asks_cluster(pod, server)
    path = (
        [f"{namespace}.svc.{CLUSTER_DOMAIN}", f"svc.{CLUSTER_DOMAIN}", CLUSTER_DOMAIN] if in_cluster else []
    )
    path += [item for item in config.searches if item not in path]
    given = next((item.value for item in config.options if item.name == "ndots"), None)
    return tuple(path), int(given) if given else (NDOTS if in_cluster else 1)


def asks_cluster(pod: Json | None, server: str = CLUSTER_DNS) -> bool:
    """Whether a pod's names go to the cluster's DNS server and not to its node's (getPodDNSType)."""
    spec = Pod(pod).spec if pod else PodSpec({})
    match spec.dns_policy or "ClusterFirst":
        case "ClusterFirst":
            return not spec.host_network
        case "None":
            return spec.dns_config is not None and server in spec.dns_config.nameservers
        case policy:
            return policy != "Default"


def own_servers(pod: Json | None) -> tuple[str, ...]:
    """The DNS servers that a pod names itself and asks alone, with dnsPolicy None."""
    spec = Pod(pod).spec if pod else PodSpec({})
    return tuple(spec.dns_config.nameservers) if spec.dns_policy == "None" and spec.dns_config else ()


def resolve(store: Store, name: str, pod: Json | None = None, namespace: str = "default") -> Resolution:
    """Ask for a name as a pod does: with its search path, in the resolver's order."""
    server = server_of(store)
    path, ndots = search_path(pod, pod["metadata"]["namespace"] if pod else namespace, server)
    if name.endswith("."):
        candidates = [name]
    else:
        longer = [f"{name}.{domain}" for domain in path]
        candidates = [name, *longer] if name.count(".") >= ndots else [*longer, name]
    for candidate in candidates if asks_cluster(pod, server) else ():
        answer = lookup(store, candidate.rstrip("."))
        if answer.found:
            tried = tuple(candidates[: candidates.index(candidate) + 1])
            return Resolution(answer.name, tried, answer.addresses, answer.alias, answer.service, answer.pod)
    return Resolution(name, tuple(candidates))


def goes_outside(store: Store, name: str) -> bool:
    """Whether a name the cluster does not know looks like one of the world outside, if it is asked for next."""
    labels = name.rstrip(".").split(".")
    if labels[-1] in ("svc", "local") or store.get(ObjectKey("", "Namespace", "", labels[-1])) is not None:
        return False
    return len(labels) > 2 or (len(labels) == 2 and (name.endswith(".") or labels[-1].lower() in _TOP_LEVEL))


def lookup(store: Store, name: str) -> Resolution:
    """What the cluster's DNS server answers for a full name."""
    suffix = f".{CLUSTER_DOMAIN}"
    if not name.endswith(suffix):
        return Resolution(name, (name,))
    labels = name.removesuffix(suffix).split(".")
    match labels:
        case [*front, service, namespace, "svc"] if len(front) <= 1:
            return _service(store, name, front[0] if front else "", service, namespace)
        case [port, protocol, service, namespace, "svc"] if port.startswith("_") and protocol.startswith("_"):
            return _service(store, name, "", service, namespace)
        case [dashed, namespace, "pod"]:
            return _pod_by_address(store, name, dashed.replace("-", "."), namespace)
    return Resolution(name, (name,))


def _service(store: Store, name: str, host: str, service_name: str, namespace: str) -> Resolution:
    key = ObjectKey("", "Service", namespace, service_name)
    service = store.get(key)
    if service is None:
        return Resolution(name, (name,))
    spec = Service(service).spec
    if spec.type == "ExternalName":
        return Resolution(name, (name,), alias=spec.external_name, service=key)
    if has_cluster_ip(service):
        if host:
            return Resolution(name, (name,))
        return Resolution(name, (name,), spec.cluster_ips or (spec.cluster_ip,), service=key)
    return _headless(store, name, host, service, key)


def _headless(store: Store, name: str, host: str, service: Json, key: ObjectKey) -> Resolution:
    """A headless Service answers with its pods; a host name picks one of them."""
    spec = Service(service).spec
    selector = Selector.from_set(spec.selector)
    ports = ports_of(service) or [{"port": 0, "targetPort": 0}]
    known = {item.pod: item for item in backends(store, service, ports[0])}
    addresses: list[str] = []
    pod_key: ObjectKey | None = None
    for pod in map(Pod, store.list("", "Pod", key.namespace)):
        address, found = pod.status.pod_ip, ObjectKey("", "Pod", key.namespace, pod.metadata.name)
        if not address or not spec.selector or not selector.matches(pod.metadata.labels):
            continue
        backend = known.get(found)
        if not spec.publish_not_ready_addresses and (backend is None or not backend.ready):
            continue
        named = pod.spec.hostname if pod.spec.subdomain == key.name else None
        if not host or host in (named, address.replace(".", "-")):
            addresses.append(address)
            pod_key = found if host else None
    return Resolution(
        name, (name,), tuple(addresses), service=key if addresses or not host else None, pod=pod_key
    )


def _pod_by_address(store: Store, name: str, address: str, namespace: str) -> Resolution:
    for pod in store.list("", "Pod", namespace):
        if pod_ip_of(pod) == address:
            return Resolution(
                name, (name,), (address,), pod=ObjectKey("", "Pod", namespace, pod["metadata"]["name"])
            )
    return Resolution(name, (name,))
