"""Specs of persistent volumes, on their own and inline in volume attachments.

Upstream: pkg/apis/core/validation/validation.go
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.claims import VOLUME_MODES, validate_access_modes, validate_class_name
from kplan.apiserver.validation.podspec import persistent_sources as persistent
from kplan.apiserver.validation.podspec import volume_sources as sources
from kplan.apiserver.validation.podspec.affinity import validate_node_selector
from kplan.apiserver.validation.quantities import validate_basic_resource, validate_positive_quantity
from kplan.fieldpath import FieldPath

SourceRule = Callable[[Json, FieldPath], ErrorList]

_RECLAIM: Final = ("Delete", "Recycle", "Retain")
_RULES: Final[Mapping[str, tuple[str, SourceRule]]] = {
    "hostPath": ("hostPath", sources.validate_host_path),
    "gcePersistentDisk": ("persistentDisk", sources.validate_gce_persistent_disk),
    "awsElasticBlockStore": ("awsElasticBlockStore", sources.validate_aws_elastic_block_store),
    "glusterfs": ("glusterfs", persistent.validate_glusterfs_persistent),
    "flocker": ("flocker", sources.validate_flocker),
    "nfs": ("nfs", sources.validate_nfs),
    "rbd": ("rbd", sources.validate_rbd),
    "quobyte": ("quobyte", sources.validate_quobyte),
    "cephfs": ("cephfs", sources.validate_cephfs),
    "iscsi": ("iscsi", sources.validate_iscsi),
    "cinder": ("cinder", persistent.validate_cinder_persistent),
    "fc": ("fc", sources.validate_fc),
    "flexVolume": ("flexVolume", sources.validate_flex_volume),
    "azureFile": ("azureFile", persistent.validate_azure_file_persistent),
    "vsphereVolume": ("vsphereVolume", sources.validate_vsphere),
    "photonPersistentDisk": ("photonPersistentDisk", sources.validate_photon),
    "portworxVolume": ("portworxVolume", sources.validate_portworx),
    "azureDisk": ("azureDisk", sources.validate_azure_disk),
    "scaleIO": ("scaleIO", sources.validate_scale_io),
    "local": ("local", persistent.validate_local),
    "storageos": ("storageos", sources.validate_storage_os_persistent),
    "csi": ("csi", persistent.validate_csi_persistent),
}
SOURCES: Final = tuple(_RULES)


@dataclass(frozen=True, slots=True)
class VolumeOptions:
    """What an old volume had that a new one may keep."""

    allow_invalid_label_value_in_node_affinity: bool = False


CREATE: Final = VolumeOptions()


def validate_persistent_volume_spec(
    spec: Json, name: str, inline: bool, path: FieldPath, options: VolumeOptions = CREATE
) -> ErrorList:
    """The spec of a persistent volume; ``inline`` inside a volume attachment, if much may not be said."""
    errors = _validate_inline(spec, path) if inline else []
    modes = spec.get("accessModes") or []
    if not modes:
        errors.append(field.required(path / "accessModes", ""))
    errors += validate_access_modes(modes, path / "accessModes")
    if not inline:
        errors += _validate_capacity(sent(spec, "capacity"), path / "capacity")
    errors += _validate_reclaim_policy(spec.get("persistentVolumeReclaimPolicy", ""), inline, path)
    if spec.get("nodeAffinity") is not None:
        errors += _validate_node_affinity(spec["nodeAffinity"], inline, path / "nodeAffinity", options)
    errors += _validate_sources(spec, name, inline, path)
    errors += _validate_classes(spec, inline, path)
    return errors


def _validate_inline(spec: Json, path: FieldPath) -> ErrorList:
    text = "may not be specified in the context of inline volumes"
    errors: ErrorList = [
        field.forbidden(path / name, text) for name in ("claimRef", "capacity") if spec.get(name)
    ]
    if spec.get("csi") is None:
        errors.append(field.required(path / "csi", "has to be specified in the context of inline volumes"))
    return errors


def _validate_capacity(given: Mapping[str, str] | None, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    capacity = given or {}
    if not capacity:
        errors.append(field.required(path, ""))
    if "storage" not in capacity or len(capacity) > 1:
        shown = None if given is None else dict(sorted(given.items()))
        errors.append(field.not_supported(path, shown, ("storage",)))
    for name, quantity in capacity.items():
        errors += validate_basic_resource(quantity, path.key(name))
        errors += validate_positive_quantity(quantity, path.key(name))
    return errors


def _validate_reclaim_policy(policy: str, inline: bool, path: FieldPath) -> ErrorList:
    at = path / "persistentVolumeReclaimPolicy"
    if not policy or policy == "Retain":
        return []
    if inline:
        return [field.forbidden(at, "may only be Retain in the context of inline volumes")]
    return [] if policy in _RECLAIM else [field.not_supported(at, typed(policy), _RECLAIM)]


def _validate_node_affinity(
    affinity: Json, inline: bool, path: FieldPath, options: VolumeOptions
) -> ErrorList:
    if inline:
        return [field.forbidden(path, "may not be specified in the context of inline volumes")]
    if affinity.get("required") is None:
        return [field.required(path / "required", "must specify required node constraints")]
    allow = options.allow_invalid_label_value_in_node_affinity
    return validate_node_selector(affinity["required"], path / "required", allow_invalid_value=allow)


def _validate_sources(spec: Json, name: str, inline: bool, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    given = [key for key in _RULES if spec.get(key) is not None]
    for key in given:
        if key != given[0] and key != "flexVolume":
            at = path / ("cephFS" if key == "cephfs" else key)
            errors.append(field.forbidden(at, "may not specify more than 1 volume type"))
        elif key == "iscsi":
            errors += sources.validate_iscsi_persistent(spec[key], name, path / "iscsi")
        else:
            child, rule = _RULES[key]
            errors += rule(spec[key], path / child)
            if key == "local" and (inline or spec.get("nodeAffinity") is None):
                errors.append(field.required(path / "nodeAffinity", "Local volume requires node affinity"))
    if not given:
        errors.append(field.required(path, "must specify a volume type"))
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle" and _is_root(spec.get("hostPath") or {}):
        text = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(field.forbidden(path / "persistentVolumeReclaimPolicy", text))
    return errors


def _is_root(source: Json) -> bool:
    target: str = source.get("path", "")
    return target.startswith("/") and posixpath.normpath("/" + target.lstrip("/")) == "/"


def _validate_classes(spec: Json, inline: bool, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    storage_class, mode, attributes = (
        spec.get(name) for name in ("storageClassName", "volumeMode", "volumeAttributesClassName")
    )
    if storage_class and inline:
        text = "may not be specified in the context of inline volumes"
        errors.append(field.forbidden(path / "storageClassName", text))
    elif storage_class:
        errors += validate_class_name(storage_class, path / "storageClassName")
    if mode is not None and inline and mode != "Filesystem":
        text = "may not specify volumeMode other than Filesystem in the context of inline volumes"
        errors.append(field.forbidden(path / "volumeMode", text))
    elif mode is not None and not inline and mode not in VOLUME_MODES:
        errors.append(field.not_supported(path / "volumeMode", typed(mode), VOLUME_MODES))
    if attributes is None or inline:
        return errors
    if attributes:
        errors += validate_class_name(attributes, path / "volumeAttributesClassName")
    else:
        errors.append(field.required(path / "volumeAttributesClassName", "an empty string is disallowed"))
    if spec.get("csi") is None:
        text = "has to be specified when using volumeAttributesClassName"
        errors.append(field.required(path / "csi", text))
    return errors
