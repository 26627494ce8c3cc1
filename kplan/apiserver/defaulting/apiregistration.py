"""Defaults of the apiregistration.k8s.io group.

Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_api_service(obj: Json) -> None:
    """Fill an APIService: the port of the service behind it."""
    service = obj.setdefault("spec", {}).get("service")
    if service is not None:
        service.setdefault("port", 443)


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("apiregistration.k8s.io/v1", "APIService"): default_api_service,
}
