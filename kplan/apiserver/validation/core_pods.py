"""Pods, pod templates, replication controllers and bindings, on create and update.

Upstream: pkg/apis/core/validation/validation.go, pkg/registry/core/{pod,podtemplate,replicationcontroller}/strategy.go
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    validate_nonnegative_field,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, ErrorType, FieldError, typed
from kplan.apiserver.meta import (
    validate_object_meta,
    validate_object_meta_update,
    validate_object_meta_with_opts,
)
from kplan.apiserver.validation.podspec import pod as pods
from kplan.apiserver.validation.podspec import resize as pod_resize
from kplan.apiserver.validation.podspec import status as pod_status
from kplan.apiserver.validation.podspec import update as pod_updates
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.ratchet import options_for_pod, options_for_template
from kplan.apiserver.validation.podspec.template import validate_pod_template_spec
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_STATUS: Final = FieldPath("status")
_TEMPLATE: Final = FieldPath("template")
_NON_CONVERTIBLE: Final = "non-convertible.kubernetes.io"


def validate_pod(obj: Json) -> ErrorList:
    """A pod on create."""
    return pods.validate_pod_create(obj, options_for_pod(obj))


def validate_pod_update(new: Json, old: Json) -> ErrorList:
    """A pod on update."""
    return pod_updates.validate_pod_update(new, old, options_for_pod(new, old))


def validate_pod_ephemeral_containers_update(new: Json, old: Json) -> ErrorList:
    """A pod whose ephemeral containers are changed."""
    return pod_updates.validate_ephemeral_containers_update(new, old, options_for_pod(new, old))


def validate_pod_resize(new: Json, old: Json) -> ErrorList:
    """A pod whose resources are changed in place."""
    return pod_resize.validate_pod_resize(new, old, options_for_pod(new, old))


def validate_pod_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a pod."""
    return pod_status.validate_pod_status_update(new, old)


def validate_pod_template(obj: Json) -> ErrorList:
    """A PodTemplate on create."""
    template = obj.get("template") or {}
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    return errors + validate_pod_template_spec(template, _TEMPLATE, options_for_template(template))


def validate_pod_template_update(new: Json, old: Json) -> ErrorList:
    """A PodTemplate on update."""
    template = new.get("template") or {}
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    options = options_for_template(template, old.get("template") or {})
    return errors + validate_pod_template_spec(template, _TEMPLATE, options)


def _long_name(path: FieldPath, name: str) -> ErrorList:
    return [field.invalid(path, name, text) for text in is_dns1123_subdomain(name, "bytes")]


def validate_replication_controller(obj: Json) -> ErrorList:
    """A ReplicationController on create."""
    spec = obj.get("spec") or {}
    errors = validate_object_meta_with_opts(obj.get("metadata"), True, _long_name)
    return errors + _validate_controller_spec(spec, options_for_template(spec.get("template")))


def validate_replication_controller_update(new: Json, old: Json) -> ErrorList:
    """A ReplicationController on update."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += _validate_controller_spec(
        spec, options_for_template(spec.get("template"), before.get("template"))
    )
    for key, value in ((old.get("metadata") or {}).get("annotations") or {}).items():
        if not key.startswith(_NON_CONVERTIBLE) or key.count("/") != 1:
            continue
        name = key.partition("/")[2]
        if "selector" not in name:
            errors.append(
                FieldError(ErrorType.NOT_FOUND, FieldPath(name), value, "unknown non-convertible field")
            )
        elif spec.get("selector") != before.get("selector"):
            shown = _sorted(sent(spec, "selector"))
            errors.append(field.invalid(_SPEC / "selector", shown, "cannot update non-convertible selector"))
    return errors


def _sorted(labels: Mapping[str, str] | None) -> dict[str, str] | None:
    return None if labels is None else dict(sorted(labels.items()))


def _validate_controller_spec(spec: Json, options: PodValidationOptions) -> ErrorList:
    errors = validate_nonnegative_field(spec.get("minReadySeconds", 0), _SPEC / "minReadySeconds")
    selector = spec.get("selector") or {}
    if not selector:
        errors.append(field.required(_SPEC / "selector", ""))
    if spec.get("replicas") is None:
        errors.append(field.required(_SPEC / "replicas", ""))
    else:
        errors += validate_nonnegative_field(spec["replicas"], _SPEC / "replicas")
    template = spec.get("template")
    if template is None:
        return [*errors, field.required(_SPEC / "template", "")]
    return errors + _validate_controller_template(template, selector, _SPEC / "template", options)


def _validate_controller_template(
    template: Json, selector: Mapping[str, str], path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    errors: ErrorList = []
    labels = sent(template.get("metadata") or {}, "labels")
    if any((labels or {}).get(key) != value for key, value in selector.items()):
        text = "`selector` does not match template `labels`"
        errors.append(field.invalid(path.child("metadata", "labels"), _sorted(labels), text))
    errors += validate_pod_template_spec(template, path, options)
    spec = template.get("spec") or {}
    policy = spec.get("restartPolicy", "")
    if policy != "Always":
        errors.append(field.not_supported(path.child("spec", "restartPolicy"), typed(policy), ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        text = "activeDeadlineSeconds in ReplicationController is not Supported"
        errors.append(field.forbidden(path.child("spec", "activeDeadlineSeconds"), text))
    return errors


def validate_replication_controller_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a ReplicationController."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    status = new.get("status") or {}
    counts = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")
    for name in counts:
        errors += validate_nonnegative_field(status.get(name, 0), _STATUS / name)
    for name in counts[1:4]:
        if status.get(name, 0) > status.get("replicas", 0):
            text = "cannot be greater than status.replicas"
            errors.append(field.invalid(_STATUS / name, status.get(name, 0), text))
    if status.get("availableReplicas", 0) > status.get("readyReplicas", 0):
        text = "cannot be greater than readyReplicas"
        errors.append(field.invalid(_STATUS / "availableReplicas", status.get("availableReplicas", 0), text))
    return errors
