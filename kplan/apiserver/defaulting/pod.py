"""Defaults that a pod has beyond those of its spec as a template.

Upstream: pkg/apis/core/v1/defaults.go (SetDefaults_Pod)
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.api.resourcelists import of_containers
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
            _default_host_network_ports(spec.get(field) or ())
    podspec.default_pod_spec(spec)
    _round_status(obj.get("status") or {})


def _default_host_network_ports(containers: Iterable[Json]) -> None:
    for container in containers:
        for port in container.get("ports") or ():
            if not port.get("hostPort") and port.get("containerPort"):
                port["hostPort"] = port["containerPort"]


def _default_pod_level(spec: Json) -> None:
    resources = spec["resources"]
    limits, requests = dict(resources.get("limits") or {}), dict(resources.get("requests") or {})
    if limits or requests:
        for name, total in of_containers(spec, "limits").items():
            if name.startswith("hugepages-") and name not in requests:
                limits.setdefault(name, total.canonical())
        if limits:
            resources["limits"] = limits
    if not limits:
        return
    for name, total in of_containers(spec, "requests").items():
        if name in _POD_LEVEL:
            requests.setdefault(name, total.canonical())
    for name, value in limits.items():
        if name in _POD_LEVEL or name.startswith("hugepages-"):
            requests.setdefault(name, value)
    if requests:
        resources["requests"] = requests


def _round_status(status: Json) -> None:
    for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for container in status.get(field) or ():
            round_up(container.get("allocatedResources"))
            round_up_each(container.get("resources"))


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {("v1", "Pod"): default_pod}
