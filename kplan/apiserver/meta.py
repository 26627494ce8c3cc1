"""Rules of ObjectMeta, labels, annotations, owner references, label selectors and conditions.

Every kind has metadata, and every one is held to these on create and on update.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go,
staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, pkg/apis/core/validation/validation.go
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    IMMUTABLE,
    NEGATIVE,
    is_qualified_name,
    is_valid_label_value,
    name_is_dns_label,
    name_is_path_segment,
    size,
)
from kplan.apiserver.field import ErrorList, Verbatim
from kplan.fieldpath import FieldPath

Json = dict[str, Any]
NameRule = Callable[[str, bool], list[str]]
NameRuleWithErrors = Callable[[FieldPath, str], ErrorList]

METADATA: Final = FieldPath("metadata")
ANNOTATIONS_LIMIT: Final = 256 * 1024
_STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def validate_label_name(name: str, path: FieldPath | None) -> ErrorList:
    """A label's key."""
    return [field.invalid(path, name, text) for text in is_qualified_name(name)]


def validate_labels(labels: Mapping[str, str] | None, path: FieldPath) -> ErrorList:
    """Keys and values of labels."""
    errors: ErrorList = []
    for key, value in (labels or {}).items():
        errors += [field.invalid(path, key, text) for text in is_qualified_name(key)]
        errors += [field.invalid(path, value, text) for text in is_valid_label_value(value)]
    return errors


def validate_annotations(annotations: Mapping[str, str] | None, path: FieldPath) -> ErrorList:
    """Keys of annotations, and their size altogether."""
    errors: ErrorList = []
    if not annotations:
        return errors
    for key in annotations:
        if found := is_qualified_name(key.lower()):
            errors += [field.invalid(path, key, text) for text in found]
    if annotations_too_large(annotations):
        errors.append(field.too_long(path, "", ANNOTATIONS_LIMIT))
    return errors


def annotations_too_large(annotations: Mapping[str, str]) -> bool:
    """Whether keys and values together exceed what the server stores."""
    characters = sum(map(len, annotations)) + sum(map(len, annotations.values()))
    if 4 * characters <= ANNOTATIONS_LIMIT:  # no character takes more bytes
        return False
    return sum(size(key) + size(value) for key, value in annotations.items()) > ANNOTATIONS_LIMIT


def _owner_json(owner: Json) -> Json:
    names = ("apiVersion", "kind", "name", "uid")
    optional = {
        name: owner[name] for name in ("controller", "blockOwnerDeletion") if owner.get(name) is not None
    }
    return {name: owner.get(name, "") for name in names} | optional


def group_version(api_version: str) -> tuple[str, str]:
    """Split an apiVersion; two empty texts if it has more than one slash."""
    group, slash, version = api_version.partition("/")
    if not slash:
        return "", group
    return ("", "") if "/" in version else (group, version)


def _validate_owner_reference(owner: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    group, version = group_version(owner.get("apiVersion", ""))
    if not version:
        errors.append(
            field.invalid(path / "apiVersion", owner.get("apiVersion", ""), "version must not be empty")
        )
    errors += [
        field.invalid(path / name, "", "must not be empty")
        for name in ("kind", "name", "uid")
        if not owner.get(name)
    ]
    if (group, version, owner.get("kind")) == ("", "v1", "Event"):
        banned = "/v1, Kind=Event is disallowed from being an owner"
        errors.append(field.invalid(path, _owner_json(owner), banned))
    return errors


def validate_owner_references(owners: Sequence[Json] | None, path: FieldPath) -> ErrorList:
    """Owner references: complete, no Event, one controller."""
    errors: ErrorList = []
    controller = ""
    for owner in owners or ():
        errors += _validate_owner_reference(owner, path)
        if owner.get("controller"):
            current = f"{owner.get('kind', '')}/{owner.get('name', '')}"
            if controller:
                text = f'Only one reference can have Controller set to true. Found "true" in references for {controller} and {current}'
                errors.append(field.invalid(path, [_owner_json(item) for item in owners or ()], text))
            else:
                controller = current
    return errors


def validate_finalizers(finalizers: Sequence[str] | None, path: FieldPath) -> ErrorList:
    """Finalizers' names, and that orphaning and foreground deletion are not both asked for."""
    errors: ErrorList = []
    if not finalizers:
        return errors
    for name in finalizers:
        errors += [field.invalid(path, name, text) for text in is_qualified_name(name)]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        text = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(field.invalid(path, list(finalizers), text))
    return errors


def validate_kube_finalizers(finalizers: Sequence[str] | None, path: FieldPath) -> ErrorList:
    """Finalizers of built-in kinds: qualified, or of the standard three."""
    return [
        field.invalid(
            path / index, name, "name is neither a standard finalizer name nor is it fully qualified"
        )
        for index, name in enumerate(finalizers or ())
        if "/" not in name and name not in _STANDARD_FINALIZERS
    ]


def _validate_namespace(meta: Json, namespaced: bool, path: FieldPath) -> ErrorList:
    namespace = meta.get("namespace")
    if not namespaced:
        return [field.forbidden(path / "namespace", "not allowed on this type")] if namespace else []
    if not namespace:
        return [field.required(path / "namespace", "")]
    return [field.invalid(path / "namespace", namespace, text) for text in name_is_dns_label(namespace)]


def _validate_rest(meta: Json, namespaced: bool, path: FieldPath) -> ErrorList:
    errors = _validate_namespace(meta, namespaced, path)
    generation = meta.get("generation", 0)
    if generation < 0:
        errors.append(field.invalid(path / "generation", generation, NEGATIVE))
    labels, annotations = meta.get("labels"), meta.get("annotations")
    if labels:
        errors += validate_labels(labels, path / "labels")
    if annotations:
        errors += validate_annotations(annotations, path / "annotations")
    if meta.get("ownerReferences"):
        errors += validate_owner_references(meta["ownerReferences"], path / "ownerReferences")
    if meta.get("finalizers"):
        errors += validate_finalizers(meta["finalizers"], path / "finalizers")
    return errors


def _validate_names(meta: Json, rule: NameRule, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    prefix, name = meta.get("generateName"), meta.get("name")
    if prefix:
        errors += [field.invalid(path / "generateName", prefix, text) for text in rule(prefix, True)]
    if not name:
        errors.append(field.required(path / "name", "name or generateName is required"))
    else:
        errors += [field.invalid(path / "name", name, text) for text in rule(name, False)]
    return errors


def validate_generic_object_meta(
    meta: Json | None, namespaced: bool, rule: NameRule, path: FieldPath = METADATA
) -> ErrorList:
    """Metadata of any kind on create, custom resources included."""
    meta = meta or {}
    return _validate_names(meta, rule, path) + _validate_rest(meta, namespaced, path)


def validate_object_meta(
    meta: Json | None, namespaced: bool, rule: NameRule, path: FieldPath = METADATA
) -> ErrorList:
    """Metadata of a built-in kind on create."""
    meta = meta or {}
    errors = _validate_names(meta, rule, path) + _validate_rest(meta, namespaced, path)
    return errors + validate_kube_finalizers(meta.get("finalizers"), path / "finalizers")


def validate_object_meta_with_opts(
    meta: Json | None, namespaced: bool, rule: NameRuleWithErrors, path: FieldPath = METADATA
) -> ErrorList:
    """Metadata of a built-in kind on create, its name rule giving field errors itself."""
    meta = meta or {}
    errors: ErrorList = []
    name, prefix = meta.get("name"), meta.get("generateName")
    if prefix and not name:
        text = f"generateName was specified ({field.go_quote(prefix)}), but no name was generated"
        errors.append(field.internal(path / "name", text))
    if not name:
        errors.append(field.required(path / "name", "name or generateName is required"))
    else:
        errors += rule(path / "name", name)
    errors += _validate_rest(meta, namespaced, path)
    return errors + validate_kube_finalizers(meta.get("finalizers"), path / "finalizers")


def validate_immutable_field(new: Any, old: Any, path: FieldPath, shown: Any = None) -> ErrorList:
    """The value must be what it was; ``shown`` replaces it in the message."""
    if new == old:
        return []
    return [field.invalid(path, new if shown is None else shown, IMMUTABLE)]


def _no_new_finalizers(new: Json, old: Json, path: FieldPath) -> ErrorList:
    extra = sorted(set(new.get("finalizers") or ()) - set(old.get("finalizers") or ()))
    if not extra:
        return []
    listed = "[]string{" + ", ".join(field.go_quote(name) for name in extra) + "}"
    text = f"no new finalizers can be added if the object is being deleted, found new finalizers {listed}"
    return [field.forbidden(path / "finalizers", text)]


def validate_generic_object_meta_update(
    new: Json | None, old: Json | None, path: FieldPath = METADATA
) -> ErrorList:
    """Metadata of any kind on update, custom resources included."""
    new, old = new or {}, old or {}
    errors: ErrorList = []
    if old.get("deletionTimestamp"):
        errors += _no_new_finalizers(new, old, path)
    if not new.get("resourceVersion"):
        errors.append(field.invalid(path / "resourceVersion", "", "must be specified for an update"))
    if new.get("generation", 0) < old.get("generation", 0):
        errors.append(field.invalid(path / "generation", new.get("generation", 0), "must not be decremented"))
    for name in ("name", "namespace", "uid"):
        errors += validate_immutable_field(new.get(name, ""), old.get(name, ""), path / name)
    for name in ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        errors += validate_immutable_field(new.get(name), old.get(name), path / name)
    errors += validate_labels(new.get("labels"), path / "labels")
    errors += validate_annotations(new.get("annotations"), path / "annotations")
    return errors + validate_owner_references(new.get("ownerReferences"), path / "ownerReferences")


def validate_object_meta_update(new: Json | None, old: Json | None, path: FieldPath = METADATA) -> ErrorList:
    """Metadata of a built-in kind on update; the old metadata itself was looked at when it was written."""
    if new is not None and new is old:
        return []
    errors = validate_generic_object_meta_update(new, old, path)
    return errors + validate_kube_finalizers((new or {}).get("finalizers"), path / "finalizers")


def validate_common_create(obj: Json, namespaced: bool) -> ErrorList:
    """What the registry itself checks of a new object once its strategy found nothing."""
    return validate_generic_object_meta(obj.get("metadata"), namespaced, name_is_path_segment)


def validate_common_fields(new: Json, old: Json, namespaced: bool) -> ErrorList:
    """What the registry itself checks before a strategy's own update validation: it comes first in the answer."""
    meta, before = new.get("metadata"), old.get("metadata")
    errors = validate_generic_object_meta(meta, namespaced, name_is_path_segment)
    return errors + validate_generic_object_meta_update(meta, before)


def validate_label_selector_requirement(
    requirement: Json,
    path: FieldPath,
    *,
    allow_invalid_value: bool = False,
    allow_unknown_operator: bool = False,
) -> ErrorList:
    """One expression of a label selector."""
    errors: ErrorList = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in {"In", "NotIn"}:
        if not values:
            text = "must be specified when `operator` is 'In' or 'NotIn'"
            errors.append(field.required(path / "values", text))
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(field.forbidden(path / "values", text))
    elif not allow_unknown_operator:
        shown = Verbatim(field.go_json(operator))
        errors.append(field.invalid(path / "operator", shown, "not a valid selector operator"))
    errors += validate_label_name(requirement.get("key", ""), path / "key")
    if not allow_invalid_value:
        for index, value in enumerate(values):
            errors += [
                field.invalid(path / "values" / index, value, text) for text in is_valid_label_value(value)
            ]
    return errors


def validate_label_selector(
    selector: Json | None,
    path: FieldPath,
    *,
    allow_invalid_value: bool = False,
    allow_unknown_operator: bool = False,
) -> ErrorList:
    """A label selector; None is good."""
    if not selector:
        return []
    errors = validate_labels(selector.get("matchLabels"), path / "matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        errors += validate_label_selector_requirement(
            requirement,
            path / "matchExpressions" / index,
            allow_invalid_value=allow_invalid_value,
            allow_unknown_operator=allow_unknown_operator,
        )
    return errors


def label_selector_has_invalid_value(selector: Json | None) -> bool:
    """Whether an expression holds a value that is no label value; such are let through where they stood before."""
    expressions = (selector or {}).get("matchExpressions") or ()
    return any(is_valid_label_value(value) for item in expressions for value in item.get("values") or ())
