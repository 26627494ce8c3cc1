"""What the API server checks of PriorityClasses.

Upstream: pkg/apis/scheduling/validation/validation.go, pkg/apis/scheduling/v1/helpers.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_subdomain
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.values import one_of
from kplan.fieldpath import FieldPath

_SYSTEM_PREFIX: Final = "system-"
_HIGHEST_USER_VALUE: Final = 1_000_000_000
_SYSTEM_VALUES: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_POLICY: Final = FieldPath("preemptionPolicy")


def validate_priority_class(obj: Json) -> ErrorList:
    """Check a new PriorityClass; names of the system are only for its own two."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    name, value = obj["metadata"].get("name", ""), obj.get("value", 0)
    if name.startswith(_SYSTEM_PREFIX):
        problem = _system_class_problem(name, value, obj.get("globalDefault", False))
        if problem:
            text = f"priority class names with '{_SYSTEM_PREFIX}' prefix are reserved for system use only. error: {problem}"
            errors.append(field.forbidden(METADATA / "name", text))
    elif value > _HIGHEST_USER_VALUE:
        text = f"maximum allowed value of a user defined priority is {_HIGHEST_USER_VALUE}"
        errors.append(field.forbidden(FieldPath("value"), text))
    policy = obj.get("preemptionPolicy")
    if policy == "":
        errors.append(field.required(_POLICY, ""))
    elif policy is not None:
        errors += one_of(_POLICY, policy, ("PreemptLowerPriority", "Never"))
    return errors


def _system_class_problem(name: str, value: int, default: bool) -> str:
    known = _SYSTEM_VALUES.get(name)
    if known is None:
        return f"{name} is not a known system priority class"
    if value != known:
        return f"value of {name} PriorityClass must be {known}"
    return f"globalDefault of {name} PriorityClass must be false" if default else ""


def validate_priority_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed PriorityClass: value and preemption policy stay."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    if new.get("value", 0) != old.get("value", 0):
        errors.append(field.forbidden(FieldPath("value"), "may not be changed in an update."))
    policy, before = new.get("preemptionPolicy"), old.get("preemptionPolicy")
    if policy != before:
        errors.append(field.invalid(_POLICY, None if policy is None else typed(policy), "field is immutable"))
    return errors
