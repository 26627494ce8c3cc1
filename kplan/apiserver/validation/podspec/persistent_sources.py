"""Sources that persistent volumes have in a form of their own, mostly with secrets of any namespace.

Upstream: pkg/apis/core/validation/validation.go
"""

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    name_is_dns_label,
    validate_dns1123_label,
    validate_dns1123_subdomain,
)
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.podspec.paths import validate_path_no_backsteps
from kplan.apiserver.validation.podspec.volume_sources import (
    require,
    require_secret,
    validate_azure_file,
    validate_csi_driver_name,
    validate_glusterfs,
)
from kplan.fieldpath import FieldPath


def validate_glusterfs_persistent(source: Json, path: FieldPath) -> ErrorList:
    """A Gluster volume of a persistent volume."""
    errors = validate_glusterfs(source, path)
    namespace, at = source.get("endpointsNamespace"), path / "endpointsNamespace"
    if namespace == "":
        text = "if the endpointnamespace is set, it must be a valid namespace name"
        errors.append(field.invalid(at, "", text))
    elif namespace is not None:
        errors += [field.invalid(at, namespace, text) for text in name_is_dns_label(namespace)]
    return errors


def validate_cinder_persistent(source: Json, path: FieldPath) -> ErrorList:
    """A Cinder disk of a persistent volume."""
    return require(source, path, "volumeID") + require_secret(source, path, "name", "namespace")


def validate_azure_file_persistent(source: Json, path: FieldPath) -> ErrorList:
    """A share of Azure of a persistent volume."""
    errors = validate_azure_file(source, path)
    return errors + (
        [field.required(path / "secretNamespace", "")] if source.get("secretNamespace") == "" else []
    )


def validate_local(source: Json, path: FieldPath) -> ErrorList:
    """A disk of one node."""
    errors = require(source, path, "path")
    return errors or validate_path_no_backsteps(source["path"], path / "path")


def validate_csi_persistent(source: Json, path: FieldPath) -> ErrorList:
    """A volume of a CSI driver of a persistent volume."""
    errors = validate_csi_driver_name(source.get("driver", ""), path / "driver")
    errors += require(source, path, "volumeHandle")
    for name in (
        "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef",
    ):  # fmt: skip
        if name in source:
            errors += _validate_secret_reference(source[name], path / name)
    return errors


def _validate_secret_reference(secret: Json, path: FieldPath) -> ErrorList:
    errors = require(secret, path, "name")
    if secret.get("name"):
        errors += validate_dns1123_subdomain(secret["name"], path / "name")
    if not secret.get("namespace"):
        return [*errors, field.required(path / "namespace", "")]
    return errors + validate_dns1123_label(secret["namespace"], path / "namespace")
