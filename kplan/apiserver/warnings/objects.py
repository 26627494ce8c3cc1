"""Warnings about every other kind, one function each; ``old`` is None on create.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver.field import go_quote
from kplan.apiserver.validation.ip import cidr_warnings
from kplan.apiserver.warnings.labels import DEPRECATED
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")


def for_node(new: Json, _old: Json | None) -> list[str]:
    """Warn of a Node."""
    spec, found = new.get("spec") or {}, []
    if "configSource" in spec:
        found.append("spec.configSource: the feature is removed")
    if spec.get("externalID"):
        found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
    for index, cidr in enumerate(spec.get("podCIDRs") or ()):
        found += cidr_warnings(_SPEC / "podCIDRs" / index, cidr)
    return found


def for_resource_quota(new: Json, old: Json | None) -> list[str]:
    """Warn of a ResourceQuota whose requests exceed its limits."""
    if old is not None:
        return []
    hard, found = (new.get("spec") or {}).get("hard") or {}, []
    for name in ("cpu", "memory", "storage", "ephemeral-storage"):
        request = f"requests.{name}"
        if request not in hard and name in ("cpu", "memory"):
            request = name
        limit = f"limits.{name}"
        if request in hard and limit in hard and Quantity.parse(hard[limit]) < Quantity.parse(hard[request]):
            found.append(
                f"ResourceQuota {request} ({hard[request]}) should be less than {limit} ({hard[limit]})"
            )
    return found


def for_runtime_class(new: Json, _old: Json | None) -> list[str]:
    """Warn of a RuntimeClass."""
    selector = (new.get("scheduling") or {}).get("nodeSelector") or {}
    return [f"scheduling.nodeSelector: {DEPRECATED[key]}" for key in sorted(selector) if key in DEPRECATED]


def for_resource_slice(new: Json, _old: Json | None) -> list[str]:
    """Warn of a ResourceSlice."""
    driver = (new.get("spec") or {}).get("driver") or ""
    if driver == driver.lower():
        return []
    return [
        f"spec.driver: driver names should be lowercase; {go_quote(driver)} contains uppercase characters"
    ]


def for_definition(new: Json, old: Json | None) -> list[str]:
    """Warn of a CustomResourceDefinition with formats that are not checked."""
    from kplan.apiserver.warnings.schemaformats import unknown_formats  # noqa: PLC0415 - definitions alone have formats

    known = set(unknown_formats(old)) if old is not None else set()
    return [f"unrecognized format {go_quote(name)}" for name in unknown_formats(new) if name not in known]
