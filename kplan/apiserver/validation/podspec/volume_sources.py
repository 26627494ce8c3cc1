"""Sources of volumes, one function each; pods and persistent volumes share most of them.

Upstream: pkg/apis/core/validation/validation.go
"""

import re
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    name_is_dns_subdomain,
    range_text,
    size,
    validate_dns1123_label,
    validate_dns1123_subdomain,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.paths import (
    validate_file_mode,
    validate_local_descending_path,
    validate_path_no_backsteps,
)
from kplan.apiserver.validation.podspec.projected import validate_key_to_path
from kplan.fieldpath import FieldPath

_HOST_PATH_TYPES: Final = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
_INITIATORS: Final = {
    "iqn": r"iqn\.[0-9]{4}-[0-9]{2}\.([0-9A-Za-z.-]+)(:[^,;*&$|\t\n\f\r ]+)\Z",
    "eui": r"\Aeui.[0-9A-Za-z]{16}\Z",
    "naa": r"\Anaa.[0-9A-Za-z]{32}\Z",
}
_CACHING: Final = ("None", "ReadOnly", "ReadWrite")
_DISK_KINDS: Final = ("Dedicated", "Managed", "Shared")
_MANAGED_URI: Final = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
)
_BLOB_URI: Final = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def require(source: Json, path: FieldPath, *names: str) -> ErrorList:
    """Fields that a source must have."""
    return [field.required(path / name, "") for name in names if not source.get(name)]


def require_secret(source: Json, path: FieldPath, *names: str) -> ErrorList:
    """Fields that a source's secret must have, if it has one."""
    secret = source.get("secretRef")
    return [] if secret is None else require(secret, path / "secretRef", *names)


def validate_host_path(source: Json, path: FieldPath) -> ErrorList:
    """A directory or file of the node."""
    if not source.get("path"):
        return [field.required(path / "path", "")]
    errors = validate_path_no_backsteps(source["path"], path / "path")
    kind = source.get("type")
    if kind is not None and kind not in _HOST_PATH_TYPES:
        errors.append(field.not_supported(path / "type", typed(kind), _HOST_PATH_TYPES))
    return errors


def validate_git_repo(source: Json, path: FieldPath) -> ErrorList:
    """A clone of a git repository."""
    errors = require(source, path, "repository")
    return errors + validate_local_descending_path(source.get("directory", ""), path / "directory")


def _validate_partition(source: Json, path: FieldPath) -> ErrorList:
    partition = source.get("partition", 0)
    return [] if 0 <= partition <= 255 else [field.invalid(path / "partition", partition, range_text(1, 255))]


def validate_gce_persistent_disk(source: Json, path: FieldPath) -> ErrorList:
    """A disk of Google Compute Engine."""
    return require(source, path, "pdName") + _validate_partition(source, path)


def validate_aws_elastic_block_store(source: Json, path: FieldPath) -> ErrorList:
    """A disk of Amazon."""
    return require(source, path, "volumeID") + _validate_partition(source, path)


def _validate_keys(source: Json, name: str, path: FieldPath) -> ErrorList:
    errors = require(source, path, name)
    errors += validate_file_mode(source.get("defaultMode"), path / "defaultMode")
    for index, item in enumerate(source.get("items") or ()):
        errors += validate_key_to_path(item, path / "items" / index)
    return errors


def validate_secret(source: Json, path: FieldPath) -> ErrorList:
    """Keys of a Secret."""
    return _validate_keys(source, "secretName", path)


def validate_config_map(source: Json, path: FieldPath) -> ErrorList:
    """Keys of a ConfigMap."""
    return _validate_keys(source, "name", path)


def validate_nfs(source: Json, path: FieldPath) -> ErrorList:
    """An export of an NFS server."""
    errors = require(source, path, "server", "path")
    target = source.get("path", "")
    if not target.startswith("/"):
        errors.append(field.invalid(path / "path", target, "must be an absolute path"))
    return errors


def _initiator_fits(name: str) -> bool:
    pattern = _INITIATORS.get(name[:3])
    return pattern is None or re.search(pattern, name) is not None


def _validate_iscsi_names(source: Json, path: FieldPath, unknown: str) -> ErrorList:
    name = source.get("iqn", "")
    if not name:
        return [field.required(path / "iqn", "")]
    if name[:3] not in _INITIATORS:
        return [field.invalid(path / "iqn", name, unknown)]
    return [] if _initiator_fits(name) else [field.invalid(path / "iqn", name, "must be valid format")]


def _validate_iscsi_rest(source: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    lun = source.get("lun", 0)
    if not 0 <= lun <= 255:
        errors.append(field.invalid(path / "lun", lun, range_text(0, 255)))
    authenticated = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if authenticated and "secretRef" not in source:
        errors.append(field.required(path / "secretRef", ""))
    return errors


def _validate_iscsi_initiator(source: Json, path: FieldPath, unknown: str) -> ErrorList:
    name = source.get("initiatorName")
    if name is None:
        return []
    if name[:3] not in _INITIATORS:
        return [field.invalid(path / "initiatorname", name, unknown)]
    return (
        [] if _initiator_fits(name) else [field.invalid(path / "initiatorname", name, "must be valid format")]
    )


def validate_iscsi(source: Json, path: FieldPath) -> ErrorList:
    """An iSCSI disk of a pod."""
    unknown = "must be valid format starting with iqn, eui, or naa"
    errors = require(source, path, "targetPortal") + _validate_iscsi_names(source, path, unknown)
    return errors + _validate_iscsi_rest(source, path) + _validate_iscsi_initiator(source, path, unknown)


def iscsi_name_problem(source: Json, volume: str) -> str:
    """The text for a volume name and portal that are too long together; empty if they are not."""
    if "initiatorName" not in source or size(f"{volume}:{source.get('targetPortal', '')}") <= 64:
        return ""
    return (
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
        "if iscsi.initiatorName is specified."
    )


def validate_iscsi_persistent(source: Json, volume: str, path: FieldPath) -> ErrorList:
    """An iSCSI disk of a persistent volume."""
    unknown = "must be valid format"
    errors = require(source, path, "targetPortal")
    problem = iscsi_name_problem(source, volume)
    if problem:
        errors.append(field.invalid(path / "targetportal", source.get("targetPortal", ""), problem))
    errors += _validate_iscsi_names(source, path, unknown) + _validate_iscsi_rest(source, path)
    return errors + require_secret(source, path, "name") + _validate_iscsi_initiator(source, path, unknown)


def validate_fc(source: Json, path: FieldPath) -> ErrorList:
    """A Fibre Channel disk."""
    errors: ErrorList = []
    names, ids, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    if not names and not ids:
        errors.append(
            field.required(path / "targetWWNs", "must specify either targetWWNs or wwids, but not both")
        )
    if names and ids:
        text = "targetWWNs and wwids can not be specified simultaneously"
        errors.append(field.invalid(path / "targetWWNs", names, text))
    if not names:
        return errors
    if lun is None:
        errors.append(field.required(path / "lun", "lun is required if targetWWNs is specified"))
    elif not 0 <= lun <= 255:
        errors.append(field.invalid(path / "lun", lun, range_text(0, 255)))
    return errors


def validate_glusterfs(source: Json, path: FieldPath) -> ErrorList:
    """A Gluster volume of a pod."""
    return require(source, path, "endpoints", "path")


def validate_flocker(source: Json, path: FieldPath) -> ErrorList:
    """A Flocker dataset."""
    errors: ErrorList = []
    name, uuid = source.get("datasetName", ""), source.get("datasetUUID", "")
    if not name and not uuid:
        errors.append(field.required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        text = "datasetName and datasetUUID can not be specified simultaneously"
        errors.append(field.invalid(path, "resource", text))
    if "/" in name:
        errors.append(field.invalid(path / "datasetName", name, "must not contain '/'"))
    return errors


def validate_claim(source: Json, path: FieldPath) -> ErrorList:
    """A claim."""
    return require(source, path, "claimName")


def validate_rbd(source: Json, path: FieldPath) -> ErrorList:
    """A Ceph block device."""
    return require(source, path, "monitors", "image")


def validate_cinder(source: Json, path: FieldPath) -> ErrorList:
    """A Cinder disk of a pod."""
    return require(source, path, "volumeID") + require_secret(source, path, "name")


def validate_cephfs(source: Json, path: FieldPath) -> ErrorList:
    """A Ceph file system."""
    return require(source, path, "monitors")


def _is_host_port(text: str) -> bool:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        return (
            bool(bracket)
            and rest.startswith(":")
            and not set(host + rest[1:]) & set("[]")
            and ":" not in rest[1:]
        )
    host, colon, port = text.rpartition(":")
    return bool(colon) and ":" not in host and not set(host + port) & set("[]")


def validate_quobyte(source: Json, path: FieldPath) -> ErrorList:
    """A Quobyte volume."""
    errors: ErrorList = []
    registry, text = (
        source.get("registry", ""),
        "must be a host:port pair or multiple pairs separated by commas",
    )
    if not registry:
        errors.append(field.required(path / "registry", text))
    elif size(source.get("tenant", "")) >= 65:
        errors.append(
            field.required(path / "tenant", "must be a UUID and may not exceed a length of 64 characters")
        )
    else:
        pairs = registry.split(",")
        errors += [
            field.invalid(path / "registry", registry, text) for pair in pairs if not _is_host_port(pair)
        ]
    return errors + require(source, path, "volume")


def validate_flex_volume(source: Json, path: FieldPath) -> ErrorList:
    """A volume of a FlexVolume driver."""
    errors = require(source, path, "driver")
    for key in source.get("options") or ():
        if ("." + key.partition("/")[0].lower()).endswith((".kubernetes.io", ".k8s.io")):
            text = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(field.invalid((path / "options").key(key), key, text))
    return errors


def validate_azure_file(source: Json, path: FieldPath) -> ErrorList:
    """A share of Azure."""
    return require(source, path, "secretName", "shareName")


def validate_azure_disk(source: Json, path: FieldPath) -> ErrorList:
    """A disk of Azure."""
    errors = require(source, path, "diskName", "diskURI")
    caching, kind, uri = source.get("cachingMode"), source.get("kind"), source.get("diskURI", "")
    if caching is not None and caching not in _CACHING:
        errors.append(field.not_supported(path / "cachingMode", typed(caching), _CACHING))
    if kind is None:
        return errors
    if kind not in _DISK_KINDS:
        errors.append(field.not_supported(path / "kind", typed(kind), _DISK_KINDS))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        errors.append(field.not_supported(path / "diskURI", uri, (_MANAGED_URI,)))
    if kind != "Managed" and not uri.startswith("https://"):
        errors.append(field.not_supported(path / "diskURI", uri, (_BLOB_URI,)))
    return errors


def validate_vsphere(source: Json, path: FieldPath) -> ErrorList:
    """A disk of vSphere."""
    return require(source, path, "volumePath")


def validate_photon(source: Json, path: FieldPath) -> ErrorList:
    """A disk of Photon."""
    return require(source, path, "pdID")


def validate_portworx(source: Json, path: FieldPath) -> ErrorList:
    """A Portworx volume."""
    return require(source, path, "volumeID")


def validate_scale_io(source: Json, path: FieldPath) -> ErrorList:
    """A ScaleIO volume."""
    return require(source, path, "gateway", "system", "volumeName")


def _validate_storage_os_names(source: Json, path: FieldPath) -> ErrorList:
    errors = require(source, path, "volumeName")
    for name in ("volumeName", "volumeNamespace"):
        if source.get(name):
            errors += validate_dns1123_label(source[name], path / name)
    return errors


def validate_storage_os(source: Json, path: FieldPath) -> ErrorList:
    """A StorageOS volume of a pod."""
    return _validate_storage_os_names(source, path) + require_secret(source, path, "name")


def validate_storage_os_persistent(source: Json, path: FieldPath) -> ErrorList:
    """A StorageOS volume of a persistent volume."""
    return _validate_storage_os_names(source, path) + require_secret(source, path, "name", "namespace")


def validate_csi_driver_name(name: str, path: FieldPath) -> ErrorList:
    """The name of a CSI driver."""
    if not name:
        return [field.required(path, "")]
    errors = [field.too_long(path, "", 63)] if size(name) > 63 else []
    return errors + [
        field.invalid(path, name, error.detail) for error in validate_dns1123_subdomain(name.lower(), path)
    ]


def validate_csi(source: Json, path: FieldPath) -> ErrorList:
    """An inline volume of a CSI driver."""
    errors = validate_csi_driver_name(source.get("driver", ""), path / "driver")
    secret = source.get("nodePublishSecretRef")
    if secret is None:
        return errors
    name = secret.get("name", "")
    if not name:
        return [*errors, field.required(path.child("nodePublishSecretRef", "name"), "")]
    return errors + [field.invalid(path / "name", name, text) for text in name_is_dns_subdomain(name)]
