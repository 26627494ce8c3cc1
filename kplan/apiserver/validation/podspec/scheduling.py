"""What steers a pod to nodes beside affinity: tolerations, taints, gates, topology spread, resource claims, groups.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_decimal_integer,
    is_valid_label_value,
    name_is_dns_subdomain,
    validate_dns1123_label,
    validate_positive_field,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import validate_label_name, validate_label_selector
from kplan.apiserver.validation.podspec.affinity import validate_match_label_keys
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.shown import shown
from kplan.fieldpath import FieldPath

_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_OPERATORS: Final = ("Equal", "Exists")
_ACTIONS: Final = ("DoNotSchedule", "ScheduleAnyway")
_POLICIES: Final = ("Honor", "Ignore")
MIRROR: Final = "kubernetes.io/config.mirror"


def validate_taint_effect(effect: str, path: FieldPath, *, allow_empty: bool) -> ErrorList:
    """The effect of a taint or toleration."""
    if not effect and not allow_empty:
        return [field.required(path, "")]
    return [] if effect in _EFFECTS else [field.not_supported(path, typed(effect), _EFFECTS)]


def validate_tolerations(
    tolerations: Sequence[Json], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """``tolerations`` of a pod."""
    errors: ErrorList = []
    for index, toleration in enumerate(tolerations):
        errors += _validate_toleration(toleration, path / index, options)
    return errors


def _validate_toleration(toleration: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    errors: ErrorList = []
    key, operator, effect = (toleration.get(name, "") for name in ("key", "operator", "effect"))
    if key:
        errors += validate_label_name(key, path / "key")
    elif operator != "Exists":
        text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        errors.append(field.invalid(path / "operator", typed(operator), text))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        text = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(field.invalid(path / "effect", typed(effect), text))
    errors += _validate_toleration_value(toleration.get("value", ""), operator, path, options)
    return errors + (validate_taint_effect(effect, path / "effect", allow_empty=True) if effect else [])


def _validate_toleration_value(
    value: str, operator: str, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    if operator in {"Equal", ""}:
        texts = is_valid_label_value(value)
        return [field.invalid(path / "operator", value, ";".join(texts))] if texts else []
    if operator == "Exists":
        text = "value must be empty when `operator` is 'Exists'"
        return [field.invalid(path / "operator", value, text)] if value else []
    if operator not in {"Lt", "Gt"}:
        return [field.not_supported(path / "operator", typed(operator), _OPERATORS)]
    if not options.allow_taint_toleration_comparison_operators:
        return [field.not_supported(path / "operator", typed(operator), (*_OPERATORS, "Lt", "Gt"))]
    texts = is_decimal_integer(value)
    errors = [field.invalid(path / "value", value, text) for text in texts]
    problem = "invalid syntax" if texts else ""
    if not texts and not -(2**63) <= int(value) < 2**63:
        problem = "value out of range"
    if problem:
        text = f"strconv.ParseInt: parsing {field.go_quote(value)}: {problem}"
        errors.append(field.invalid(path / "value", value, text))
    return errors


def validate_scheduling_gates(gates: Sequence[Json], path: FieldPath) -> ErrorList:
    """``schedulingGates`` of a pod."""
    errors: ErrorList = []
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name = gate.get("name", "")
        errors += validate_qualified_name(name, path / index)
        if name in seen:
            errors.append(field.duplicate(path / index, name))
        seen.add(name)
    return errors


def validate_readiness_gates(gates: Sequence[Json], path: FieldPath) -> ErrorList:
    """``readinessGates`` of a pod."""
    errors: ErrorList = []
    for index, gate in enumerate(gates):
        errors += validate_qualified_name(gate.get("conditionType", ""), path / index / "conditionType")
    return errors


def validate_topology_spread(
    constraints: Sequence[Json], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """``topologySpreadConstraints`` of a pod."""
    errors: ErrorList = []
    for index, constraint in enumerate(constraints):
        at = path / index
        errors += _validate_spread(constraint, constraints[index + 1 :], at)
        keys, selector = constraint.get("matchLabelKeys") or (), constraint.get("labelSelector")
        if options.old_pod_violates_match_label_keys:
            errors += validate_spread_label_keys(keys, selector, at / "matchLabelKeys")
        else:
            errors += validate_match_label_keys(keys, (), selector, at)
        if not options.allow_invalid_topology_spread_label_selector:
            errors += validate_label_selector(selector, at / "labelSelector")
    return errors


def _validate_spread(constraint: Json, following: Sequence[Json], path: FieldPath) -> ErrorList:
    errors = validate_positive_field(constraint.get("maxSkew", 0), path / "maxSkew")
    key, action = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
    if not key:
        errors.append(field.required(path / "topologyKey", "can not be empty"))
    if action not in _ACTIONS:
        errors.append(field.not_supported(path / "whenUnsatisfiable", typed(action), _ACTIONS))
    if any(
        (other.get("topologyKey", ""), other.get("whenUnsatisfiable", "")) == (key, action)
        for other in following
    ):
        errors.append(field.duplicate(path / "{topologyKey, whenUnsatisfiable}", f"{{{key}, {action}}}"))
    domains = constraint.get("minDomains")
    if domains is not None:
        errors += validate_positive_field(domains, path / "minDomains")
        if action != "DoNotSchedule":
            text = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            errors.append(field.invalid(path / "minDomains", domains, text))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(name)
        if policy is not None and policy not in _POLICIES:
            errors.append(field.not_supported(path / name, typed(policy), _POLICIES))
    return errors


def validate_spread_label_keys(keys: Sequence[str], selector: Json | None, path: FieldPath) -> ErrorList:
    """Label keys of a spread constraint, as servers before the merge into the selector checked them."""
    if not keys:
        return []
    errors: ErrorList = []
    known = set((selector or {}).get("matchLabels") or ())
    known |= {item.get("key", "") for item in (selector or {}).get("matchExpressions") or ()}
    if selector is None:
        errors.append(field.forbidden(path, "must not be specified when labelSelector is not set"))
    for index, key in enumerate(keys):
        errors += validate_label_name(key, path / index)
        if key in known:
            errors.append(field.invalid(path / index, key, "exists in both matchLabelKeys and labelSelector"))
    return errors


def validate_resource_claims(meta: Json | None, claims: Sequence[Json], path: FieldPath) -> ErrorList:
    """``resourceClaims`` of a pod."""
    errors: ErrorList = []
    names: set[str] = set()
    static = meta is not None and MIRROR in (meta.get("annotations") or {})
    for index, claim in enumerate(claims):
        if static:
            errors.append(field.forbidden(field.NAMELESS, "static pods do not support resource claims"))
        else:
            errors += _validate_resource_claim(claim, names, path / index)
    return errors


def _validate_resource_claim(claim: Json, names: set[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name = claim.get("name", "")
    if not name:
        errors.append(field.required(path / "name", ""))
    elif name in names:
        errors.append(field.duplicate(path / "name", name))
    else:
        errors += validate_dns1123_label(name, path / "name")
        names.add(name)
    given = [key for key in ("resourceClaimName", "resourceClaimTemplateName") if key in claim]
    if len(given) != 1:
        both = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        neither = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
        errors.append(field.invalid(path, shown("PodResourceClaim", claim), both if given else neither))
    for key in given:
        errors += [field.invalid(path / key, claim[key], text) for text in name_is_dns_subdomain(claim[key])]
    return errors


def validate_scheduling_group(group: Json, path: FieldPath) -> ErrorList:
    """``schedulingGroup`` of a pod."""
    name = group.get("podGroupName")
    if name is None:
        return [field.invalid(path / "podGroupName", None, "must specify one of: `podGroupName`")]
    return [field.invalid(path / "podGroupName", name, text) for text in name_is_dns_subdomain(name)]
