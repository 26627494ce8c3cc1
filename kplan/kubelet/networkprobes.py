"""Probes over the network: the port they go to, and what they say where nothing listens.

Upstream: pkg/probe/{util,http/http,tcp/tcp,grpc/grpc}.go
"""

import re
from typing import Final

from kplan.api.containers import container_ports_of
from kplan.api.object import Json

ADDRESS: Final = "$(address)"
"""Stands in a text for the address of the pod, which nobody knows before it runs."""
_NUMBER: Final = re.compile("[+-]?[0-9]+")
_PROBES: Final = ("startupProbe", "readinessProbe", "livenessProbe")
_WAYS: Final = ("httpGet", "tcpSocket", "grpc")


def is_probed(container: Json) -> bool:
    """Whether a probe of it goes over the network."""
    return any(way in (container.get(name) or {}) for name in _PROBES for way in _WAYS)


def unknown_port(container: Json, name: str) -> str:
    """The port that a probe gives by a name which no port of the container has; empty if it finds its port.

    Upstream: pkg/probe/util.go (ResolveContainerPort)
    """
    probe = container.get(name) or {}
    port = next((probe[way].get("port") for way in ("httpGet", "tcpSocket") if probe.get(way)), None)
    if not isinstance(port, str) or _NUMBER.fullmatch(port):
        return ""
    return "" if port in [one.get("name") for one in container_ports_of(container)] else port


def refusal(container: Json, name: str) -> str:
    """What a probe says to whom nobody listens in the pod; empty for one that goes elsewhere, or finds no port."""
    probe = container.get(name) or {}
    way = next((one for one in _WAYS if probe.get(one)), "")
    if not way or probe[way].get("host") or unknown_port(container, name):
        return ""
    place = f"{ADDRESS}:{_port(container, probe[way]['port'])}"
    failed = f"dial tcp {place}: connect: connection refused"
    if way == "httpGet":
        scheme, path = str(probe[way].get("scheme") or "HTTP").lower(), str(probe[way].get("path") or "/")
        return f'Get "{scheme}://{place}/{path.removeprefix("/")}": {failed}'
    if way == "grpc":
        within = int(probe.get("timeoutSeconds") or 1)
        return f'timeout: failed to connect service "{place}" within {within}s: context deadline exceeded'
    return failed


def _port(container: Json, port: int | str) -> int | str:
    """The number of a port that may be given by its name."""
    numbers = {one.get("name"): one.get("containerPort") for one in container_ports_of(container)}
    return numbers.get(port) or port
