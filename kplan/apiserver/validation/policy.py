"""What the API server checks of PodDisruptionBudgets and of evictions.

Upstream: pkg/apis/policy/validation/validation.go, pkg/registry/policy/poddisruptionbudget/strategy.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_path_segment
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_generic_object_meta,
    validate_label_selector,
)
from kplan.apiserver.validation.values import at_most_100_percent, int_or_percent, internal, one_of
from kplan.fieldpath import ROOT, FieldPath

_SPEC: Final = FieldPath("spec")


def validate_pod_disruption_budget(obj: Json) -> ErrorList:
    """Check a new PodDisruptionBudget; metadata is only looked at when the spec is good."""
    errors = _spec(obj.get("spec") or {}, False)
    return errors or validate_generic_object_meta(obj["metadata"], True, name_is_path_segment, METADATA)


def validate_pod_disruption_budget_update(new: Json, old: Json) -> ErrorList:
    """Check a changed PodDisruptionBudget."""
    return _spec(
        new.get("spec") or {}, bool(validate_label_selector((old.get("spec") or {}).get("selector"), ROOT))
    )


def _spec(spec: Json, lenient: bool) -> ErrorList:
    errors: ErrorList = []
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        value = internal("policy.PodDisruptionBudgetSpec", spec)
        errors.append(field.invalid(_SPEC, value, "minAvailable and maxUnavailable cannot be both set"))
    for name in ("minAvailable", "maxUnavailable"):
        if (value := spec.get(name)) is not None:
            errors += int_or_percent(_SPEC / name, value) + at_most_100_percent(_SPEC / name, value)
    errors += validate_label_selector(spec.get("selector"), _SPEC / "selector", allow_invalid_value=lenient)
    if (policy := spec.get("unhealthyPodEvictionPolicy")) is not None:
        errors += one_of(_SPEC / "unhealthyPodEvictionPolicy", policy, ("AlwaysAllow", "IfHealthyBudget"))
    return errors
