"""Defaults of the resource.k8s.io group.

Upstream: pkg/apis/resource/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_claim(obj: Json) -> None:
    """Fill a ResourceClaim."""
    _default_claim_spec(obj.get("spec") or {})
    for result in (((obj.get("status") or {}).get("allocation") or {}).get("devices") or {}).get(
        "results"
    ) or ():
        _default_tolerations(result)


def default_claim_template(obj: Json) -> None:
    """Fill a ResourceClaimTemplate."""
    _default_claim_spec((obj.get("spec") or {}).get("spec") or {})


def default_slice(obj: Json) -> None:
    """Fill a ResourceSlice."""
    for device in (obj.get("spec") or {}).get("devices") or ():
        for mapping in (device.get("nodeAllocatableResourceMappings") or {}).values():
            mapping.setdefault("allocationMultiplier", "1")


def _default_claim_spec(spec: Json) -> None:
    for request in (spec.get("devices") or {}).get("requests") or ():
        if "exactly" in request:
            _default_request(request["exactly"])
        for alternative in request.get("firstAvailable") or ():
            _default_request(alternative)


def _default_request(request: Json) -> None:
    if not request.get("allocationMode"):
        request["allocationMode"] = "ExactCount"
    if request["allocationMode"] == "ExactCount" and not request.get("count"):
        request["count"] = 1
    _default_tolerations(request)


def _default_tolerations(parent: Json) -> None:
    for toleration in parent.get("tolerations") or ():
        if not toleration.get("operator"):
            toleration["operator"] = "Equal"


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("resource.k8s.io/v1", "ResourceClaim"): default_claim,
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): default_claim_template,
    ("resource.k8s.io/v1", "ResourceSlice"): default_slice,
}
