"""Resource lists with exact quantities: sums and peaks as messages and statuses print them.

``podresources`` counts in integers for the scheduler; here the quantities keep their notation.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kplan.api.quantity import Quantity

ResourceList = dict[str, Quantity]


def parse(values: Mapping[str, Any] | None) -> ResourceList:
    """Read a resource list."""
    return {name: Quantity.parse(value) for name, value in (values or {}).items()}


def add(total: ResourceList, more: Mapping[str, Quantity]) -> None:
    """Add to a list in place."""
    for name, value in more.items():
        total[name] = total[name] + value if name in total else value


def raise_to(total: ResourceList, least: Mapping[str, Quantity]) -> None:
    """Raise each entry in place to at least another list's."""
    for name, value in least.items():
        if name not in total or total[name] < value:
            total[name] = value


def printed(values: Mapping[str, Quantity], names: Iterable[str]) -> str:
    """``cpu=1,pods=2``, in the order of the names."""
    return ",".join(f"{name}={values[name].canonical()}" for name in names)


def of_containers(spec: Mapping[str, Any], field: str) -> ResourceList:
    """Add up ``requests`` or ``limits``: all that runs together, or the largest moment of initialisation."""
    total: ResourceList = {}
    for container in spec.get("containers") or ():
        add(total, parse((container.get("resources") or {}).get(field)))
    sidecars: ResourceList = {}
    peak: ResourceList = {}
    for container in spec.get("initContainers") or ():
        own = parse((container.get("resources") or {}).get(field))
        if container.get("restartPolicy") == "Always":
            add(total, own)
            add(sidecars, own)
            own = dict(sidecars)
        else:
            add(own, sidecars)
        raise_to(peak, own)
    raise_to(total, peak)
    return total


def of_pod(spec: Mapping[str, Any], field: str) -> ResourceList:
    """The same for a pod: what is set for it as a whole counts instead of the sum."""
    total = of_containers(spec, field)
    pod_level = parse((spec.get("resources") or {}).get(field))
    total.update({name: value for name, value in pod_level.items() if is_pod_level(name)})
    return total


def is_pod_level(name: str) -> bool:
    """Whether ``spec.resources`` of a pod may set it."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")
