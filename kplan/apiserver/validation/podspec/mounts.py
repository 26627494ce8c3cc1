"""Mounts and block devices of containers, against the volumes of the pod.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.paths import (
    validate_local_descending_path,
    validate_path_no_backsteps,
)
from kplan.fieldpath import FieldPath

_PROPAGATIONS: Final = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE: Final = ("Disabled", "Enabled", "IfPossible")


def validate_volume_mounts(container: Json, volumes: Mapping[str, Json], path: FieldPath) -> ErrorList:
    """``volumeMounts`` of a container."""
    errors: ErrorList = []
    seen: set[str] = set()
    devices = {
        item.get("name", ""): item.get("devicePath", "") for item in container.get("volumeDevices") or ()
    }
    for index, mount in enumerate(container["volumeMounts"]):
        name, target = mount.get("name", ""), mount.get("mountPath", "")
        if name not in volumes or not target or target in seen or devices:
            errors += _validate_mount(name, target, seen, devices, volumes, path / index)
        seen.add(target)
        if len(mount) > 2:
            errors += _validate_mount_options(mount, container, path, index)
    return errors


def _validate_mount(
    name: str,
    target: str,
    seen: set[str],
    devices: Mapping[str, str],
    volumes: Mapping[str, Json],
    path: FieldPath,
) -> ErrorList:
    errors: ErrorList = []
    if not name:
        errors.append(field.required(path / "name", ""))
    if name not in volumes:
        errors.append(field.not_found(path / "name", name))
    if not target:
        errors.append(field.required(path / "mountPath", ""))
    if target in seen:
        errors.append(field.invalid(path / "mountPath", target, "must be unique"))
    if name in devices:
        errors.append(field.invalid(path / "name", name, "must not already exist in volumeDevices"))
    if target in devices.values():
        errors.append(
            field.invalid(path / "mountPath", target, "must not already exist as a path in volumeDevices")
        )
    return errors


def _validate_mount_options(mount: Json, container: Json, path: FieldPath, index: int) -> ErrorList:
    errors: ErrorList = []
    sub, expression = mount.get("subPath", ""), mount.get("subPathExpr", "")
    if sub:
        errors += validate_local_descending_path(sub, path / "subPath")
    if expression:
        if sub:
            text = "subPathExpr and subPath are mutually exclusive"
            errors.append(field.invalid(path / index / "subPathExpr", expression, text))
        errors += validate_local_descending_path(expression, path / "subPathExpr")
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        errors += _validate_propagation(propagation, container, path / "mountPropagation")
    if "recursiveReadOnly" in mount:
        errors += _validate_recursive_read_only(mount, path / "recursiveReadOnly")
    return errors


def _validate_propagation(propagation: str, container: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if propagation not in _PROPAGATIONS:
        errors.append(field.not_supported(path, typed(propagation), _PROPAGATIONS))
    if propagation == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        text = "Bidirectional mount propagation is available only to privileged containers"
        errors.append(field.forbidden(path, text))
    return errors


def _validate_recursive_read_only(mount: Json, path: FieldPath) -> ErrorList:
    mode = mount["recursiveReadOnly"]
    if mode == "Disabled":
        return []
    if mode not in _RECURSIVE:
        return [field.not_supported(path, typed(mode), _RECURSIVE)]
    errors: ErrorList = []
    if not mount.get("readOnly"):
        errors.append(field.forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation", "None") != "None":
        errors.append(
            field.forbidden(path, "may only be specified when mountPropagation is None or not specified")
        )
    return errors


def validate_volume_devices(
    devices: Sequence[Json], mounts: Sequence[Json], volumes: Mapping[str, Json], path: FieldPath
) -> ErrorList:
    """``volumeDevices`` of a container."""
    errors: ErrorList = []
    names: set[str] = set()
    targets: set[str] = set()
    mounted = {item.get("name", ""): item.get("mountPath", "") for item in mounts}
    for index, device in enumerate(devices):
        name, target, at = device.get("name", ""), device.get("devicePath", ""), path / index
        errors += _validate_device_name(name, names, volumes, at / "name")
        if not target:
            errors.append(field.required(at / "devicePath", ""))
        if target in targets:
            errors.append(field.invalid(at / "devicePath", target, "must be unique"))
        if target and validate_path_no_backsteps(target, at):
            errors.append(field.invalid(at / "devicePath", target, "can not contain backsteps ('..')"))
        else:
            targets.add(target)
        if name in mounted:
            errors.append(field.invalid(at / "name", name, "must not already exist in volumeMounts"))
        if target in mounted.values():
            text = "must not already exist as a path in volumeMounts"
            errors.append(field.invalid(at / "devicePath", target, text))
        if name:
            names.add(name)
    return errors


def _validate_device_name(
    name: str, names: set[str], volumes: Mapping[str, Json], path: FieldPath
) -> ErrorList:
    errors: ErrorList = []
    volume = volumes.get(name)
    if not name:
        errors.append(field.required(path, ""))
    if name in names:
        errors.append(field.invalid(path, name, "must be unique"))
    if volume is not None and "persistentVolumeClaim" not in volume and "ephemeral" not in volume:
        text = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        errors.append(field.invalid(path, name, text))
    if volume is None:
        errors.append(field.not_found(path, name))
    return errors
