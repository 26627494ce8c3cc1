"""The environment of a container: written values, and where the others come from.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeContainerEnvVars, EnvValueRetriever),
staging/src/k8s.io/kubectl/pkg/util/resource/resource.go
"""

import math
from typing import Final

from kplan.api.core.container import Container, EnvFromSource, EnvVarSource
from kplan.api.core.pod import Pod
from kplan.api.core.volumesources import ObjectFieldSelector, ResourceFieldSelector
from kplan.api.quantity import Quantity
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import NONE, go

_BOUNDED: Final = ("cpu", "memory", "ephemeral-storage")


def environment(page: Page, container: Container, pod: Pod | None) -> None:
    """Sources of many variables, then the variables."""
    if container.env_from:
        page.row(2, "Environment Variables from:")
        for source in container.env_from:
            _source(page, source)
    page.row(2, f"Environment:{'' if container.env else chr(9) + NONE}")
    for variable in container.env:
        if variable.value_from is None:
            first, *rest = variable.value.split("\n")
            page.field(3, variable.name, first)
            for line in rest:
                page.row(3, "", line)
        else:
            _referring(page, variable.name, variable.value_from, container, pod)


def _source(page: Page, source: EnvFromSource) -> None:
    kind, reference = "ConfigMap", source.config_map_ref or source.secret_ref
    if source.config_map_ref is None:
        kind = "Secret" if source.secret_ref else ""
    prefix = f" with prefix '{source.prefix}'" if source.prefix else ""
    name, optional = (reference.name, reference.optional) if reference else ("", None)
    page.row(3, name, kind + prefix, f"Optional: {go(bool(optional))}")


def _referring(page: Page, name: str, source: EnvVarSource, container: Container, pod: Pod | None) -> None:
    field, resource = source.field_ref, source.resource_field_ref
    secret, config = source.secret_key_ref, source.config_map_key_ref
    if field is not None:
        path = f"({field.api_version}:{field.field_path})"
        page.field(3, name, f"{_field(field, pod)} {path}")
    elif resource is not None:
        page.field(3, name, f"{_resource(resource, container)} ({resource.resource})")
    elif secret is not None:
        found = f"<set to the key '{secret.key}' in secret '{secret.name}'>"
        page.row(3, f"{name}:", found, f"Optional: {go(bool(secret.optional))}")
    elif config is not None:
        found = f"<set to the key '{config.key}' of config map '{config.name}'>"
        page.row(3, f"{name}:", found, f"Optional: {go(bool(config.optional))}")


def _field(field: ObjectFieldSelector, pod: Pod | None) -> str:
    """Only two fields are known to kubectl, which has no conversion of its own for the others."""
    if pod is None or field.api_version != "v1":
        return ""
    known = {"metadata.name": pod.metadata.name, "metadata.namespace": pod.metadata.namespace}
    return known.get(field.field_path, "")


def _resource(reference: ResourceFieldSelector, container: Container) -> str:
    side, _, resource = reference.resource.partition(".")
    if side not in ("limits", "requests") or not (resource in _BOUNDED or resource.startswith("hugepages-")):
        return ""
    divisor = Quantity.parse(str(reference.divisor or "0"))
    divisor = Quantity.of(1) if divisor.is_zero() else divisor
    amounts = container.resources.limits if side == "limits" else container.resources.requests
    amount = Quantity.parse(str(amounts.get(resource) or "0"))
    if resource == "cpu":
        units = math.ceil(amount.milli() / divisor.milli())
    else:
        units = math.ceil(amount.value() / divisor.value())
    unlimited = units == 0 and reference.resource in ("limits.cpu", "limits.memory")
    return "node allocatable" if unlimited else str(units)
