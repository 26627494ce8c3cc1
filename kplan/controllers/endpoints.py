"""Endpoints: the older form of a Service's endpoints, still kept for those who read it.

Upstream: pkg/controller/endpoint/endpoints_controller.go, staging/src/k8s.io/client-go (RepackSubsets)
"""

from collections.abc import Collection, Iterable, Mapping

from kplan.api.endpointsubsets import Backend, Port, packed, truncated
from kplan.api.metadata import annotations_of, labels_of
from kplan.api.object import Json
from kplan.api.pods import is_ready, node_of
from kplan.api.serviceports import (
    HEADLESS_LABEL,
    families,
    find_port,
    has_cluster_ip,
    pod_addresses,
    ports_of,
    selects_pods,
    sets_hostname,
    takes_part,
)
from kplan.apiserver.errors import StatusError
from kplan.namedtuples import NamedTuple
from kplan.simulation.podcontrol import is_namespace_terminating
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    deletions,
)
from kplan.simulation.servicepods import ServicePods
from kplan.simulation.triggertimes import TriggerTimes, stamped

OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
MANAGED_BY_LABEL = "endpoints.kubernetes.io/managed-by"
MANAGER = "endpoint-controller"


class _Pod(NamedTuple):
    """One pod of a Service as it was at the last look."""

    pod: Json
    service: Json
    backend: Backend | None


class _Known:
    """A Service as it was at the last look."""

    __slots__ = ("labels", "pods", "service", "settled")

    def __init__(self, service: Json, before: "_Known | None") -> None:
        self.service = service
        self.labels = _labels(service)
        self.pods: dict[ObjectKey, _Pod] = {} if before is None else before.pods
        self.settled: Json | None = None
        """The Endpoints that say what the pods are; None if that is not known."""

    def look(self, pods: Mapping[ObjectKey, Json], changed: Collection[ObjectKey]) -> None:
        """Look at the pods that may be others."""
        known = self.pods
        for key in changed:
            pod, before = pods.get(key), known.get(key)
            backend = None if pod is None else _backend(self.service, pod, before)
            if backend != (None if before is None else before.backend):
                self.settled = None
            if pod is None:
                known.pop(key, None)
            else:
                known[key] = _Pod(pod, self.service, backend)


class EndpointsController:
    """Keeps the Endpoints object of every Service that selects pods."""

    name = "endpoint-controller"

    def __init__(self) -> None:
        self._triggers = TriggerTimes()
        self._pods = ServicePods()
        self._known: dict[ObjectKey, _Known] = {}
        self.watches = (
            Watch("", "Service", self._pods.itself),
            Watch("", "Pod", self._pods.services_of),
            Watch("", "Endpoints", _service_of, heeds=deletions),
        )

    def unfinished(self) -> Iterable[Request]:
        """Nothing."""
        return ()

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the Endpoints where they should be (syncService)."""
        key = ObjectKey("", "Endpoints", request.namespace, request.name)
        service, current = context.cache.find(request), context.cache.find(key)
        if service is None:
            _delete(context, key, current)
            self._forget(request)
            return DONE
        known = self._known.get(request)
        if (known is None or known.service is not service) and not selects_pods(service):
            return DONE
        pods = self._pods.look(request, service["spec"]["selector"], context.cache)
        changed = pods.changed()
        time = self._triggers.look(request, service, pods.objects, changed)
        known = self._look(request, service, pods.objects, changed)
        if current is not None and known.settled is current:
            return DONE
        subsets, cut = truncated(packed(_backends(known.pods, pods.objects)))
        wanted = _endpoints(known, current, subsets, cut=cut)
        if current is not None and _same(current, wanted):
            known.settled = current
            return DONE
        stored = _write(context, service, current, stamped(wanted, time))
        known.settled = stored if stored is not None and _same(stored, wanted) else None
        return DONE

    def _look(
        self, key: ObjectKey, service: Json, pods: Mapping[ObjectKey, Json], changed: Collection[ObjectKey] | None
    ) -> _Known:  # fmt: skip
        """Work out again what is known of pods that may be others; of all where the Service is."""
        known = self._known.get(key)
        if known is None or known.service is not service or changed is None:
            known = self._known[key] = _Known(service, known)
            changed = {**known.pods, **pods}
        known.look(pods, changed)
        return known

    def _forget(self, service: ObjectKey) -> None:
        self._triggers.forget(service)
        self._pods.forget(service)
        self._known.pop(service, None)


def _service_of(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """Endpoints that somebody deleted are made again (onEndpointsDelete)."""
    gone = event.type is EventType.DELETED
    return (ObjectKey("", "Service", event.key.namespace, event.key.name),) if gone else ()


def _delete(context: Context, key: ObjectKey, current: Json | None) -> None:
    if current is not None and labels_of(current).get(MANAGED_BY_LABEL, MANAGER) == MANAGER:
        context.client.delete(key)


def _write(context: Context, service: Json, current: Json | None, wanted: Json) -> Json | None:
    """Store the Endpoints; None if the namespace goes."""
    name = service["metadata"]["name"]
    try:
        return context.client.create(wanted) if current is None else context.client.update(wanted)
    except StatusError as refusal:
        if is_namespace_terminating(refusal):
            return None
        verb = "Create" if current is None else "Update"
        text = (
            f"Failed to {verb.lower()} endpoint {service['metadata']['namespace']}/{name}: {refusal.message}"
        )
        context.event(wanted, "Warning", f"FailedTo{verb}Endpoint", text)
        raise


def _backends(known: Mapping[ObjectKey, _Pod], pods: Iterable[ObjectKey]) -> list[Backend]:
    """The pods that take part, in the order in which they came."""
    found = [known[key].backend for key in pods]
    return [backend for backend in found if backend is not None]


def _backend(service: Json, pod: Json, known: _Pod | None) -> Backend | None:
    """A pod that takes part, with the ports of its that the Service means; an address as before is the same object."""
    spec = service["spec"]
    publish = bool(spec.get("publishNotReadyAddresses"))
    if not takes_part(pod, terminating=publish):
        return None
    ready = publish or is_ready(pod)
    before = known.backend if known is not None else None
    if known is not None and before is not None and _stays(pod, service, known):
        return before if before.ready is ready else Backend(before.address, ready, before.ports, before.place)
    addresses = pod_addresses(pod, families(service)[0])
    ports = _ports(service, pod)
    if not addresses or not (ports or not (spec.get("ports") or has_cluster_ip(service))):
        return None
    address = _address(pod, service, addresses[0])
    if before is not None and before.address == address:
        address = before.address
    return Backend.of(address, ports, ready=ready)


def _stays(pod: Json, service: Json, known: _Pod) -> bool:
    """Whether a pod has the address and the ports that it had."""
    if known.service is not service or known.pod["spec"] is not pod["spec"]:
        return False
    if known.pod["metadata"].get("uid") != pod["metadata"].get("uid"):
        return False
    return known.pod["status"].get("podIPs") is pod["status"].get("podIPs")


def _ports(service: Json, pod: Json) -> list[Port]:
    found = []
    for port in ports_of(service):
        number = find_port(pod, port)
        if number is not None:
            name, protocol = port.get("name", ""), port.get("protocol", "TCP")
            found.append(Port(name, number, protocol, port.get("appProtocol")))
    return found


def _address(pod: Json, service: Json, address: str) -> Json:
    metadata = pod["metadata"]
    made: Json = {
        "ip": address,
        "targetRef": {
            "kind": "Pod",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata.get("uid", ""),
        },
    }
    if node_of(pod):
        made["nodeName"] = node_of(pod)
    return made | ({"hostname": pod["spec"]["hostname"]} if sets_hostname(pod, service) else {})


def _labels(service: Json) -> dict[str, str]:
    labels = {**labels_of(service), MANAGED_BY_LABEL: MANAGER}
    labels.pop(HEADLESS_LABEL, None)
    return labels if has_cluster_ip(service) else {**labels, HEADLESS_LABEL: ""}


def _endpoints(known: _Known, current: Json | None, subsets: list[Json], *, cut: bool) -> Json:
    owner = known.service["metadata"]
    metadata = {**current["metadata"]} if current is not None else {}
    metadata["name"], metadata["namespace"], metadata["labels"] = (
        owner["name"],
        owner["namespace"],
        known.labels,
    )
    notes = {**(metadata.pop("annotations", None) or {})}
    notes.pop(OVER_CAPACITY, None)
    if cut:
        notes[OVER_CAPACITY] = "truncated"
    if notes:
        metadata["annotations"] = notes
    made: Json = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    return {**made, "subsets": subsets} if subsets else made


def _same(one: Json, other: Json) -> bool:
    """Whether two Endpoints differ in nothing that counts."""
    return (
        (one.get("subsets") or []) == (other.get("subsets") or [])
        and labels_of(one) == labels_of(other)
        and annotations_of(one).get(OVER_CAPACITY) == annotations_of(other).get(OVER_CAPACITY)
    )
