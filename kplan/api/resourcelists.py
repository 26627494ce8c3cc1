"""Resource lists with exact quantities: sums and peaks as messages and statuses print them.

``podresources`` counts in integers for the scheduler; here the quantities keep their notation.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kplan.api import conditions
from kplan.api.containers import resources_of
from kplan.api.pods import (
    container_statuses_of,
    containers_of,
    init_container_statuses_of,
    init_containers_of,
)
from kplan.api.quantity import Quantity

ResourceList = dict[str, Quantity]
Actual = Callable[[str, ResourceList], ResourceList]
"""What a container has, by its name and what its spec says."""


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


def of_containers(spec: Mapping[str, Any], field: str, actual: Actual | None = None) -> ResourceList:
    """Add up ``requests`` or ``limits``: all that runs together, or the largest moment of initialisation."""

    def of_container(container: Mapping[str, Any], *, runs: bool = True) -> ResourceList:
        written = parse(resources_of(container, field))
        return actual(str(container.get("name")), written) if actual and runs else written

    total: ResourceList = {}
    for container in containers_of(spec):
        add(total, of_container(container))
    sidecars: ResourceList = {}
    peak: ResourceList = {}
    for container in init_containers_of(spec):
        restartable = container.get("restartPolicy") == "Always"
        own = of_container(container, runs=restartable)
        if restartable:
            add(total, own)
            add(sidecars, own)
            own = dict(sidecars)
        else:
            add(own, sidecars)
        raise_to(peak, own)
    raise_to(total, peak)
    return total


def of_pod(spec: Mapping[str, Any], field: str, actual: Actual | None = None) -> ResourceList:
    """The same for a pod: what is set for it as a whole counts instead of the sum."""
    total = of_containers(spec, field, actual)
    pod_level = parse(resources_of(spec, field))
    total.update({name: value for name, value in pod_level.items() if is_pod_level(name)})
    return total


def pod_requests(pod: Mapping[str, Any], *, status: bool = False) -> ResourceList:
    """What a pod requests, overhead included; with ``status``, what running containers were given counts as well."""
    total = of_pod(pod["spec"], "requests", _given(pod, "requests") if status else None)
    add(total, parse(pod["spec"].get("overhead")))
    return total


def pod_limits(pod: Mapping[str, Any], *, status: bool = False) -> ResourceList:
    """What limits a pod; overhead is added to limits there are."""
    total = of_pod(pod["spec"], "limits", _given(pod, "limits") if status else None)
    for name, value in parse(pod["spec"].get("overhead")).items():
        if total.get(name):
            total[name] = total[name] + value
    return total


def _given(pod: Mapping[str, Any], field: str) -> Actual:
    """What containers have while a resize is under way: the most of what is asked, allocated and in force."""
    entries = [*container_statuses_of(pod), *init_container_statuses_of(pod)]
    given = {entry.get("name"): entry for entry in entries if entry.get("resources") is not None}
    infeasible = conditions.reason(pod, "PodResizePending") == "Infeasible"

    def actual(name: str, written: ResourceList) -> ResourceList:
        entry = given.get(name)
        if entry is None:
            return written
        result = {} if infeasible else dict(written)
        raise_to(result, parse(entry["resources"].get(field)))
        if field == "requests":
            raise_to(result, parse(entry.get("allocatedResources")))
        return result

    return actual


def is_pod_level(name: str) -> bool:
    """Whether ``spec.resources`` of a pod may set it."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")
