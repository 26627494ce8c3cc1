"""What the API server checks of access reviews, which it answers and never stores.

Upstream: pkg/apis/authorization/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import METADATA, Json, validate_label_selector_requirement
from kplan.apiserver.validation.values import internal
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_RESOURCE: Final = FieldPath("spec.resourceAttributes")
_FILLED_IN: Final = ("namespace", "uid", "creationTimestamp", "managedFields")


def validate_subject_access_review(obj: Json) -> ErrorList:
    """Check a review of what a user may do."""
    spec = obj.get("spec") or {}
    return _attributes(spec) + _subject(spec) + _requirements(spec) + _bare_metadata(obj, "must be empty")


def validate_self_subject_access_review(obj: Json) -> ErrorList:
    """Check a review of what the asker may do."""
    spec = obj.get("spec") or {}
    return _attributes(spec) + _requirements(spec) + _bare_metadata(obj, "must be empty")


def validate_local_subject_access_review(obj: Json) -> ErrorList:
    """Check a review of what a user may do in one namespace."""
    spec, namespace = obj.get("spec") or {}, obj["metadata"].get("namespace", "")
    errors = _attributes(spec) + _subject(spec) + _requirements(spec)
    errors += _bare_metadata(obj, "must be empty except for namespace")
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and resource.get("namespace", "") != namespace:
        path = FieldPath("spec.resourceAttributes.namespace")
        errors.append(field.invalid(path, resource.get("namespace", ""), "must match metadata.namespace"))
    if other is not None:
        value = internal("authorization.NonResourceAttributes", other)
        path = FieldPath("spec.nonResourceAttributes")
        errors.append(field.invalid(path, value, "disallowed on this kind of request"))
    return errors


def _attributes(spec: Json) -> ErrorList:
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and other is not None:
        value = internal("authorization.NonResourceAttributes", other)
        text = "cannot be specified in combination with resourceAttributes"
        return [field.invalid(_SPEC / "nonResourceAttributes", value, text)]
    if resource is None and other is None:
        text = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [field.invalid(_SPEC / "resourceAttributes", None, text)]
    return []


def _subject(spec: Json) -> ErrorList:
    if spec.get("user") or spec.get("groups"):
        return []
    return [field.invalid(_SPEC / "user", "", "at least one of user or group must be specified")]


def _bare_metadata(obj: Json, text: str) -> ErrorList:
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _FILLED_IN}
    return [field.invalid(METADATA, metadata, text)] if metadata else []


def _requirements(spec: Json) -> ErrorList:
    attributes = spec.get("resourceAttributes") or {}
    errors: ErrorList = []
    for name in ("fieldSelector", "labelSelector"):
        selector, path = attributes.get(name), _RESOURCE / name
        if selector is None:
            continue
        raw, requirements = selector.get("rawSelector", ""), selector.get("requirements") or ()
        if raw and requirements:
            text = "may not specified at the same time as requirements"
            errors.append(field.invalid(path / "rawSelector", raw, text))
        if not raw and not requirements:
            text = f"when {path} is specified, requirements or rawSelector is required"
            errors.append(field.required(path / "requirements", text))
        for index, requirement in enumerate(requirements):
            at = path / "requirements" / index
            if name == "fieldSelector":
                errors += _field_requirement(requirement, at)
            else:
                errors += validate_label_selector_requirement(requirement, at, allow_unknown_operator=True)
    return errors


def _field_requirement(requirement: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not requirement.get("key"):
        errors.append(field.required(path / "key", "must be specified"))
    operator, values = requirement.get("operator", ""), requirement.get("values")
    if operator in ("In", "NotIn") and not values:
        text = "must be specified when `operator` is 'In' or 'NotIn'"
        errors.append(field.required(path / "values", text))
    if operator in ("Exists", "DoesNotExist") and values:
        text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        errors.append(field.forbidden(path / "values", text))
    return errors
