"""Fields that the server drops because their feature gate is off by default at 1.36, unless the old object uses them.

Upstream: pkg/api/pod/util.go, pkg/features/kube_features.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json

_PROJECTIONS: Final = ("clusterTrustBundle", "podCertificate")
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")

_ALLOCATED: Final = "nodeAllocatableResourceClaimStatuses"


def drop_disabled_pod_fields(spec: Json, old: Json | None) -> None:
    """Drop what a pod spec cannot have yet."""
    if "volumes" in spec:
        for field in _PROJECTIONS:
            _drop_projection(spec, old, field)
    if "schedulingGroup" in spec and "schedulingGroup" not in (old or {}):
        del spec["schedulingGroup"]
    for container in _with_stop_signal(spec):
        if not any(_with_stop_signal(old or {})):
            del container["lifecycle"]["stopSignal"]
            if not container["lifecycle"]:
                del container["lifecycle"]


def drop_disabled_pod_status_fields(status: Json, old: Json) -> None:
    """Drop what the status of a pod cannot have yet."""
    if not old.get(_ALLOCATED):
        status.pop(_ALLOCATED, None)


def drop_disabled_template_fields(template: Json | None, old: Json | None) -> None:
    """Drop what a pod template cannot have yet."""
    if template:
        drop_disabled_pod_fields(template.get("spec") or {}, (old or {}).get("spec"))


def _drop_projection(spec: Json, old: Json | None, field: str) -> None:
    if any(field in source for source in _projections(old or {})):
        return
    for source in _projections(spec):
        source.pop(field, None)


def _projections(spec: Json) -> Iterator[Json]:
    for volume in spec.get("volumes") or ():
        yield from (volume.get("projected") or {}).get("sources") or ()


def _with_stop_signal(spec: Json) -> list[Json]:
    return [
        container
        for field in _CONTAINERS
        for container in spec.get(field) or ()
        if "stopSignal" in (container.get("lifecycle") or {})
    ]
