"""What the API server checks of Leases.

Upstream: pkg/apis/coordination/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import is_qualified_name, name_is_dns_subdomain
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_generic_object_meta,
    validate_generic_object_meta_update,
)
from kplan.apiserver.validation.values import each, non_negative, one_of
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")


def validate_lease(obj: Json) -> ErrorList:
    """Check a new Lease."""
    errors = validate_generic_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + _spec(obj.get("spec") or {})


def validate_lease_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Lease."""
    errors = validate_generic_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _spec(new.get("spec") or {})


def _spec(spec: Json) -> ErrorList:
    errors: ErrorList = []
    duration, strategy = spec.get("leaseDurationSeconds"), spec.get("strategy")
    if duration is not None and duration <= 0:
        errors.append(field.invalid(_SPEC / "leaseDurationSeconds", duration, "must be greater than 0"))
    errors += non_negative(_SPEC / "leaseTransitions", spec.get("leaseTransitions"))
    if strategy is not None:
        errors += _strategy(strategy, _SPEC.child("strategy", "strategy"))
    if spec.get("preferredHolder") and not strategy:
        text = "may only be specified if `strategy` is defined"
        errors.append(field.forbidden(_SPEC / "preferredHolder", text))
    return errors


def _strategy(strategy: str, path: FieldPath) -> ErrorList:
    if "/" in strategy:
        return each(path, typed(strategy), is_qualified_name(strategy))
    return one_of(path, strategy, ("OldestEmulationVersion",))
