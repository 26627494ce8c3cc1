"""Resource quotas and limit ranges, on create and update.

Upstream: pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import IMMUTABLE, is_qualified_name, name_is_dns_subdomain
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.quantities import (
    is_overcommit_allowed,
    is_standard_quota_name,
    validate_container_resource_name,
    validate_quantity_value,
    validate_quota_resource_name,
    validate_resource_name,
)
from kplan.apiserver.validation.shown import shown
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_STATUS: Final = FieldPath("status")
_LIMITS: Final = _SPEC / "limits"
_SCOPES: Final = (
    "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
)  # fmt: skip
_COMPUTE: Final = frozenset(
    {"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
)
_CLAIMS: Final = frozenset({"persistentvolumeclaims", "requests.storage"})
_CONFLICTS: Final = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_ONLY_EXISTS: Final = frozenset(
    {"BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"}
)
_MAX_MILLI: Final = (2**63 - 1) // 1000
_TYPES: Final = frozenset({"Pod", "Container", "PersistentVolumeClaim"})


def validate_resource_quota(obj: Json) -> ErrorList:
    """A ResourceQuota on create."""
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    errors += _validate_quota_spec(obj.get("spec") or {})
    return errors + _validate_quota_status(obj.get("status") or {})


def _validate_amounts(amounts: Mapping[str, str] | None, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for name, quantity in (amounts or {}).items():
        errors += validate_quota_resource_name(name, path.key(name))
        errors += validate_quantity_value(name, quantity, path.key(name))
    return errors


def _validate_quota_status(status: Json) -> ErrorList:
    return _validate_amounts(status.get("hard"), _STATUS / "hard") + _validate_amounts(
        status.get("used"), _STATUS / "used"
    )


def _validate_quota_spec(spec: Json) -> ErrorList:
    errors = _validate_amounts(spec.get("hard"), _SPEC / "hard")
    hard = sorted(spec.get("hard") or ())
    if spec.get("scopes"):
        errors += _validate_scopes(spec["scopes"], hard)
    if spec.get("scopeSelector") is not None:
        errors += _validate_scope_selector(spec, hard)
    return errors


def _fits(scope: str, resource: str) -> bool:
    if scope == "BestEffort":
        return resource == "pods"
    if scope == "VolumeAttributesClass":
        return resource in _CLAIMS
    return resource in _COMPUTE if scope in _SCOPES else True


def _misfits(scope: str, hard: Sequence[str]) -> int:
    return sum(is_standard_quota_name(name) and not _fits(scope, name) for name in hard)


def _conflicts(used: set[str]) -> int:
    return sum(pair <= used for pair in _CONFLICTS)


def _validate_scopes(scopes: Sequence[str], hard: Sequence[str]) -> ErrorList:
    errors: ErrorList = []
    path = _SPEC / "scopes"
    for scope in scopes:
        if scope not in _SCOPES:
            errors.append(field.invalid(path, list(scopes), "unsupported scope"))
        text = "unsupported scope applied to resource"
        errors += [field.invalid(path, list(scopes), text)] * _misfits(scope, hard)
    return errors + [field.invalid(path, list(scopes), "conflicting scopes")] * _conflicts(set(scopes))


def _validate_scope_selector(spec: Json, hard: Sequence[str]) -> ErrorList:
    errors: ErrorList = []
    selector, path = spec["scopeSelector"], _SPEC / "scopeSelector" / "matchExpressions"
    used: set[str] = set()
    for requirement in selector.get("matchExpressions") or ():
        scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
        if scope not in _SCOPES:
            errors.append(field.invalid(path / "scopeName", typed(scope), "unsupported scope"))
        misfits = _misfits(scope, hard)
        if misfits:
            text = "unsupported scope applied to resource"
            errors += [field.invalid(path, shown("ScopeSelector", selector), text)] * misfits
        errors += _validate_scope_operator(scope, operator, requirement.get("values") or [], path)
        used.add(scope)
    return errors + [field.invalid(path, sent(spec, "scopes"), "conflicting scopes")] * _conflicts(used)


def _validate_scope_operator(scope: str, operator: str, values: list[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if scope in _ONLY_EXISTS and operator != "Exists":
        text = (
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
            "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
            "ResourceQuotaScopeCrossNamespacePodAffinity"
        )
        errors.append(field.invalid(path / "operator", typed(operator), text))
    if operator in {"In", "NotIn"}:
        if not values:
            text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            errors.append(field.required(path / "values", text))
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            errors.append(field.invalid(path / "values", values, text))
    else:
        errors.append(field.invalid(path / "operator", typed(operator), "not a valid selector operator"))
    return errors


def validate_resource_quota_update(new: Json, old: Json) -> ErrorList:
    """A ResourceQuota on update: its scopes stay."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += _validate_quota_spec(spec)
    if set(spec.get("scopes") or ()) != set(before.get("scopes") or ()):
        errors.append(field.invalid(_SPEC / "scopes", sent(spec, "scopes"), IMMUTABLE))
    return errors


def validate_resource_quota_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a ResourceQuota."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    return errors + _validate_quota_status(new.get("status") or {})


def validate_limit_range(obj: Json) -> ErrorList:
    """A LimitRange on create."""
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    seen: set[str] = set()
    for index, limit in enumerate((obj.get("spec") or {}).get("limits") or ()):
        path, kind = _LIMITS / index, limit.get("type", "")
        errors += _validate_limit_type(kind, path / "type")
        if kind in seen:
            errors.append(field.duplicate(path / "type", typed(kind)))
        seen.add(kind)
        errors += _validate_limit(limit, kind, path)
    return errors


def validate_limit_range_update(new: Json, _old: Json) -> ErrorList:
    """A LimitRange on update."""
    return validate_limit_range(new)


def _validate_limit_type(kind: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = [field.invalid(path, typed(kind), text) for text in is_qualified_name(kind)]
    if not errors and "/" not in kind and kind not in _TYPES:
        errors.append(field.invalid(path, typed(kind), "must be a standard limit type or fully qualified"))
    return errors


def _validate_limit(limit: Json, kind: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    rule = validate_container_resource_name if kind in {"Pod", "Container"} else validate_resource_name
    keys: dict[str, None] = {}
    for name in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        amounts = limit.get(name) or {}
        if kind == "Pod" and name in {"default", "defaultRequest"}:
            if amounts:
                errors.append(field.forbidden(path / name, "may not be specified when `type` is 'Pod'"))
            continue
        if name == "maxLimitRequestRatio" and kind == "PersistentVolumeClaim":
            errors += _validate_claim_limit(limit, path)
        for resource in amounts:
            errors += rule(resource, (path / name).key(resource))
            keys[resource] = None
    for resource in keys:
        errors += _validate_limit_order(limit, kind, resource, path)
    return errors


def _validate_claim_limit(limit: Json, path: FieldPath) -> ErrorList:
    if "storage" in (limit.get("min") or {}) or "storage" in (limit.get("max") or {}):
        return []
    text = "either minimum or maximum storage value is required, but neither was provided"
    return [field.required(path / "limits", text)]


def _validate_limit_order(limit: Json, kind: str, resource: str, path: FieldPath) -> ErrorList:
    def amount(name: str) -> Quantity | None:
        text = (limit.get(name) or {}).get(resource)
        return None if text is None else Quantity.parse(text)

    low, high, ratio = amount("min"), amount("max"), amount("maxLimitRequestRatio")
    given, asked = (None, None) if kind == "Pod" else (amount("default"), amount("defaultRequest"))
    errors: ErrorList = []

    def report(name: str, value: Quantity, text: str) -> None:
        errors.append(field.invalid((path / name).key(resource), str(value), text))

    if low is not None and high is not None and low > high:
        report("min", low, f"min value {low} is greater than max value {high}")
    if asked is not None and low is not None and low > asked:
        report("defaultRequest", asked, f"min value {low} is greater than default request value {asked}")
    if asked is not None and high is not None and asked > high:
        report("defaultRequest", asked, f"default request value {asked} is greater than max value {high}")
    if asked is not None and given is not None and asked > given:
        report(
            "defaultRequest",
            asked,
            f"default request value {asked} is greater than default limit value {given}",
        )
    if given is not None and low is not None and low > given:
        report("default", low, f"min value {low} is greater than default value {given}")
    if given is not None and high is not None and given > high:
        report("default", high, f"default value {given} is greater than max value {high}")
    if ratio is not None:
        for text in _ratio_problems(ratio, low, high):
            report("maxLimitRequestRatio", ratio, text)
    if not is_overcommit_allowed(resource) and given is not None and asked is not None and given != asked:
        report(
            "defaultRequest",
            asked,
            f"default value {given} must equal to defaultRequest value {asked} in {resource}",
        )
    return errors


def _ratio_problems(ratio: Quantity, low: Quantity | None, high: Quantity | None) -> list[str]:
    texts = [f"ratio {ratio} is less than 1"] if ratio < Quantity.of(1) else []
    if low is None or high is None:
        return texts
    wanted, least, most = float(ratio.value()), low.value(), high.value()
    if ratio.value() < _MAX_MILLI and least < _MAX_MILLI and most < _MAX_MILLI:
        wanted, least, most = ratio.milli() / 1000, low.milli(), high.milli()
    bound = most / least if least else float("inf" if most > 0 else "nan")
    if wanted > bound:
        texts.append(f"ratio {ratio} is greater than max/min = {bound:f}")
    return texts
