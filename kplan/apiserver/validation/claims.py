"""Specs of volume claims, on their own and as templates inside pods.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_label, name_is_dns_subdomain
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import validate_annotations, validate_label_selector, validate_labels
from kplan.apiserver.validation.quantities import validate_positive_quantity, validate_quantity_value
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple

_ACCESS_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES: Final = ("Block", "Filesystem")
_OTHER_META: Final = (
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
)  # fmt: skip


class ClaimOptions(NamedTuple):
    """What an old claim had that a new one may keep."""

    allow_invalid_label_value_in_selector: bool = False
    allow_invalid_api_group: bool = False


CREATE: Final = ClaimOptions()


def validate_access_modes(modes: Sequence[str], path: FieldPath) -> ErrorList:
    """Access modes of a claim or volume; ReadWriteOncePod stands alone."""
    errors: ErrorList = [
        field.not_supported(path, typed(mode), _ACCESS_MODES) for mode in modes if mode not in _ACCESS_MODES
    ]
    if "ReadWriteOncePod" in modes and any(mode in _ACCESS_MODES[:3] for mode in modes):
        errors.append(field.forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return errors


def validate_class_name(name: str, path: FieldPath) -> ErrorList:
    """The name of a storage or attributes class."""
    return [field.invalid(path, name, text) for text in name_is_dns_subdomain(name)]


def validate_claim_template(template: Json, path: FieldPath) -> ErrorList:
    """A claim that is made with its pod: labels, annotations and a spec, nothing else."""
    meta = template.get("metadata") or {}
    at = path / "metadata"
    errors = validate_annotations(meta.get("annotations"), at / "annotations")
    errors += validate_labels(meta.get("labels"), at / "labels")
    for name in _OTHER_META:
        if sent(meta, name) not in (None, "", 0):
            errors.append(field.forbidden(at / ("uID" if name == "uid" else name), "cannot be set"))
    return errors + validate_claim_spec(template.get("spec") or {}, path / "spec", CREATE)


def validate_claim_spec(spec: Json, path: FieldPath, options: ClaimOptions) -> ErrorList:
    """The spec of a claim."""
    errors: ErrorList = []
    modes = spec.get("accessModes") or []
    if not modes:
        errors.append(field.required(path / "accessModes", "at least 1 access mode is required"))
    allow = options.allow_invalid_label_value_in_selector
    errors += validate_label_selector(spec.get("selector"), path / "selector", allow_invalid_value=allow)
    errors += validate_access_modes(modes, path / "accessModes")
    errors += _validate_size(spec, (path / "resources").key("storage"))
    storage_class, mode = spec.get("storageClassName"), spec.get("volumeMode")
    if storage_class:
        errors += validate_class_name(storage_class, path / "storageClassName")
    if mode is not None and mode not in VOLUME_MODES:
        errors.append(field.not_supported(path / "volumeMode", typed(mode), VOLUME_MODES))
    errors += _validate_data_sources(spec, path, options)
    attributes = spec.get("volumeAttributesClassName")
    return errors + (
        validate_class_name(attributes, path / "volumeAttributesClassName") if attributes else []
    )


def _validate_size(spec: Json, path: FieldPath) -> ErrorList:
    quantity = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if quantity is None:
        return [field.required(path, "")]
    return validate_positive_quantity(quantity, path) or validate_quantity_value("storage", quantity, path)


def _validate_data_sources(spec: Json, path: FieldPath, options: ClaimOptions) -> ErrorList:
    errors: ErrorList = []
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        errors += _validate_data_source(source, path / "dataSource", options)
    if reference is not None:
        errors += _validate_data_source(reference, path / "dataSourceRef", options)
        namespace = reference.get("namespace")
        if namespace:
            at = path / "dataSourceRef" / "namespace"
            errors += [field.invalid(at, namespace, text) for text in name_is_dns_label(namespace)]
    if source is None or reference is None:
        return errors
    if reference.get("namespace"):
        text = "may not be specified when dataSourceRef.namespace is specified"
        errors.append(field.invalid(path, {}, text))
    elif any(source.get(name) != reference.get(name) for name in ("apiGroup", "kind", "name")):
        errors.append(field.invalid(path, {}, "must match dataSourceRef"))
    return errors


def _validate_data_source(source: Json, path: FieldPath, options: ClaimOptions) -> ErrorList:
    errors = [field.required(path / name, "") for name in ("name", "kind") if not source.get(name)]
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    if not group and kind != "PersistentVolumeClaim":
        text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.append(field.invalid(path, kind, text))
    if group and not options.allow_invalid_api_group:
        errors += [field.invalid(path / "apiGroup", group, text) for text in name_is_dns_subdomain(group)]
    return errors
