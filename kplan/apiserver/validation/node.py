"""What the API server checks of RuntimeClasses.

Upstream: pkg/apis/node/validation/validation.go, pkg/registry/node/runtimeclass/strategy.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_label, name_is_dns_subdomain
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_generic_object_meta,
    validate_generic_object_meta_update,
    validate_labels,
)
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.resources import validate_overhead
from kplan.apiserver.validation.podspec.scheduling import validate_tolerations
from kplan.apiserver.validation.values import each, immutable, internal
from kplan.fieldpath import FieldPath

_HANDLER: Final = FieldPath("handler")
_OPTIONS: Final = PodValidationOptions(allow_only_recursive_selinux_change_policy=False)


def validate_runtime_class(obj: Json) -> ErrorList:
    """Check a new RuntimeClass."""
    errors = validate_generic_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    handler, overhead, scheduling = obj.get("handler", ""), obj.get("overhead"), obj.get("scheduling")
    if not handler:
        errors.append(field.required(_HANDLER, ""))
    else:
        errors += each(_HANDLER, handler, name_is_dns_label(handler))
    if overhead is not None:
        errors += validate_overhead(overhead.get("podFixed") or {}, FieldPath("overhead"), _OPTIONS)
    if scheduling is not None:
        path = FieldPath("scheduling")
        errors += validate_labels(scheduling.get("nodeSelector"), path / "nodeSelector")
        errors += _tolerations(scheduling.get("tolerations") or [], path / "tolerations")
    return errors


def validate_runtime_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed RuntimeClass: its handler stays."""
    errors = validate_runtime_class(new)
    errors += validate_generic_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + immutable(_HANDLER, new.get("handler", ""), old.get("handler", ""))


def _tolerations(tolerations: list[Json], path: FieldPath) -> ErrorList:
    errors = validate_tolerations(tolerations, path, _OPTIONS)
    seen: set[tuple[str, ...]] = set()
    for index, toleration in enumerate(tolerations):
        key = tuple(toleration.get(name, "") for name in ("key", "operator", "value", "effect"))
        if key in seen:
            errors.append(field.duplicate(path / index, internal("core.Toleration", toleration)))
        seen.add(key)
    return errors
