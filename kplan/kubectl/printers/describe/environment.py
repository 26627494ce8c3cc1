"""The environment of a container: written values, and where the others come from.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeContainerEnvVars, EnvValueRetriever),
staging/src/k8s.io/kubectl/pkg/util/resource/resource.go
"""

import math
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import NONE, go

_SOURCES: Final = (
    ("secretKeyRef", "<set to the key '{key}' in secret '{name}'>"),
    ("configMapKeyRef", "<set to the key '{key}' of config map '{name}'>"),
)
_BOUNDED: Final = ("cpu", "memory", "ephemeral-storage")


def environment(page: Page, container: Json, pod: Json | None) -> None:
    """Sources of many variables, then the variables."""
    if container.get("envFrom"):
        page.row(2, "Environment Variables from:")
        for source in container["envFrom"]:
            _source(page, source)
    found = container.get("env")
    page.row(2, f"Environment:{'' if found else chr(9) + NONE}")
    for variable in found or ():
        if variable.get("valueFrom") is None:
            first, *rest = str(variable.get("value") or "").split("\n")
            page.field(3, variable.get("name") or "", first)
            for line in rest:
                page.row(3, "", line)
        else:
            _referring(page, variable, container, pod)


def _source(page: Page, source: Json) -> None:
    kind, reference = "", {}
    if source.get("configMapRef") is not None:
        kind, reference = "ConfigMap", source["configMapRef"]
    elif source.get("secretRef") is not None:
        kind, reference = "Secret", source["secretRef"]
    prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
    page.row(3, reference.get("name") or "", kind + prefix, f"Optional: {_optional(reference)}")


def _referring(page: Page, variable: Json, container: Json, pod: Json | None) -> None:
    name, source = variable.get("name") or "", variable["valueFrom"]
    field, resource = source.get("fieldRef"), source.get("resourceFieldRef")
    if field is not None:
        path = f"({field.get('apiVersion') or ''}:{field.get('fieldPath') or ''})"
        page.field(3, name, f"{_field(field, pod)} {path}")
    elif resource is not None:
        page.field(3, name, f"{_resource(resource, container)} ({resource.get('resource') or ''})")
    else:
        for kind, text in _SOURCES:
            reference = source.get(kind)
            if reference is not None:
                found = text.format(key=reference.get("key") or "", name=reference.get("name") or "")
                page.row(3, f"{name}:", found, f"Optional: {_optional(reference)}")
                break


def _optional(reference: Json) -> str:
    return go(bool(reference.get("optional")))


def _field(field: Json, pod: Json | None) -> str:
    """Only two fields are known to kubectl, which has no conversion of its own for the others."""
    if pod is None or field.get("apiVersion") != "v1":
        return ""
    name = {"metadata.name": "name", "metadata.namespace": "namespace"}.get(str(field.get("fieldPath")), "")
    return str(pod["metadata"].get(name) or "") if name else ""


def _resource(reference: Json, container: Json) -> str:
    name = str(reference.get("resource") or "")
    side, _, resource = name.partition(".")
    if side not in ("limits", "requests") or not (resource in _BOUNDED or resource.startswith("hugepages-")):
        return ""
    divisor = Quantity.parse(str(reference.get("divisor") or "0"))
    divisor = Quantity.of(1) if divisor.is_zero() else divisor
    amount = Quantity.parse(str(((container.get("resources") or {}).get(side) or {}).get(resource) or "0"))
    if resource == "cpu":
        units = math.ceil(amount.milli() / divisor.milli())
    else:
        units = math.ceil(amount.value() / divisor.value())
    unlimited = units == 0 and name in ("limits.cpu", "limits.memory")
    return "node allocatable" if unlimited else str(units)
