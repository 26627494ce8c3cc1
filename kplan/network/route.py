"""FROM -> TO: every step of a connection, from the name to the pods it may end at, and whether it gets there.

Upstream: none; this joins what DNS, kube-proxy and network policies each decide.
"""

import re
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from ipaddress import ip_address

from kplan.api.containers import container_ports_of
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of, pod_ip_of
from kplan.api.serviceports import affinity_seconds_of, has_cluster_ip, ports_of
from kplan.api.whole import whole
from kplan.errors import UsageError
from kplan.network import dns, ingress, nowhere, policies, services
from kplan.network.announcements import unannounced_pool
from kplan.network.ends import pod_named
from kplan.network.policies import End
from kplan.network.services import Choice, Entry, has_protocol
from kplan.state.store import Store

_PATIENCE = 10
"""How many steps names may lead from one to the next."""
OUTSIDE = ("outside", "internet", "external")
_PORTS = {"http": "80", "https": "443"}
_PROTOCOL = re.compile(r":[\w-]+(/(tcp|udp|sctp))$", re.IGNORECASE)


class Answer(StrEnum):
    """Whether a connection gets through."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Failure(IntEnum):
    """What a client sees of a connection that does not get through; of several, it reports the first in this order."""

    UNKNOWN_NAME = 0
    REFUSED = 1
    TIMEOUT = 2


@dataclass(slots=True)
class Route:
    """A connection, step by step."""

    source: str
    target: str
    steps: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    """Where it does not get through, and why."""
    failure: Failure = Failure.TIMEOUT
    """What the client sees if it is not reached."""
    protocol: str = ""
    """``UDP`` if the target says so, behind its port; else empty: that of the Service's port, or TCP."""

    @property
    def answer(self) -> Answer:
        """Yes if every endpoint is reached, partly if only some are."""
        if not self.reached:
            return Answer.NO
        return Answer.PARTLY if self.blocked else Answer.YES

    def block(self, where: str, failure: Failure = Failure.TIMEOUT) -> None:
        """Note a place if it does not get through."""
        self.blocked.append(where)
        self.failure = min(self.failure, failure)


def route(store: Store, source: str, target: str, namespace: str = "default") -> Route:
    """Follow a connection: ``pod/web-0`` to ``db:5432``. Raises UsageError if an end cannot be found."""
    found = Route(source, target)
    start = _source(store, source, namespace, found)
    target, found.protocol = _without_protocol(target)
    target = _without_scheme(target, with_path=_is_at_large(start))
    host, slash, path = target.partition("/")
    if slash and _is_address(_divided(host)[0]):
        target = host
    elif slash and "." in host and _is_at_large(start):
        _to_host(store, start, _divided(host)[0], found, f"/{path}")
        return found
    name, port = _divided(target)
    if not name:
        raise UsageError("the target names no host", hint="name one: db:5432, web.example.com/path")
    _to(store, start, name, port, namespace if start.pod is None else start.namespace, found)
    return found


def _without_protocol(target: str) -> tuple[str, str]:
    """``dns:53/UDP`` as ``dns:53`` and the protocol of the connection, which is empty if none is named."""
    named = _PROTOCOL.search(target)
    return (target[: named.start(1)], named[2].upper()) if named and "://" not in target else (target, "")


def _without_scheme(target: str, *, with_path: bool) -> str:
    """A URL as what is connected to: its host and port, and behind an Ingress its path."""
    scheme, marks, rest = target.partition("://")
    if not marks:
        return target
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2]
    if with_path and slash:
        return f"{host}/{path}"
    port = _PORTS.get(scheme.lower(), "")
    return f"{host}:{port}" if host and port and not _divided(host)[1] else host


def _divided(target: str) -> tuple[str, str]:
    """Host and port, which may be empty; an IPv6 address with a port is in brackets."""
    if target.startswith("["):
        host, _, behind = target[1:].partition("]")
        return host, behind.removeprefix(":")
    head, colon, tail = target.rpartition(":")
    if not colon or not head or "/" in tail or _is_address(target):
        return target, ""
    return head, tail


def _source(store: Store, text: str, namespace: str, found: Route) -> End:
    if text in OUTSIDE:
        found.steps.append("from outside the cluster")
        return End(address="")
    if _is_address(text):
        return End(address=text)
    pod = pod_named(store, text, namespace)
    address = pod_ip_of(pod)
    place = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    found.steps.append(f"from pod {place} ({address or 'no address yet'}) on node {node_of(pod) or '(none)'}")
    return End(address, pod)


def _to(store: Store, start: End, name: str, port: str, namespace: str, found: Route) -> None:
    kind, _, rest = name.rpartition("/")
    if kind in ("pod", "po", "pods"):
        _to_pod(store, start, pod_named(store, name, namespace), port, found)
        return
    if kind in ("svc", "service", "services"):
        service = store.get(ObjectKey("", "Service", namespace, rest))
        if service is None:
            raise UsageError(
                f'services "{rest}" not found in namespace {namespace}',
                hint="-n names another namespace; 'kplan get services -A' lists all",
            )
        _to_service(store, start, service, port, found)
        return
    if _is_address(name) or services.find_entry(store, name, port, found.protocol) is not None:
        _to_address(store, start, name, port, found)
        return
    _to_name(store, start, name, port, namespace, found)


def _to_name(store: Store, start: End, name: str, port: str, namespace: str, found: Route) -> None:
    if name == "localhost" and start.pod is not None:
        _to_pod(store, start, start.pod, port, found)
        return
    if _is_at_large(start) and f"{name.rstrip('.')}.".endswith(f".svc.{dns.CLUSTER_DOMAIN}."):
        _lead_nowhere(found, name, "only the DNS server of the cluster knows it")
        return
    answer = dns.resolve(store, name, start.pod, namespace)
    if not answer.found and dns.goes_outside(store, name) and start.is_outside:
        _to_host(store, start, name, found)
        return
    if not answer.found and dns.goes_outside(store, name):
        found.steps.append(f"DNS: {name} is not a name of the cluster: external DNS servers are asked")
        _connect(store, start, End(), _number(port), found.protocol or "TCP", found, name)
        return
    if not answer.found and not dns.asks_cluster(start.pod, dns.server_of(store)):
        asked = ", ".join(dns.own_servers(start.pod)) or "its node's DNS server"
        found.steps.append(f"DNS: the pod asks {asked}, which does not know {name}")
        found.block(f"{name}: the pod does not ask the cluster's DNS server", Failure.UNKNOWN_NAME)
        return
    if not answer.found:
        found.steps.append(f"DNS: {name} does not exist (tried {', '.join(answer.tried)})")
        found.block(f"{name}: no such name in the cluster", Failure.UNKNOWN_NAME)
        return
    shown = answer.alias or ", ".join(answer.addresses) or "no address"
    found.steps.append(f"DNS: {answer.name} is {shown}")
    if answer.alias.rstrip(".").endswith(f".{dns.CLUSTER_DOMAIN}") and len(found.steps) < _PATIENCE:
        _to_name(store, start, f"{answer.alias.rstrip('.')}.", port, namespace, found)
    elif answer.alias:
        found.steps.append(f"ExternalName: the client goes on to {answer.alias} outside the cluster")
        _connect(store, start, End(), _number(port), found.protocol or "TCP", found, answer.alias)
    elif answer.pod is not None and (pod := store.get(answer.pod)) is not None:
        _to_pod(store, start, pod, port, found)
    elif answer.service is not None and (service := store.get(answer.service)) is not None:
        _to_service(store, start, service, port, found)


def _to_host(store: Store, start: End, host: str, found: Route, path: str = "") -> None:
    """From outside to a host that an Ingress may serve, at a path if one is asked for."""
    backends = ingress.backends_of(store, host, path)
    if not backends:
        found.steps.append(
            f"no Ingress has a rule for the host {host}{f' and the path {path}' if path else ''}"
        )
        found.block(f"{host}: nothing in the cluster serves it")
    for one in backends:
        if not ingress.has_class(store, one):
            what = f"ingress {one.ingress}: there is no IngressClass {one.ingress_class}, so that nothing serves it"
            found.steps.append(what)
            found.block(what)
            continue
        shown = f" (class {one.ingress_class})" if one.ingress_class else ""
        found.steps.append(
            f"ingress {one.ingress}{shown}: host {one.host or '*'}, path {one.path} leads to service "
            f"{one.namespace}/{one.service}:{one.port}"
        )
        service = store.get(ObjectKey("", "Service", one.namespace, one.service))
        chosen = services.service_port(service, one.port) if service is not None else None
        if service is None or chosen is None:
            what = "no such service" if service is None else "it has no such port"
            found.steps.append(f"service {one.namespace}/{one.service}:{one.port}: {what}")
            found.block(f"service {one.namespace}/{one.service}:{one.port}: {what}")
            continue
        choice = services.choose(store, service, chosen, node="", external=False)
        _to_endpoints(store, start, service, chosen, choice, found)


def _to_service(store: Store, start: End, service: Json, port: str, found: Route) -> None:
    metadata, spec = service["metadata"], service["spec"]
    title = f"service {metadata['namespace']}/{metadata['name']}"
    if spec.get("type") == "ExternalName":
        found.steps.append(f"{title} is another name for {spec.get('externalName')}")
        _connect(
            store, start, End(), _number(port), found.protocol or "TCP", found, str(spec.get("externalName"))
        )
        return
    chosen = services.service_port(service, port, found.protocol)
    if chosen is None:
        offered = ", ".join(_offer(item, named=bool(found.protocol)) for item in ports_of(service))
        asked = f"{port or '(none given)'}{f'/{found.protocol}' if found.protocol else ''}"
        found.steps.append(f"{title} has no port {asked}; it offers {offered or 'none'}")
        found.block(f"{title}: no such port")
        return
    external = start.is_outside
    if external:
        if not _is_reached(store, service, chosen, title, found):
            return
    elif has_cluster_ip(service):
        target = chosen.get("targetPort", chosen["port"])
        found.steps.append(
            f"{title} at {spec['clusterIP']}:{chosen['port']} leads to port {target} of its pods"
        )
    else:
        found.steps.append(f"{title} is headless: the client talks to the pods themselves")
    node = node_of(start.pod) if start.pod else ""
    choice = services.choose(store, service, chosen, node=node, external=external)
    _to_endpoints(store, start, service, chosen, choice, found)


def _offer(port: Json, *, named: bool) -> str:
    """``https:443``, or if protocols are ``named`` ``https:443/TCP``; others than TCP are named in any case."""
    name, protocol = port.get("name"), port.get("protocol") or "TCP"
    told = f"/{protocol}" if named or protocol != "TCP" else ""
    return f"{f'{name}:' if name else ''}{port['port']}{told}"


def _is_reached(store: Store, service: Json, port: Json, title: str, found: Route) -> bool:
    """Whether a Service has addresses for those outside; the steps say which, or why it has none."""
    ways = services.external_ways(store, service, port)
    addresses = services.load_balancer_addresses(service)
    untold = [pool for one in addresses if (pool := unannounced_pool(store, one))]
    found.steps += [
        f"{title}: no L2Advertisement or BGPAdvertisement announces pool {pool}" for pool in untold
    ]
    if ways:
        found.steps.append(f"{title} is reached from outside at {', '.join(ways)}")
        return True
    if not untold:
        kind = service["spec"].get("type", "ClusterIP")
        found.steps.append(f"{title} is of type {kind}: not reachable from outside")
    found.block(f"{title}: no address outside the cluster")
    return False


def _through(store: Store, start: End, entry: Entry, found: Route) -> None:
    """Into a Service by an address outside the cluster; pods that take this way are kept to no node."""
    metadata = entry.service["metadata"]
    found.steps.append(f"service {metadata['namespace']}/{metadata['name']} is reached at {entry.way}")
    inside = start.pod is not None and not entry.node
    node = entry.node or (node_of(start.pod) if start.pod else "")
    choice = services.choose(store, entry.service, entry.port, node="" if inside else node, external=True)
    _to_endpoints(store, start, entry.service, entry.port, choice, found)


def _to_endpoints(
    store: Store, start: End, service: Json, chosen: Json, choice: Choice, found: Route
) -> None:
    spec, title = service["spec"], f"service {service['metadata']['namespace']}/{service['metadata']['name']}"
    found.steps += choice.rules
    if spec.get("sessionAffinity") == "ClientIP":
        seconds = affinity_seconds_of(service)
        found.steps.append(f"sessionAffinity: ClientIP keeps a client on one endpoint for {seconds} s")
    if not choice.backends and title == "service default/kubernetes":
        _connect(store, start, End(), int(chosen["targetPort"]), "TCP", found, "the API server")
    elif not choice.backends:
        every = services.backends(store, service, chosen)
        found.steps.append(
            f"no endpoint can be used ({len(every)} in all, {sum(item.ready for item in every)} ready)"
        )
        found.block(f"{title}: no endpoints", Failure.REFUSED)
    for backend in choice.backends:
        pod = store.get(backend.pod) if backend.pod else None
        _connect(store, start, End(backend.address, pod), backend.port, backend.protocol, found)


def _to_pod(store: Store, start: End, pod: Json, port: str, found: Route) -> None:
    address = pod_ip_of(pod)
    every = [item for container in pod["spec"]["containers"] for item in container_ports_of(container)]
    ports = [item for item in every if has_protocol(item, found.protocol)]
    named = next((item["containerPort"] for item in ports if port and item.get("name") == port), None)
    number = named or whole(port) or next((item["containerPort"] for item in ports), 0)
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    if _is_at_large(start) and not pod["spec"].get("hostNetwork"):
        _lead_nowhere(
            found, address or f"pod {name}", "an address of a pod leads nowhere outside the cluster"
        )
        return
    if not address:
        found.steps.append(f"pod {name} has no address")
        found.block(f"pod {name}: not running")
        return
    _connect(store, start, End(address, pod), number, found.protocol or "TCP", found)


def _to_address(store: Store, start: End, address: str, port: str, found: Route) -> None:
    for service in store.list("", "Service"):
        if address in (service["spec"].get("clusterIPs") or [service["spec"].get("clusterIP")]):
            if start.is_outside:
                found.steps.append(f"{address} is a cluster address: it leads nowhere outside the cluster")
                found.block(f"{address}: a cluster address")
                return
            _to_service(store, start, service, port, found)
            return
    entry = services.find_entry(store, address, port, found.protocol)
    if entry is not None and (pool := _unannounced(store, start, address)):
        _lead_nowhere(found, address, f"no L2Advertisement or BGPAdvertisement announces pool {pool}")
        return
    if entry is not None:
        _through(store, start, entry, found)
        return
    if ip_address(address).is_loopback and start.pod is not None:
        _to_pod(store, start, start.pod, port, found)
        return
    behind = nowhere.host_port(store, address, port, found.protocol)
    if behind is not None:
        found.steps.append(f"port {port} of node {node_of(behind.pod)} is a host port of its pod")
        _connect(store, start, End(pod_ip_of(behind.pod), behind.pod), behind.port, behind.protocol, found)
        return
    for pod in store.list("", "Pod"):
        if pod_ip_of(pod) == address and not pod["spec"].get("hostNetwork"):
            _to_pod(store, start, pod, port, found)
            return
    if silence := nowhere.silence(store, address, port):
        failure = Failure.REFUSED if silence.refused else Failure.TIMEOUT
        _lead_nowhere(found, f"{address}:{port}" if port else address, silence.reason, failure)
        return
    _connect(store, start, End(address), _number(port), found.protocol or "TCP", found)


def _unannounced(store: Store, start: End, address: str) -> str:
    """The pool of an address that is not announced to the network outside; nodes need no announcement."""
    if start.pod is not None or (start.address and nowhere.node_at(store, start.address) is not None):
        return ""
    return unannounced_pool(store, address)


def _is_at_large(start: End) -> bool:
    """Whether a connection comes from somewhere outside of which no more is known."""
    return start.pod is None and not start.address


def _lead_nowhere(found: Route, place: str, why: str, failure: Failure = Failure.TIMEOUT) -> None:
    found.steps.append(f"{place}: {why}")
    found.block(f"{place}: {why}", failure)


def _number(port: str) -> int:
    return whole(port) or 0


def _connect(
    store: Store, start: End, end: End, port: int, protocol: str, found: Route, alias: str = ""
) -> None:
    """The last step: out of the source, into the destination."""
    name = f"pod {end.namespace}/{end.pod['metadata']['name']}" if end.pod else "outside"
    place = f"{alias or f'{name} at {end.address}'}{f':{port}/{protocol}' if port else ''}"
    leaving = policies.may_leave(store, start, end, port, protocol)
    entering = policies.may_enter(store, start, end, port, protocol)
    for verdict, word in ((leaving, "egress"), (entering, "ingress")):
        if not verdict.allowed:
            found.steps.append(f"{place}: {word} is blocked: {verdict.reason}")
            found.block(place)
            return
    found.steps.append(f"{place}: open ({leaving.reason}; {entering.reason})")
    found.reached.append(place)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
