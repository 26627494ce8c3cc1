"""Persistent volumes and claims, on create and update.

Upstream: pkg/apis/core/validation/validation.go, pkg/volume/validation/pv_validation.go,
pkg/registry/core/{persistentvolume,persistentvolumeclaim}/strategy.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.storageclasses import CLASS_ANNOTATION
from kplan.apiserver import field
from kplan.apiserver.dns import IMMUTABLE, is_qualified_name, name_is_dns_subdomain
from kplan.apiserver.empty_fields import sent, shallow
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.meta import (
    METADATA,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation import claims, volumes
from kplan.apiserver.validation.equality import describe_changes, semantically_equal
from kplan.apiserver.validation.podspec.affinity import has_invalid_label_value_in_terms
from kplan.apiserver.validation.quantities import (
    is_native_resource,
    validate_basic_resource,
    validate_quantity_value,
)
from kplan.fieldpath import ROOT, FieldPath

_SPEC: Final = FieldPath("spec")
_MOUNT_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_MOUNTABLE: Final = (
    "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder", "cephfs",
    "azureFile", "vsphereVolume", "azureDisk", "photonPersistentDisk",
)  # fmt: skip
_GA_LABELS: Final = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
_RESIZES: Final = (
    "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible",
    "NodeResizePending",
)  # fmt: skip


def validate_persistent_volume(obj: Json) -> ErrorList:
    """A PersistentVolume on create."""
    return _validate_volume(obj, volumes.CREATE) + _validate_mount_options(obj)


def _validate_volume(obj: Json, options: volumes.VolumeOptions) -> ErrorList:
    meta = obj.get("metadata") or {}
    errors = validate_object_meta(meta, False, name_is_dns_subdomain)
    spec, name = obj.get("spec") or {}, meta.get("name", "")
    return errors + volumes.validate_persistent_volume_spec(spec, name, False, _SPEC, options)


def _validate_mount_options(obj: Json) -> ErrorList:
    spec, annotations = obj.get("spec") or {}, (obj.get("metadata") or {}).get("annotations") or {}
    if _MOUNT_OPTIONS not in annotations or any(spec.get(name) is not None for name in _MOUNTABLE):
        return []
    path = METADATA / "annotations" / _MOUNT_OPTIONS
    return [field.forbidden(path, "may not specify mount options for this volume type")]


def validate_persistent_volume_update(new: Json, old: Json) -> ErrorList:
    """A PersistentVolume on update: its source stays."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    terms = ((before.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    options = volumes.VolumeOptions(has_invalid_label_value_in_terms(terms))
    errors = _validate_volume(new, options) + _validate_mount_options(new) + _validate_volume(new, options)
    errors += _validate_source_unchanged(spec, before)
    errors += _validate_mode_unchanged(spec, before)
    if before.get("nodeAffinity") is not None:
        errors += _validate_node_affinity_unchanged(spec.get("nodeAffinity"), before["nodeAffinity"])
    if before.get("volumeAttributesClassName") is not None and spec.get("volumeAttributesClassName") is None:
        text = "update from non-nil value to nil is forbidden"
        errors.append(field.forbidden(_SPEC / "volumeAttributesClassName", text))
    return errors


def _validate_source_unchanged(spec: Json, before: Json) -> ErrorList:
    new = {name: spec[name] for name in volumes.SOURCES if name in spec}
    old = {name: before[name] for name in volumes.SOURCES if name in before}
    csi, csi_before = new.get("csi"), old.get("csi")
    if csi is not None and csi_before is not None and "controllerExpandSecretRef" not in csi_before:
        new["csi"] = shallow(csi)
        new["csi"].pop("controllerExpandSecretRef", None)
    if semantically_equal(new, old):
        return []
    changes = describe_changes("core.PersistentVolumeSource", old, new)
    text = f"spec.persistentvolumesource is immutable after creation\n{changes}"
    return [field.forbidden(_SPEC / "persistentvolumesource", text)]


def _validate_mode_unchanged(spec: Json, before: Json) -> ErrorList:
    mode = spec.get("volumeMode")
    if mode == before.get("volumeMode"):
        return []
    return [field.invalid(FieldPath("volumeMode"), None if mode is None else typed(mode), IMMUTABLE)]


def _validate_node_affinity_unchanged(new: Json | None, old: Json) -> ErrorList:
    if semantically_equal(_promoted(new, old), old):
        return []
    text = f"{IMMUTABLE}, except for updating from beta label to GA"
    return [field.invalid(FieldPath("nodeAffinity"), go_struct("*core.VolumeNodeAffinity", new), text)]


def _promoted(new: Json | None, old: Json) -> Json | None:
    """The new affinity with labels that became general put back under their beta names."""
    required = (new or {}).get("required")
    if required is None:
        return new
    terms = required.get("nodeSelectorTerms") or []
    terms_before = (old.get("required") or {}).get("nodeSelectorTerms") or []
    if len(terms) != len(terms_before):
        return new
    return {
        "required": {
            "nodeSelectorTerms": [_promoted_term(*pair) for pair in zip(terms, terms_before, strict=True)]
        }
    }


def _promoted_term(term: Json, before: Json) -> Json:
    out = dict(term)
    for name in ("matchExpressions", "matchFields"):
        items, items_before = term.get(name) or [], before.get(name) or []
        if items and len(items) == len(items_before):
            out[name] = [
                {**item, "key": was.get("key", "")}
                if _GA_LABELS.get(was.get("key", ""), "") == item.get("key", "")
                else item
                for item, was in zip(items, items_before, strict=True)
            ]
    return out


def validate_persistent_volume_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a PersistentVolume."""
    return validate_object_meta_update(new.get("metadata"), old.get("metadata"))


def validate_persistent_volume_claim(obj: Json) -> ErrorList:
    """A PersistentVolumeClaim on create."""
    return _validate_claim(obj, claims.CREATE)


def _validate_claim(obj: Json, options: claims.ClaimOptions) -> ErrorList:
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    return errors + claims.validate_claim_spec(obj.get("spec") or {}, _SPEC, options)


def _claim_options(before: Json) -> claims.ClaimOptions:
    references = (before.get("dataSource") or {}, before.get("dataSourceRef") or {})
    return claims.ClaimOptions(
        allow_invalid_label_value_in_selector=bool(validate_label_selector(before.get("selector"), ROOT)),
        allow_invalid_api_group=any(reference.get("apiGroup") is not None for reference in references),
    )


def _storage(resources: Json | None) -> Quantity:
    return Quantity.parse(((resources or {}).get("requests") or {}).get("storage", "0"))


def validate_persistent_volume_claim_update(new: Json, old: Json) -> ErrorList:
    """A PersistentVolumeClaim on update: a bound claim may grow and change its attributes class."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += _validate_claim(new, _claim_options(before))
    found, munged, munged_before = _munge_claim(new, old)
    errors += found
    if not semantically_equal(munged, munged_before):
        changes = describe_changes("core.PersistentVolumeClaimSpec", munged_before, munged)
        text = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName "
            f"for bound claims\n{changes}"
        )
        errors.append(field.forbidden(_SPEC, text))
    size = _storage(spec.get("resources"))
    if size < _storage(before.get("resources")):
        capacity = Quantity.parse(((old.get("status") or {}).get("capacity") or {}).get("storage", "0"))
        if size <= capacity:
            path = _SPEC / "resources" / "requests" / "storage"
            errors.append(field.forbidden(path, "field can not be less than status.capacity"))
    errors += _validate_mode_unchanged(spec, before)
    return errors + _validate_attributes_class(spec, before, old.get("status") or {})


def _munge_claim(new: Json, old: Json) -> tuple[ErrorList, Json, Json]:
    """Both specs with what may change made alike."""
    errors: ErrorList = []
    spec, before = shallow(new.get("spec") or {}), dict(old.get("spec") or {})
    if not before.get("volumeName") and "volumeName" in spec:
        before["volumeName"] = spec["volumeName"]
    annotations = (new.get("metadata") or {}).get("annotations") or {}
    annotations_before = (old.get("metadata") or {}).get("annotations") or {}
    name, name_before = spec.get("storageClassName"), before.get("storageClassName")
    annotated = annotations_before.get(CLASS_ANNOTATION)
    upgraded = name_before is None and name is not None and (annotated is None or name == annotated)
    if upgraded and annotated is not None and annotations.get(CLASS_ANNOTATION, annotated) == annotated:
        del spec["storageClassName"]
    else:
        if annotations.get(CLASS_ANNOTATION, "") != annotations_before.get(CLASS_ANNOTATION, ""):
            path = METADATA / "annotations" / CLASS_ANNOTATION
            errors.append(field.invalid(path, annotations.get(CLASS_ANNOTATION, ""), IMMUTABLE))
        if upgraded:
            del spec["storageClassName"]
    if (new.get("status") or {}).get("phase") == "Bound":
        spec["resources"] = _with_storage_of(spec.get("resources") or {}, before.get("resources") or {})
        spec.pop("volumeAttributesClassName", None)
        if "volumeAttributesClassName" in before:
            spec["volumeAttributesClassName"] = before["volumeAttributesClassName"]
    return errors, spec, before


def _with_storage_of(resources: Json, before: Json) -> Json:
    requests = sent(resources, "requests")
    if requests is None:
        return resources
    storage = (before.get("requests") or {}).get("storage", "0")
    return {**resources, "requests": {**requests, "storage": storage}}


def _validate_attributes_class(spec: Json, before: Json, status: Json) -> ErrorList:
    name, path = spec.get("volumeAttributesClassName"), _SPEC / "volumeAttributesClassName"
    unchanged = name == before.get("volumeAttributesClassName")
    if unchanged or status.get("currentVolumeAttributesClassName") is None or name:
        return []
    what = "nil" if name is None else "empty string"
    text = f"update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
    return [field.forbidden(path, text)]


def validate_persistent_volume_claim_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a PersistentVolumeClaim."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    if not (new.get("spec") or {}).get("accessModes"):
        errors.append(field.required(FieldPath.of("Spec", "accessModes"), ""))
    status, path = new.get("status") or {}, FieldPath("status")
    for name, quantity in (status.get("capacity") or {}).items():
        errors += validate_basic_resource(quantity, (path / "capacity").key(name))
    for name, state in (status.get("allocatedResourceStatuses") or {}).items():
        at = path / "allocatedResourceStatuses"
        errors += _validate_claim_resource(name, at)
        if state not in _RESIZES:
            errors.append(field.not_supported(at, typed(name), sorted(_RESIZES)))
    for name, quantity in (status.get("allocatedResources") or {}).items():
        at = path / "allocatedResources"
        found = _validate_claim_resource(name, at) or validate_basic_resource(quantity, at.key(name))
        errors += found or validate_quantity_value("storage", quantity, at.key(name))
    return errors


def _validate_claim_resource(name: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = [field.invalid(path, name, text) for text in is_qualified_name(name)]
    if errors or not is_native_resource(name) or name == "storage":
        return errors
    return [field.not_supported(path, name, ("storage",))]
