"""What the API server checks of device classes, claims and claim templates; slices have their own module.

Upstream: pkg/apis/resource/validation/validation.go, pkg/registry/resource/*/strategy.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import is_dns1123_subdomain, name_is_dns_subdomain, validate_dns1123_label
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_annotations,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
    validate_object_meta_with_opts,
)
from kplan.apiserver.validation.quantities import is_extended_resource_name
from kplan.apiserver.validation.resource_devices import (
    RequestNames,
    bounded,
    bounded_set,
    by_name,
    names_of_requests,
    validate_device_configuration,
    validate_device_toleration,
    validate_fully_qualified_name,
    validate_request_name,
    validate_selectors,
)
from kplan.apiserver.validation.resource_slices import validate_resource_slice, validate_resource_slice_update
from kplan.apiserver.validation.resource_status import validate_resource_claim_status_update
from kplan.apiserver.validation.values import each, immutable
from kplan.fieldpath import FieldPath

__all__ = [
    "validate_device_class",
    "validate_device_class_update",
    "validate_resource_claim",
    "validate_resource_claim_status_update",
    "validate_resource_claim_template",
    "validate_resource_claim_template_update",
    "validate_resource_claim_update",
    "validate_resource_slice",
    "validate_resource_slice_update",
]

_SPEC: Final = FieldPath("spec")
_MAX: Final = 32
_MAX_ALTERNATIVES: Final = 8
_ONE_KIND: Final = "exactly one of `exactly` or `firstAvailable` is required"
_OTHER_METADATA: Final = (
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
)  # fmt: skip


def validate_resource_claim(obj: Json) -> ErrorList:
    """Check a new ResourceClaim."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + _device_claim((obj.get("spec") or {}).get("devices") or {}, _SPEC / "devices")


def validate_resource_claim_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ResourceClaim: its spec stays."""
    errors = validate_object_meta(new["metadata"], True, name_is_dns_subdomain, METADATA)
    errors += validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    return errors + immutable(_SPEC, spec, before, "resource.ResourceClaimSpec")


def validate_resource_claim_template(obj: Json) -> ErrorList:
    """Check a new ResourceClaimTemplate."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    metadata, path = spec.get("metadata"), _SPEC / "metadata"
    metadata = {} if metadata is None else metadata
    errors += validate_annotations(metadata.get("annotations"), path / "annotations")
    errors += validate_labels(metadata.get("labels"), path / "labels")
    errors += [
        field.forbidden(path / ("uID" if name == "uid" else name), "cannot be set")
        for name in _OTHER_METADATA
        if sent(metadata, name) not in (None, "", 0)
    ]
    return errors + _device_claim(
        (spec.get("spec") or {}).get("devices") or {}, _SPEC.child("spec", "devices")
    )


def validate_resource_claim_template_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ResourceClaimTemplate: its spec stays."""
    errors = validate_resource_claim_template(new)
    errors += validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    return errors + immutable(_SPEC, spec, before, "resource.ResourceClaimTemplateSpec")


def validate_device_class(obj: Json) -> ErrorList:
    """Check a new DeviceClass."""
    return _class(obj, None)


def validate_device_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed DeviceClass."""
    return _class(new, old)


def _class(obj: Json, old: Json | None) -> ErrorList:
    errors = validate_object_meta_with_opts(obj["metadata"], False, _class_name, METADATA)
    if old is not None:
        errors += validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    spec, before = obj.get("spec") or {}, (old or {}).get("spec") or {}
    errors += validate_selectors(spec.get("selectors") or [], _SPEC / "selectors")
    config = spec.get("config") or []
    stored = old is not None and (before.get("config") or []) == config

    def check(item: Json, path: FieldPath) -> ErrorList:
        return validate_device_configuration(item, path, stored=stored)

    errors += bounded(config, _MAX, check, _SPEC / "config")
    name = spec.get("extendedResourceName")
    if name is not None and not is_extended_resource_name(name):
        text = "must be a valid extended resource name"
        errors.append(field.invalid(_SPEC / "extendedResourceName", name, text))
    return errors


def _class_name(path: FieldPath, name: str) -> ErrorList:
    return each(path, name, is_dns1123_subdomain(name))


def _device_claim(claim: Json, path: FieldPath) -> ErrorList:
    requests = claim.get("requests") or []
    names = names_of_requests(claim)

    def constraint(item: Json, at: FieldPath) -> ErrorList:
        return _request_names(item, at, names) + _constraint(item, at)

    def configuration(item: Json, at: FieldPath) -> ErrorList:
        return _request_names(item, at, names) + validate_device_configuration(item, at)

    errors = bounded_set(requests, _MAX, _request, path / "requests", by_name)
    errors += bounded(claim.get("constraints") or [], _MAX, constraint, path / "constraints")
    return errors + bounded(claim.get("config") or [], _MAX, configuration, path / "config")


def _request_names(item: Json, path: FieldPath, names: RequestNames) -> ErrorList:
    def check(name: str, at: FieldPath) -> ErrorList:
        return validate_request_name(name, at, names)

    return bounded_set(item.get("requests") or [], _MAX, check, path / "requests", str)


def _constraint(constraint: Json, path: FieldPath) -> ErrorList:
    for name in ("matchAttribute", "distinctAttribute"):
        if constraint.get(name) is not None:
            return validate_fully_qualified_name(constraint[name], path / name)
    text = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
    return [field.required(path, text)]


def _request(request: Json, path: FieldPath) -> ErrorList:
    errors = validate_dns1123_label(by_name(request), path / "name")
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable") or []
    if exactly is None and not alternatives:
        return [*errors, field.required(path, _ONE_KIND)]
    if exactly is not None and alternatives:
        return [*errors, field.invalid(path, None, f"{_ONE_KIND}, but multiple fields are set")]
    if exactly is not None:
        return errors + _exact_request(exactly, path / "exactly")
    return errors + bounded_set(
        alternatives, _MAX_ALTERNATIVES, _alternative, path / "firstAvailable", by_name
    )


def _alternative(request: Json, path: FieldPath) -> ErrorList:
    return validate_dns1123_label(by_name(request), path / "name") + _exact_request(request, path)


def _exact_request(request: Json, path: FieldPath) -> ErrorList:
    name, at = request.get("deviceClassName", ""), path / "deviceClassName"
    errors: ErrorList = each(at, name, is_dns1123_subdomain(name)) if name else [field.required(at, "")]
    errors += validate_selectors(request.get("selectors") or [], path / "selectors")
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    if mode == "All":
        if count != 0:
            text = "must not be specified when allocationMode is 'All'"
            errors.append(field.invalid(path / "count", count, text))
    elif mode != "ExactCount":
        errors.append(field.not_supported(path / "allocationMode", typed(mode), ("All", "ExactCount")))
    elif count <= 0:
        errors.append(field.invalid(path / "count", count, "must be greater than zero"))
    for index, toleration in enumerate(request.get("tolerations") or ()):
        errors += validate_device_toleration(toleration, path / "tolerations" / index)
    return errors
