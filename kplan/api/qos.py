"""The quality of service a pod earns by what it asks for.

Upstream: pkg/apis/core/helper/qos/qos.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.api.metadata import spec_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, init_containers_of
from kplan.api.quantity import Quantity


def qos_class(pod: Json) -> str:
    """The quality of service that requests and limits earn."""
    spec = spec_of(pod)
    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}
    guaranteed = True
    holders = (
        [spec] if spec.get("resources") is not None else [*init_containers_of(spec), *containers_of(spec)]
    )
    for holder in holders:
        resources = holder.get("resources") or {}
        _collect(requests, resources.get("requests"))
        limited = _collect(limits, resources.get("limits"))
        skipped = holder is spec and not resources.get("limits")
        if not skipped and limited != {"cpu", "memory"}:
            guaranteed = False
    if not requests and not limits:
        return "BestEffort"
    equal = all(name in limits and limits[name] == value for name, value in requests.items())
    return "Guaranteed" if guaranteed and equal and len(requests) == len(limits) else "Burstable"


def _collect(total: dict[str, Quantity], resources: Mapping[str, Any] | None) -> set[str]:
    found = set()
    for name in ("cpu", "memory"):
        value = (resources or {}).get(name)
        if value is not None:
            quantity = Quantity.parse(value)
            if quantity.sign() > 0:
                found.add(name)
                total[name] = total[name] + quantity if name in total else quantity
    return found
