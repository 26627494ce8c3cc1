"""Which pods and ports stand behind a Service: shared by the endpoint controllers and by whoever asks for a route.

Upstream: staging/src/k8s.io/endpointslice/utils.go, pkg/controller/util/endpoint/controller_utils.go
"""

from collections.abc import Sequence
from ipaddress import ip_address

from kplan.api.containers import container_ports_of
from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.api.pods import ENDED, containers_of, is_ready, is_terminating, sidecars_of

HEADLESS_LABEL = "service.kubernetes.io/headless"


def ports_of(service: Json) -> Sequence[Json]:
    """The ports the Service offers."""
    return service["spec"].get("ports") or ()


def ingress_of(service: Json) -> Sequence[Json]:
    """What a load balancer gave the Service: items with ``ip`` or ``hostname``."""
    return (status_of(service).get("loadBalancer") or {}).get("ingress") or ()


def affinity_seconds_of(service: Json) -> int:
    """How long a Service keeps a client on one endpoint, if it does."""
    config = spec_of(service).get("sessionAffinityConfig") or {}
    return int((config.get("clientIP") or {}).get("timeoutSeconds", 10800))


def selects_pods(service: Json) -> bool:
    """Whether controllers keep endpoints for the Service."""
    spec = spec_of(service)
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName"


def has_cluster_ip(service: Json) -> bool:
    """Whether the Service has an address of its own rather than being headless."""
    return spec_of(service).get("clusterIP") not in (None, "", "None")


def families(service: Json) -> list[str]:
    """The address types of the Service, ``IPv4`` or ``IPv6``."""
    spec = spec_of(service)
    if spec.get("ipFamilies"):
        return list(spec["ipFamilies"])
    if has_cluster_ip(service):
        return ["IPv6" if ip_address(spec["clusterIP"]).version == 6 else "IPv4"]
    return ["IPv4", "IPv6"]


def pod_addresses(pod: Json, family: str) -> list[str]:
    """The pod's addresses of a family."""
    found = [item.get("ip") or "" for item in status_of(pod).get("podIPs") or ()]
    wanted = family == "IPv6"
    return [text for text in found if text and (":" in text) == wanted]


def takes_part(pod: Json, *, terminating: bool) -> bool:
    """Whether a pod can be an endpoint: it has an address and has not ended."""
    status = status_of(pod)
    if not status.get("podIP") or status.get("phase") in ENDED:
        return False
    return terminating or not is_terminating(pod)


def is_serving(pod: Json) -> bool:
    """Whether the pod answers, be it terminating or not."""
    return is_ready(pod)


def find_port(pod: Json, port: Json) -> int | None:
    """The number behind a Service port on this pod; a name is looked up in its containers and sidecars."""
    target = port.get("targetPort", port.get("port"))
    if not isinstance(target, str):
        return int(target) if target is not None else None
    spec, protocol = spec_of(pod), port.get("protocol", "TCP")
    for container in (*containers_of(spec), *sidecars_of(spec)):
        for offered in container_ports_of(container):
            if offered.get("name") == target and offered.get("protocol", "TCP") == protocol:
                return int(offered["containerPort"])
    return None


def sets_hostname(pod: Json, service: Json) -> bool:
    """Whether the pod has a DNS name of its own under the Service."""
    spec, metadata = spec_of(pod), service["metadata"]
    same = pod["metadata"].get("namespace") == metadata.get("namespace")
    return bool(spec.get("hostname")) and spec.get("subdomain") == metadata["name"] and same
