"""Defaults of the discovery.k8s.io group.

Upstream: pkg/apis/discovery/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_endpoint_slice(obj: Json) -> None:
    """Fill an EndpointSlice."""
    for port in obj.get("ports") or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("discovery.k8s.io/v1", "EndpointSlice"): default_endpoint_slice,
}
