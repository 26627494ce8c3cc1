"""What the API server checks of roles and bindings.

Upstream: pkg/apis/rbac/validation/validation.go, pkg/registry/rbac/*/strategy.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import is_path_segment_name, name_is_dns_subdomain
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import each, internal
from kplan.fieldpath import ROOT, FieldPath

_GROUP: Final = "rbac.authorization.k8s.io"
_ROLE_REF: Final = FieldPath("roleRef")


def _name(name: str, _prefix: bool = False) -> list[str]:
    return is_path_segment_name(name)


def validate_role(obj: Json) -> ErrorList:
    """Check a new Role."""
    return validate_object_meta(obj["metadata"], True, _name, METADATA) + _rules(obj, True)


def validate_role_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Role."""
    return validate_role(new) + validate_object_meta_update(new["metadata"], old["metadata"], METADATA)


def validate_cluster_role(obj: Json) -> ErrorList:
    """Check a new ClusterRole."""
    return _cluster_role(obj, False)


def validate_cluster_role_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ClusterRole."""
    selectors = (old.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()
    lenient = any(validate_label_selector(selector, ROOT) for selector in selectors)
    errors = _cluster_role(new, lenient)
    return errors + validate_object_meta_update(new["metadata"], old["metadata"], METADATA)


def _cluster_role(obj: Json, lenient: bool) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], False, _name, METADATA) + _rules(obj, False)
    aggregation = obj.get("aggregationRule")
    if aggregation is None:
        return errors
    path, selectors = (
        FieldPath("aggregationRule") / "clusterRoleSelectors",
        aggregation.get("clusterRoleSelectors"),
    )
    if not selectors:
        text = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        errors.append(field.required(path, text))
    for index, selector in enumerate(selectors or ()):
        errors += validate_label_selector(selector, path / index, allow_invalid_value=lenient)
        if selector_of(selector) is None:
            errors.append(field.invalid(path / index, None, "invalid label selector."))
    return errors


def _rules(obj: Json, namespaced: bool) -> ErrorList:
    errors: ErrorList = []
    for index, rule in enumerate(obj.get("rules") or ()):
        errors += _rule(rule, namespaced, FieldPath("rules") / index)
    return errors


def _rule(rule: Json, namespaced: bool, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not rule.get("verbs"):
        errors.append(field.required(path / "verbs", "verbs must contain at least one value"))
    urls, at = rule.get("nonResourceURLs"), path / "nonResourceURLs"
    if urls:
        if namespaced:
            text = "namespaced rules cannot apply to non-resource URLs"
            errors.append(field.invalid(at, urls, text))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            text = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(field.invalid(at, urls, text))
        return errors
    if not rule.get("apiGroups"):
        text = "resource rules must supply at least one api group"
        errors.append(field.required(path / "apiGroups", text))
    if not rule.get("resources"):
        text = "resource rules must supply at least one resource"
        errors.append(field.required(path / "resources", text))
    return errors


def validate_role_binding(obj: Json) -> ErrorList:
    """Check a new RoleBinding."""
    return _binding(obj, True)


def validate_role_binding_update(new: Json, old: Json) -> ErrorList:
    """Check a changed RoleBinding: the role it refers to stays."""
    return _binding(new, True) + _binding_update(new, old)


def validate_cluster_role_binding(obj: Json) -> ErrorList:
    """Check a new ClusterRoleBinding."""
    return _binding(obj, False)


def validate_cluster_role_binding_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ClusterRoleBinding: the role it refers to stays."""
    return _binding(new, False) + _binding_update(new, old)


def _binding_update(new: Json, old: Json) -> ErrorList:
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    reference, before = new.get("roleRef") or {}, old.get("roleRef") or {}
    if reference != before:
        errors.append(field.invalid(_ROLE_REF, internal("rbac.RoleRef", reference), "cannot change roleRef"))
    return errors


def _binding(obj: Json, namespaced: bool) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], namespaced, _name, METADATA)
    reference = obj.get("roleRef") or {}
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    for key, allowed in (("apiGroup", (_GROUP,)), ("kind", kinds)):
        errors += _plain_one_of(_ROLE_REF / key, reference.get(key, ""), allowed)
    name = reference.get("name", "")
    if not name:
        errors.append(field.required(_ROLE_REF / "name", ""))
    else:
        errors += each(_ROLE_REF / "name", name, is_path_segment_name(name))
    for index, subject in enumerate(obj.get("subjects") or ()):
        errors += _subject(subject, namespaced, FieldPath("subjects") / index)
    return errors


def _plain_one_of(path: FieldPath, value: str, allowed: tuple[str, ...]) -> ErrorList:
    return [] if value in allowed else [field.not_supported(path, value, allowed)]


def _subject(subject: Json, namespaced: bool, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name, kind, group = (subject.get(key, "") for key in ("name", "kind", "apiGroup"))
    if not name:
        errors.append(field.required(path / "name", ""))
    if kind == "ServiceAccount":
        if name:
            errors += each(path / "name", name, name_is_dns_subdomain(name))
        errors += _plain_one_of(path / "apiGroup", group, ("",))
        if not namespaced and not subject.get("namespace"):
            errors.append(field.required(path / "namespace", ""))
        return errors
    if kind in ("User", "Group"):
        return errors + _plain_one_of(path / "apiGroup", group, (_GROUP,))
    return errors + _plain_one_of(path / "kind", kind, ("ServiceAccount", "User", "Group"))
