"""Reads of EndpointSlices, and the names that all who make them share.

Upstream: staging/src/k8s.io/api/discovery/v1/{types,well_known_labels}.go
"""

from kplan.api.object import Json

SERVICE_LABEL = "kubernetes.io/service-name"
MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by"
_NAME_LENGTH = 253


def name_prefix(service: str) -> str:
    """What the names of a Service's slices begin with (getEndpointSlicePrefix)."""
    return f"{service}-" if len(service) < _NAME_LENGTH else service


def endpoints_of(item: Json) -> list[Json]:
    """The endpoints of a slice, which the server prints as null if there are none."""
    return item.get("endpoints") or []


def endpoint_ports_of(item: Json) -> list[Json]:
    """The ports of a slice."""
    return item.get("ports") or []


def is_ready_endpoint(endpoint: Json) -> bool:
    """Whether an endpoint says of itself that it is ready."""
    return bool((endpoint.get("conditions") or {}).get("ready"))


def target_of(endpoint: Json) -> Json:
    """The pod behind an endpoint, as a reference; empty if there is none."""
    return endpoint.get("targetRef") or {}


def hinted_zones_of(endpoint: Json) -> list[str]:
    """The zones an endpoint is meant for."""
    return [item["name"] for item in (endpoint.get("hints") or {}).get("forZones") or ()]
