"""One pod as an endpoint of a Service, and the ports and labels of its slice.

Upstream: staging/src/k8s.io/endpointslice/utils.go, staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go
"""

from kplan.api.endpointslices import MANAGED_BY_LABEL, SERVICE_LABEL, name_prefix
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import new_controller_ref
from kplan.api.pods import is_ready, is_terminating, node_of
from kplan.api.serviceports import (
    HEADLESS_LABEL,
    find_port,
    has_cluster_ip,
    pod_addresses,
    ports_of,
    sets_hostname,
)
from kplan.api.sliceports import in_order

MANAGER = "endpointslice-controller.k8s.io"
ZONE_LABEL = "topology.kubernetes.io/zone"

_RESERVED = frozenset({SERVICE_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL})


def endpoint_of(pod: Json, node: Json | None, service: Json, family: str, *, hinted: bool = True) -> Json:
    """The pod as an endpoint; ``hinted`` if the Service's traffic distribution says for whom it is."""
    metadata = pod["metadata"]
    endpoint: Json = {
        "addresses": pod_addresses(pod, family),
        "conditions": _conditions(pod, service),
        "targetRef": {
            "kind": "Pod",
            "namespace": metadata.get("namespace", ""),
            "name": metadata["name"],
            "uid": metadata.get("uid", ""),
        },
    }
    if name := node_of(pod):
        endpoint["nodeName"] = name
    zone = labels_of(node).get(ZONE_LABEL) if node else None
    if zone:
        endpoint["zone"] = zone
    if sets_hostname(pod, service):
        endpoint["hostname"] = pod["spec"]["hostname"]
    hints = hints_for(endpoint, service) if hinted else None
    return {**endpoint, "hints": hints} if hints else endpoint


def endpoint_again(before: Json, pod_before: Json, pod: Json, service: Json) -> Json | None:
    """The endpoint of a pod whose spec, node and Service are as they were: only its conditions may differ, and what is
    the same stays the same object; None if more may differ.
    """
    if pod["status"].get("podIPs") is not pod_before["status"].get("podIPs"):
        return None
    if pod["metadata"].get("uid", "") != before["targetRef"]["uid"]:
        return None
    conditions = _conditions(pod, service)
    if conditions == before["conditions"]:
        return before
    return None if service["spec"].get("trafficDistribution") else {**before, "conditions": conditions}


def _conditions(pod: Json, service: Json) -> Json:
    serving, terminating = is_ready(pod), is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    return {"ready": ready, "serving": serving, "terminating": terminating}


def hints_for(endpoint: Json, service: Json) -> Json | None:
    """For whom the endpoint is meant, by the Service's traffic distribution."""
    wanted = service["spec"].get("trafficDistribution")
    if not endpoint["conditions"]["ready"] or wanted not in (
        "PreferClose",
        "PreferSameZone",
        "PreferSameNode",
    ):
        return None
    hints: Json = {}
    if endpoint.get("zone"):
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if wanted == "PreferSameNode" and endpoint.get("nodeName"):
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints or None


def pod_ports(service: Json, pod: Json) -> list[Json]:
    """The Service's ports as they are on this pod, by their hashes; a name the pod lacks is left out."""
    found = []
    for port in ports_of(service):
        number = find_port(pod, port)
        if number is None:
            continue
        made = {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}
        found.append(made | ({"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {}))
    return in_order(found)


def slice_labels(service: Json) -> dict[str, str]:
    """The labels of a Service's slices."""
    own = {key: text for key, text in labels_of(service).items() if key not in _RESERVED}
    if not has_cluster_ip(service):
        own[HEADLESS_LABEL] = ""
    return {**own, SERVICE_LABEL: service["metadata"]["name"], MANAGED_BY_LABEL: MANAGER}


def new_slice(service: Json, family: str, ports: list[Json]) -> Json:
    """An empty slice."""
    name = service["metadata"]["name"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": name_prefix(name),
            "namespace": service["metadata"]["namespace"],
            "labels": slice_labels(service),
            "ownerReferences": [new_controller_ref(service)],
        },
        "addressType": family,
        "endpoints": [],
        "ports": ports,
    }
