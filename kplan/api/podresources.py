"""What a pod asks of its node: containers in sum, init containers at their peak, pod level and overhead.

Scheduler, quota and eviction all count the same way. Amounts are integers: cpu in thousandths, the rest in whole units.

Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api import conditions
from kplan.api.containers import container_ports_of, requests_of
from kplan.api.pods import (
    container_statuses_of,
    containers_of,
    init_container_statuses_of,
    init_containers_of,
    sidecars_of,
)
from kplan.api.quantity import milli_value, value

Resources = dict[str, int]
"""Resource name to amount; cpu in millicores."""

CPU: Final = "cpu"
MEMORY: Final = "memory"
EPHEMERAL_STORAGE: Final = "ephemeral-storage"
PODS: Final = "pods"
HUGEPAGES_PREFIX: Final = "hugepages-"
NON_MISSING: Final[Mapping[str, int]] = {CPU: 100, MEMORY: 200 * 1024 * 1024}
"""What scoring assumes of a container that asks for no cpu or no memory."""


def parse_resources(quantities: Mapping[str, Any] | None) -> Resources:
    """Read a resource list; fractions round up."""
    if not quantities:
        return {}
    return {name: milli_value(text) if name == CPU else value(text) for name, text in quantities.items()}


def is_scalar(name: str) -> bool:
    """Whether the scheduler counts it by name: extended resources, huge pages, attachable volumes."""
    return (
        name.startswith((HUGEPAGES_PREFIX, "attachable-volumes-"))
        or "kubernetes.io/" in name
        or is_extended(name)
    )


def is_extended(name: str) -> bool:
    """Whether it is an extended resource: qualified, outside kubernetes.io, and no quota name."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def is_pod_level(name: str) -> bool:
    """Whether ``spec.resources`` of a pod may set it."""
    return name in (CPU, MEMORY) or name.startswith(HUGEPAGES_PREFIX)


def pod_level_requests(pod: Mapping[str, Any]) -> Resources:
    """The requests the pod sets for all its containers together."""
    requests = requests_of(pod["spec"])
    return parse_resources({name: text for name, text in requests.items() if is_pod_level(name)})


def pod_requests(
    pod: Mapping[str, Any],
    *,
    non_missing: Mapping[str, int] | None = None,
    pod_level: bool = True,
    status: bool = False,
) -> Resources:
    """Add up what a pod requests.

    ``non_missing`` is assumed of every container that does not name the resource; with ``pod_level``, requests of the
    pod itself replace the sum; with ``status``, what running containers were really given counts, as it does on a node.
    """
    spec = pod["spec"]
    resized = _Resized(pod) if status else None
    total: Resources = {}
    for container in containers_of(spec):
        _add(total, _container_requests(container, non_missing, resized))
    _raise(total, _init_peak(spec, total, non_missing, resized))
    if pod_level:
        total.update(pod_level_requests(pod))
    _add(total, parse_resources(spec.get("overhead")))
    return total


def non_zero_requests(
    pod: Mapping[str, Any], requests: Resources, *, status: bool = False
) -> tuple[int, int]:
    """Millicores and bytes that scoring counts for a pod: one that requests nothing still uses something."""
    assumed = NON_MISSING
    if pod_level_requests(pod):
        assumed = {name: amount for name, amount in NON_MISSING.items() if name not in requests}
    counted = pod_requests(pod, non_missing=assumed, status=status) if assumed else requests
    return counted.get(CPU, 0), counted.get(MEMORY, 0)


class _Resized:
    """What the kubelet says running containers were given, while a resize is under way."""

    def __init__(self, pod: Mapping[str, Any]) -> None:
        entries = [*container_statuses_of(pod), *init_container_statuses_of(pod)]
        self.given = {entry.get("name"): entry for entry in entries if entry.get("resources") is not None}
        self.infeasible = conditions.reason(pod, "PodResizePending") == "Infeasible"

    def requests(self, name: str, asked: Resources) -> Resources:
        entry = self.given.get(name)
        if entry is None:
            return asked
        result = {} if self.infeasible else dict(asked)
        _raise(result, parse_resources(entry["resources"].get("requests")))
        _raise(result, parse_resources(entry.get("allocatedResources")))
        return result


def _container_requests(
    container: Mapping[str, Any], non_missing: Mapping[str, int] | None, resized: _Resized | None
) -> Resources:
    requests = parse_resources(requests_of(container))
    if resized is not None:
        requests = resized.requests(str(container.get("name", "")), requests)
    return {**non_missing, **requests} if non_missing else requests


def _init_peak(
    spec: Mapping[str, Any], total: Resources, non_missing: Mapping[str, int] | None, resized: _Resized | None
) -> Resources:
    """Add sidecars to the total and find the highest need while the pod starts."""
    sidecars: Resources = {}
    peak: Resources = {}
    for container in init_containers_of(spec):
        restartable = container.get("restartPolicy") == "Always"
        requests = _container_requests(container, non_missing, resized if restartable else None)
        if restartable:
            _add(total, requests)
            _add(sidecars, requests)
            _raise(peak, sidecars)
        else:
            _add(requests, sidecars)
            _raise(peak, requests)
    return peak


def _add(total: Resources, more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _raise(total: Resources, other: Mapping[str, int]) -> None:
    for name, amount in other.items():
        if name not in total or amount > total[name]:
            total[name] = amount


def host_ports(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Address, protocol and number of every port of the node that a pod takes."""
    for container in [*sidecars_of(spec), *containers_of(spec)]:
        for port in container_ports_of(container):
            if port.get("hostPort", 0) > 0:
                yield port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"]  # noqa: S104 - a value of the API, nothing is bound


def in_words(name: str, amount: int) -> str:
    """An amount as a manifest would write it, rounded to what can be read."""
    if name == CPU:
        return f"{amount}m" if amount % 1000 else str(amount // 1000)
    if name not in (MEMORY, EPHEMERAL_STORAGE) and not name.startswith(HUGEPAGES_PREFIX):
        return str(amount)
    for unit, size in (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)):
        if amount and amount % size == 0 and amount // size < 10_000:
            return f"{amount // size}{unit}"
    return f"{-(-amount // (1 << 20))}Mi" if abs(amount) >= 1 << 20 else str(amount)
