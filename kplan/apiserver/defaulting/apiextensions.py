"""Defaults of CustomResourceDefinitions.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_custom_resource_definition(obj: Json) -> None:
    """Fill in names, conversion, stored version and the port of a conversion webhook."""
    spec = obj["spec"]
    names = spec["names"]
    kind = names.get("kind") or ""
    if not names.get("singular") and kind:
        names["singular"] = kind.lower()
    if not names.get("listKind") and kind:
        names["listKind"] = kind + "List"
    spec.setdefault("conversion", {"strategy": "None"})
    service = ((spec["conversion"].get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = 443
    status = obj["status"]
    if not status.get("storedVersions"):
        stored = next(
            (version["name"] for version in spec.get("versions") or () if version.get("storage")), None
        )
        if stored is not None:
            status["storedVersions"] = [stored]


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): default_custom_resource_definition,
}
