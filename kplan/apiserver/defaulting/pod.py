"""Defaults that a pod has beyond those of its spec as a template.

Upstream: pkg/apis/core/v1/defaults.go (SetDefaults_Pod)
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver.defaulting import podspec
from kplan.apiserver.defaulting.resources import round_up, round_up_each

_POD_LEVEL: Final = ("cpu", "memory")


def default_pod(obj: Json) -> None:
    """Fill a Pod: requests default to limits, host ports to container ports."""
    spec = obj.setdefault("spec", {})
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            resources = container.get("resources") or {}
            if resources.get("limits"):
                resources["requests"] = {**resources["limits"], **(resources.get("requests") or {})}
    if spec.get("resources"):
        _default_pod_level(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        for field in ("containers", "initContainers"):
            for container in spec.get(field) or ():
                for port in container.get("ports") or ():
                    if not port.get("hostPort") and port.get("containerPort"):
                        port["hostPort"] = port["containerPort"]
    podspec.default_pod_spec(spec)
    _round_status(obj.get("status") or {})


def _default_pod_level(spec: Json) -> None:
    resources = spec["resources"]
    limits, requests = dict(resources.get("limits") or {}), dict(resources.get("requests") or {})
    if limits or requests:
        for name, total in aggregate(spec, "limits").items():
            if name.startswith("hugepages-") and name not in requests:
                limits.setdefault(name, total.canonical())
        if limits:
            resources["limits"] = limits
    if not limits:
        return
    for name, total in aggregate(spec, "requests").items():
        if name in _POD_LEVEL:
            requests.setdefault(name, total.canonical())
    for name, value in limits.items():
        if name in _POD_LEVEL or name.startswith("hugepages-"):
            requests.setdefault(name, value)
    if requests:
        resources["requests"] = requests


def aggregate(spec: Json, field: str) -> Mapping[str, Quantity]:
    """Add up what the containers ask for together: the running ones, or the largest moment of initialisation."""
    total: dict[str, Quantity] = {}
    for container in spec.get("containers") or ():
        _add(total, _quantities(container, field))
    sidecars: dict[str, Quantity] = {}
    initial: dict[str, Quantity] = {}
    for container in spec.get("initContainers") or ():
        wanted = _quantities(container, field)
        if container.get("restartPolicy") == "Always":
            _add(total, wanted)
            _add(sidecars, wanted)
            wanted = dict(sidecars)
        else:
            _add(wanted, sidecars)
        _raise_to(initial, wanted)
    _raise_to(total, initial)
    return total


def _quantities(container: Json, field: str) -> dict[str, Quantity]:
    values: dict[str, Any] = (container.get("resources") or {}).get(field) or {}
    return {name: Quantity.parse(value) for name, value in values.items()}


def _add(total: dict[str, Quantity], more: Mapping[str, Quantity]) -> None:
    for name, value in more.items():
        total[name] = total[name] + value if name in total else value


def _raise_to(total: dict[str, Quantity], least: Mapping[str, Quantity]) -> None:
    for name, value in least.items():
        if name not in total or total[name] < value:
            total[name] = value


def _round_status(status: Json) -> None:
    for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for container in status.get(field) or ():
            round_up(container.get("allocatedResources"))
            round_up_each(container.get("resources"))
