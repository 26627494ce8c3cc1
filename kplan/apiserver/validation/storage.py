"""What the API server checks of storage classes, volume attachments and capacities; CSI drivers and
nodes are in storage_csi.

Upstream: pkg/apis/storage/validation/validation.go, pkg/registry/storage/*/strategy.go
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_subdomain, range_text, size, validate_qualified_name
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_label_name,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.storage_csi import (
    validate_csi_driver,
    validate_csi_driver_name,
    validate_csi_driver_update,
    validate_csi_node,
    validate_csi_node_update,
)
from kplan.apiserver.validation.values import each, immutable, labels_value, one_of, selector_value
from kplan.apiserver.validation.volumes import validate_persistent_volume_spec
from kplan.fieldpath import ROOT, FieldPath

__all__ = [
    "validate_csi_driver",
    "validate_csi_driver_update",
    "validate_csi_node",
    "validate_csi_node_update",
    "validate_csi_storage_capacity",
    "validate_csi_storage_capacity_update",
    "validate_storage_class",
    "validate_storage_class_update",
    "validate_volume_attachment",
    "validate_volume_attachment_update",
    "validate_volume_attributes_class",
    "validate_volume_attributes_class_update",
]

_MAX_PARAMETERS: Final = 512
_MAX_SIZE: Final = 256 * 1024
_MAX_MESSAGE: Final = 1024
_PARAMETERS: Final = FieldPath("parameters")


def validate_storage_class(obj: Json) -> ErrorList:
    """Check a new StorageClass."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    errors += _provisioner(obj.get("provisioner", ""), FieldPath("provisioner"))
    errors += _parameters(obj.get("parameters") or {}, True)
    if policy := obj.get("reclaimPolicy"):
        errors += one_of(FieldPath("reclaimPolicy"), policy, ("Delete", "Retain"))
    mode, path = obj.get("volumeBindingMode"), FieldPath("volumeBindingMode")
    if mode is None:
        errors.append(field.required(path, ""))
    else:
        errors += one_of(path, mode, ("Immediate", "WaitForFirstConsumer"))
    return errors + _allowed_topologies(obj.get("allowedTopologies") or [])


def validate_storage_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed StorageClass: everything that describes volumes stays."""
    errors = validate_storage_class(new) + validate_object_meta_update(
        new["metadata"], old["metadata"], METADATA
    )
    if (new.get("parameters") or {}) != (old.get("parameters") or {}):
        shown = labels_value(sent(new, "parameters"))
        errors.append(field.invalid(_PARAMETERS, shown, "field is immutable"))
    errors += immutable(FieldPath("provisioner"), new.get("provisioner", ""), old.get("provisioner", ""))
    for name in ("reclaimPolicy", "volumeBindingMode"):
        errors += immutable(FieldPath(name), new.get(name), old.get(name))
    return errors


def _provisioner(name: str, path: FieldPath) -> ErrorList:
    return validate_qualified_name(name.lower(), path) if name else [field.required(path, "")]


def _parameters(parameters: Mapping[str, str], may_be_empty: bool) -> ErrorList:
    if len(parameters) > _MAX_PARAMETERS:
        return [field.too_long(_PARAMETERS, "", _MAX_PARAMETERS)]
    errors: ErrorList = []
    if "" in parameters:
        errors.append(field.invalid(_PARAMETERS, "", "field can not be empty."))
    if sum(size(key) + size(value) for key, value in parameters.items()) > _MAX_SIZE:
        errors.append(field.too_long(_PARAMETERS, "", _MAX_SIZE))
    if not may_be_empty and not parameters:
        errors.append(field.required(_PARAMETERS, "must contain at least one key/value pair"))
    return errors


def _allowed_topologies(terms: list[Json]) -> ErrorList:
    errors: ErrorList = []
    # Upstream compares with as many empty maps as there are terms, so an empty term is always a duplicate.
    earlier: list[dict[str, frozenset[str]]] = [{} for _ in terms]
    for index, term in enumerate(terms):
        path = FieldPath("allowedTopologies") / index / "matchLabelExpressions"
        expressions: dict[str, frozenset[str]] = {}
        for position, requirement in enumerate(term.get("matchLabelExpressions") or ()):
            errors += _topology_requirement(requirement, path / position)
            key = requirement.get("key", "")
            if key in expressions:
                errors.append(field.duplicate(path / position / "key", key))
            expressions[key] = frozenset(requirement.get("values") or ())
        errors += [field.duplicate(path, "") for other in earlier if other == expressions]
        earlier.append(expressions)
    return errors


def _topology_requirement(requirement: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    values = requirement.get("values") or []
    if not values:
        errors.append(field.required(path / "values", ""))
    for index, value in enumerate(values):
        if value in values[:index]:
            errors.append(field.duplicate(path / "values" / index, value))
    return errors + validate_label_name(requirement.get("key", ""), path / "key")


def validate_volume_attachment(obj: Json) -> ErrorList:
    """Check a new VolumeAttachment."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    spec, path = obj.get("spec") or {}, FieldPath("spec")
    errors += validate_csi_driver_name(spec.get("attacher", ""), path / "attacher")
    source = spec.get("source") or {}
    errors += _attachment_source(source, path / "source")
    node = spec.get("nodeName", "")
    errors += each(path / "nodeName", node, name_is_dns_subdomain(node))
    errors += _attachment_status(obj.get("status") or {}, FieldPath("status"))
    if (name := source.get("persistentVolumeName")) is not None:
        errors += each(path.child("source", "persistentVolumeName"), name, name_is_dns_subdomain(name))
    return errors


def _attachment_source(source: Json, path: FieldPath) -> ErrorList:
    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    text = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
    if inline is None and name is None:
        return [field.required(path, text)]
    if inline is not None and name is not None:
        return [field.forbidden(path, text)]
    if name == "":
        return [field.required(path / "persistentVolumeName", "must specify non empty persistentVolumeName")]
    return (
        [] if inline is None else validate_persistent_volume_spec(inline, "", True, path / "inlineVolumeSpec")
    )


def _attachment_status(status: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    metadata = status.get("attachmentMetadata") or {}
    if sum(size(key) + size(value) for key, value in metadata.items()) > _MAX_SIZE:
        errors.append(field.too_long(path / "attachmentMetadata", "", _MAX_SIZE))
    for name in ("attachError", "detachError"):
        error, at = status.get(name) or {}, path / name
        if size(error.get("message", "")) > _MAX_MESSAGE:
            errors.append(field.too_long(at / "message", "", _MAX_SIZE))
        if error.get("errorCode", 0) < 0:
            errors.append(field.invalid(at / "errorCode", error["errorCode"], range_text(0, 2**31 - 1)))
    return errors


def validate_volume_attachment_update(new: Json, old: Json) -> ErrorList:
    """Check a changed VolumeAttachment: its spec stays."""
    errors = validate_volume_attachment(new)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    return errors + immutable(FieldPath("spec"), spec, before, "storage.VolumeAttachmentSpec")


def validate_csi_storage_capacity(obj: Json) -> ErrorList:
    """Check a new CSIStorageCapacity."""
    return _storage_capacity(obj, False)


def validate_csi_storage_capacity_update(new: Json, old: Json) -> ErrorList:
    """Check a changed CSIStorageCapacity: what it is the capacity of stays."""
    errors = _storage_capacity(new, bool(validate_label_selector(old.get("nodeTopology"), ROOT)))
    errors += validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    topology, before = selector_value(new.get("nodeTopology")), selector_value(old.get("nodeTopology"))
    errors += immutable(FieldPath("nodeTopology"), topology, before)
    name = "storageClassName"
    return errors + immutable(FieldPath(name), new.get(name, ""), old.get(name, ""))


def _storage_capacity(obj: Json, lenient: bool) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    path = FieldPath("nodeTopology")
    errors += validate_label_selector(obj.get("nodeTopology"), path, allow_invalid_value=lenient)
    name, capacity = obj.get("storageClassName", ""), obj.get("capacity")
    errors += each(FieldPath("storageClassName"), name, name_is_dns_subdomain(name))
    if capacity is not None and Quantity.parse(capacity).sign() < 0:
        errors.append(field.invalid(FieldPath("capacity"), capacity, "must be greater than or equal to 0"))
    return errors


def validate_volume_attributes_class(obj: Json) -> ErrorList:
    """Check a new VolumeAttributesClass."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    errors += _provisioner(obj.get("driverName", ""), FieldPath("driverName"))
    return errors + _parameters(obj.get("parameters") or {}, False)


def validate_volume_attributes_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed VolumeAttributesClass: driver and parameters stay."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    if new.get("driverName", "") != old.get("driverName", ""):
        errors.append(field.forbidden(FieldPath("driverName"), "updates to driverName are forbidden."))
    if (new.get("parameters") or {}) != (old.get("parameters") or {}):
        errors.append(field.forbidden(_PARAMETERS, "updates to parameters are forbidden."))
    return errors + validate_volume_attributes_class(new)
