"""Endpoints: the older form of a Service's endpoints, still kept for those who read it.

Upstream: pkg/controller/endpoint/endpoints_controller.go, staging/src/k8s.io/client-go (RepackSubsets)
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

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
from kplan.selectors.labels import Selector
from kplan.selectors.services import pods_of
from kplan.simulation.podcontrol import is_namespace_terminating
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
    label_sides,
)
from kplan.simulation.triggertimes import TriggerTimes, stamped

OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
MANAGED_BY_LABEL = "endpoints.kubernetes.io/managed-by"
MANAGER = "endpoint-controller"


class _Known(NamedTuple):
    """One pod of a Service as it was at the last look."""

    pod: Json
    service: Json
    backend: Backend | None


class EndpointsController:
    """Keeps the Endpoints object of every Service that selects pods."""

    name = "endpoint-controller"

    def __init__(self) -> None:
        self._triggers = TriggerTimes()
        self._known: dict[ObjectKey, dict[str, _Known]] = {}
        self.watches = (Watch("", "Service", itself), Watch("", "Pod", _services_of_pod))

    def unfinished(self) -> Iterable[Request]:
        """Nothing."""
        return ()

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the Endpoints where they should be (syncService)."""
        key = ObjectKey("", "Endpoints", request.namespace, request.name)
        service, current = context.cache.find(request), context.cache.find(key)
        if service is None:
            _delete(context, key, current)
            self._triggers.forget(request)
            self._known.pop(request, None)
            return DONE
        if not selects_pods(service):
            return DONE
        selector = Selector.stored_set(service["spec"]["selector"])
        pods = context.cache.selected("", "Pod", request.namespace, selector)
        changed = self._triggers.look(request, service, pods)
        subsets, cut = truncated(packed(self._backends(request, service, pods)))
        wanted = _endpoints(service, current, subsets, cut=cut)
        if current is not None and _same(current, wanted):
            return DONE
        _write(context, service, current, stamped(wanted, changed))
        return DONE

    def _backends(self, request: ObjectKey, service: Json, pods: Iterable[Json]) -> Iterator[Backend]:
        """The pods that take part; what is known of a pod is worked out again where it or the Service is another."""
        before = self._known.get(request, {})
        now = self._known[request] = {}
        for pod in pods:
            uid = pod["metadata"].get("uid", "")
            known = before.get(uid)
            if known is None or known.pod is not pod or known.service is not service:
                known = _Known(pod, service, _backend(service, pod, known))
            now[uid] = known
            if known.backend is not None:
                yield known.backend


def _delete(context: Context, key: ObjectKey, current: Json | None) -> None:
    if current is not None and labels_of(current).get(MANAGED_BY_LABEL, MANAGER) == MANAGER:
        context.client.delete(key)


def _write(context: Context, service: Json, current: Json | None, wanted: Json) -> None:
    name = service["metadata"]["name"]
    try:
        if current is None:
            context.client.create(wanted)
        else:
            context.client.update(wanted)
    except StatusError as refusal:
        if is_namespace_terminating(refusal):
            return
        verb = "Create" if current is None else "Update"
        text = (
            f"Failed to {verb.lower()} endpoint {service['metadata']['namespace']}/{name}: {refusal.message}"
        )
        context.event(wanted, "Warning", f"FailedTo{verb}Endpoint", text)
        raise


def _backend(service: Json, pod: Json, known: _Known | None) -> Backend | None:
    """A pod that takes part, with the ports of its that the Service means; an address as before is the same object."""
    spec = service["spec"]
    publish = bool(spec.get("publishNotReadyAddresses"))
    if not takes_part(pod, terminating=publish):
        return None
    addresses = pod_addresses(pod, families(service)[0])
    ports = _ports(service, pod)
    if not addresses or not (ports or not (spec.get("ports") or has_cluster_ip(service))):
        return None
    address = _address(pod, service, addresses[0])
    if known is not None and known.backend is not None and known.backend.address == address:
        address = known.backend.address
    return Backend(address, publish or is_ready(pod), ports)


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


def _endpoints(service: Json, current: Json | None, subsets: list[Json], *, cut: bool) -> Json:
    metadata = dict(current["metadata"]) if current is not None else {}
    metadata |= {"name": service["metadata"]["name"], "namespace": service["metadata"]["namespace"]}
    labels = {**labels_of(service), MANAGED_BY_LABEL: MANAGER}
    labels.pop(HEADLESS_LABEL, None)
    metadata["labels"] = labels if has_cluster_ip(service) else {**labels, HEADLESS_LABEL: ""}
    notes = {
        key: text for key, text in (metadata.pop("annotations", None) or {}).items() if key != OVER_CAPACITY
    }
    if cut:
        notes[OVER_CAPACITY] = "truncated"
    if notes:
        metadata["annotations"] = notes
    made: Json = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    return made | ({"subsets": subsets} if subsets else {})


def _same(one: Json, other: Json) -> bool:
    def seen(value: Json) -> object:
        return (value.get("subsets") or [], labels_of(value), annotations_of(value).get(OVER_CAPACITY))

    return seen(one) == seen(other)


def _services_of_pod(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    return cache.selecting("", "Service", event.key.namespace, pods_of, label_sides(event))
