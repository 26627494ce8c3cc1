"""Affinity to nodes and to other pods.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import is_valid_label_value, name_is_dns_label, name_is_dns_subdomain
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import validate_label_name, validate_label_selector
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.fieldpath import FieldPath

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def validate_affinity(affinity: Json, options: PodValidationOptions, path: FieldPath) -> ErrorList:
    """``affinity`` of a pod."""
    errors: ErrorList = []
    if "nodeAffinity" in affinity:
        errors += _validate_node_affinity(affinity["nodeAffinity"], options, path / "nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        if name in affinity:
            allow = options.allow_invalid_label_value_in_selector
            errors += _validate_pod_affinity(affinity[name], allow, path / name)
    return errors


def _validate_node_affinity(affinity: Json, options: PodValidationOptions, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if REQUIRED in affinity:
        allow = options.allow_invalid_label_value_in_required_node_affinity
        errors += validate_node_selector(affinity[REQUIRED], path / REQUIRED, allow_invalid_value=allow)
    for index, term in enumerate(affinity.get(PREFERRED) or ()):
        at = path / PREFERRED / index
        errors += _validate_weight(term, at)
        errors += validate_node_selector_term(
            term.get("preference") or {}, at / "preference", allow_invalid_value=True
        )
    return errors


def _validate_weight(term: Json, path: FieldPath) -> ErrorList:
    weight = term.get("weight", 0)
    return [] if 0 < weight <= 100 else [field.invalid(path / "weight", weight, "must be in the range 1-100")]


def validate_node_selector(
    selector: Json, path: FieldPath, *, allow_invalid_value: bool = False
) -> ErrorList:
    """Terms that select nodes; at least one."""
    at = path / "nodeSelectorTerms"
    terms = selector.get("nodeSelectorTerms")
    if not terms:
        return [field.required(at, "must have at least one node selector term")]
    errors: ErrorList = []
    for index, term in enumerate(terms):
        errors += validate_node_selector_term(term, at / index, allow_invalid_value=allow_invalid_value)
    return errors


def validate_node_selector_term(
    term: Json, path: FieldPath, *, allow_invalid_value: bool = False
) -> ErrorList:
    """One term that selects nodes."""
    errors: ErrorList = []
    for index, item in enumerate(term.get("matchExpressions") or ()):
        at = path / "matchExpressions" / index
        errors += validate_node_selector_requirement(item, at, allow_invalid_value=allow_invalid_value)
    for index, item in enumerate(term.get("matchFields") or ()):
        errors += _validate_node_field_requirement(item, path / "matchFields" / index)
    return errors


def validate_node_selector_requirement(
    requirement: Json, path: FieldPath, *, allow_invalid_value: bool = False
) -> ErrorList:
    """One expression over the labels of nodes."""
    errors: ErrorList = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    at = path / "values"
    if operator in {"In", "NotIn"}:
        if not values:
            errors.append(field.required(at, "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            errors.append(
                field.forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
            )
    elif operator in {"Gt", "Lt"}:
        if len(values) != 1:
            errors.append(
                field.required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")
            )
    else:
        errors.append(field.invalid(path / "operator", typed(operator), "not a valid selector operator"))
    errors += validate_label_name(requirement.get("key", ""), path / "key")
    if not allow_invalid_value:
        for index, value in enumerate(values):
            errors += [field.invalid(at / index, value, text) for text in is_valid_label_value(value)]
    return errors


def _validate_node_field_requirement(requirement: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    operator, values, key = (
        requirement.get("operator", ""),
        requirement.get("values") or [],
        requirement.get("key", ""),
    )
    if operator not in {"In", "NotIn"}:
        errors.append(field.invalid(path / "operator", typed(operator), "not a valid selector operator"))
    elif len(values) != 1:
        text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(field.required(path / "values", text))
    if key != "metadata.name":
        return [*errors, field.invalid(path / "key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        errors += [
            field.invalid(path / "values" / index, value, text) for text in name_is_dns_subdomain(value)
        ]
    return errors


def _validate_pod_affinity(affinity: Json, allow: bool, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for index, term in enumerate(affinity.get(REQUIRED) or ()):
        errors += _validate_pod_affinity_term(term, allow, path / REQUIRED / index)
    for index, weighted in enumerate(affinity.get(PREFERRED) or ()):
        at = path / PREFERRED / index
        errors += _validate_weight(weighted, at)
        errors += _validate_pod_affinity_term(
            weighted.get("podAffinityTerm") or {}, allow, at / "podAffinityTerm"
        )
    return errors


def _validate_pod_affinity_term(term: Json, allow: bool, path: FieldPath) -> ErrorList:
    errors = validate_pod_affinity_term_selectors(term, path, allow_invalid_value=allow)
    for name in term.get("namespaces") or ():
        errors += [field.invalid(path / "namespace", name, text) for text in name_is_dns_label(name)]
    match, mismatch = term.get("matchLabelKeys") or (), term.get("mismatchLabelKeys") or ()
    errors += validate_match_label_keys(match, mismatch, term.get("labelSelector"), path)
    key = term.get("topologyKey", "")
    if not key:
        errors.append(field.required(path / "topologyKey", "can not be empty"))
    return errors + validate_label_name(key, path / "topologyKey")


def validate_pod_affinity_term_selectors(
    term: Json, path: FieldPath, *, allow_invalid_value: bool
) -> ErrorList:
    """The two label selectors of a pod affinity term."""
    errors: ErrorList = []
    for name in ("labelSelector", "namespaceSelector"):
        errors += validate_label_selector(
            term.get(name), path / name, allow_invalid_value=allow_invalid_value
        )
    return errors


def validate_match_label_keys(
    match: Sequence[str], mismatch: Sequence[str], selector: Json | None, path: FieldPath
) -> ErrorList:
    """Label keys whose values the incoming pod gives, against the selector they are merged into."""
    if not match and not mismatch:
        return []
    errors = _validate_label_keys(match, selector, path / "matchLabelKeys")
    errors += _validate_label_keys(mismatch, selector, path / "mismatchLabelKeys")
    if selector is not None:
        positions = {key: index for index, key in enumerate(match)}
        known = set(selector.get("matchLabels") or ())
        for expression in selector.get("matchExpressions") or ():
            key = expression.get("key", "")
            if key in positions and key in known:
                text = "exists in both matchLabelKeys and labelSelector"
                errors.append(field.invalid(path / positions[key], key, text))
            known.add(key)
    for index, key in enumerate(match):
        if key in mismatch:
            text = "exists in both matchLabelKeys and mismatchLabelKeys"
            errors.append(field.invalid(path / "matchLabelKeys" / index, key, text))
    return errors


def _validate_label_keys(keys: Sequence[str], selector: Json | None, path: FieldPath) -> ErrorList:
    if not keys:
        return []
    if selector is None:
        return [field.forbidden(path, "must not be specified when labelSelector is not set")]
    errors: ErrorList = []
    for index, key in enumerate(keys):
        errors += validate_label_name(key, path / index)
    return errors


def has_invalid_label_value_in_terms(terms: Sequence[Json]) -> bool:
    """Whether a term of an old object holds a value that is no label value."""
    return any(
        is_valid_label_value(value)
        for term in terms
        for item in term.get("matchExpressions") or ()
        for value in item.get("values") or ()
    )
