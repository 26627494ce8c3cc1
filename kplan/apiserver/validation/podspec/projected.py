"""Projected volumes and the downward API: several sources in one directory, no path twice.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import ANNOTATIONS_LIMIT, annotations_too_large, validate_label_selector
from kplan.apiserver.validation.domains import is_domain_prefixed_key
from kplan.apiserver.validation.podspec.env import (
    VOLUME_FIELDS,
    validate_field_ref,
    validate_resource_field_ref,
)
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.paths import validate_file_mode, validate_local_non_reserved_path
from kplan.apiserver.validation.shown import shown
from kplan.apiserver.validation.signers import (
    cluster_trust_bundle_name_texts,
    is_kubernetes_signer_name,
    signer_of_bundle_name,
    validate_signer_name,
)
from kplan.fieldpath import FieldPath

_KEY_TYPES: Final = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
_DAY: Final = 24 * 60 * 60
_CONFLICT: Final = "conflicting duplicate paths"
_SOURCES: Final = (
    "secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate",
)  # fmt: skip


def validate_key_to_path(item: Json, path: FieldPath) -> ErrorList:
    """One key of a Secret or ConfigMap and the file it becomes."""
    errors: ErrorList = []
    if not item.get("key"):
        errors.append(field.required(path / "key", ""))
    target = item.get("path", "")
    if not target:
        errors.append(field.required(path / "path", ""))
    errors += validate_local_non_reserved_path(target, path / "path")
    return errors + validate_file_mode(item.get("mode"), path / "mode")


def validate_downward_api_file(file: Json, path: FieldPath) -> ErrorList:
    """One file of the downward API."""
    errors: ErrorList = []
    target = file.get("path", "")
    if not target:
        errors.append(field.required(path / "path", ""))
    errors += validate_local_non_reserved_path(target, path / "path")
    if "fieldRef" in file:
        errors += validate_field_ref(file["fieldRef"], VOLUME_FIELDS, path / "fieldRef")
        if "resourceFieldRef" in file:
            text = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(field.invalid(path, "resource", text))
    elif "resourceFieldRef" in file:
        errors += validate_resource_field_ref(
            file["resourceFieldRef"], path / "resourceFieldRef", volume=True
        )
    else:
        errors.append(field.required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + validate_file_mode(file.get("mode"), path / "mode")


def validate_downward_api(source: Json, path: FieldPath) -> ErrorList:
    """A downwardAPI volume."""
    errors = validate_file_mode(source.get("defaultMode"), path / "defaultMode")
    for file in source.get("items") or ():
        errors += validate_downward_api_file(file, path)
    return errors


def validate_projected(source: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    """A projected volume."""
    errors = validate_file_mode(source.get("defaultMode"), path / "defaultMode")
    taken: set[str] = set()
    for index, item in enumerate(source.get("sources") or ()):
        errors += _validate_projection(item, taken, path, path / "sources" / index, options)
    return errors


def _validate_projection(
    item: Json, taken: set[str], path: FieldPath, at: FieldPath, options: PodValidationOptions
) -> ErrorList:
    errors: ErrorList = []
    for name in ("secret", "configMap"):
        if name in item:
            errors += _validate_keys(item[name], taken, path, at / name)
    if "downwardAPI" in item:
        for file in item["downwardAPI"].get("items") or ():
            errors += validate_downward_api_file(file, at / "downwardAPI")
            target = file.get("path", "")
            errors += _claim(target, taken, target, path) if target else []
    if "serviceAccountToken" in item:
        errors += _validate_token(item["serviceAccountToken"], path, at / "serviceAccountToken", options)
    if "clusterTrustBundle" in item:
        bundle = item["clusterTrustBundle"]
        errors += _validate_trust_bundle(bundle, at / "clusterTrustBundle")
        errors += _claim(bundle.get("path", ""), taken, bundle.get("path", ""), path)
    if "podCertificate" in item:
        errors += _validate_pod_certificate(item["podCertificate"], taken, path, at / "podCertificate")
    if sum(name in item for name in _SOURCES) > 1:
        errors.append(field.forbidden(at, "may not specify more than 1 volume type per source"))
    return errors


def _claim(target: str, taken: set[str], shown_value: str, path: FieldPath) -> ErrorList:
    if target in taken:
        return [field.invalid(path, shown_value, _CONFLICT)]
    taken.add(target)
    return []


def _validate_keys(source: Json, taken: set[str], path: FieldPath, at: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name = source.get("name", "")
    if not name:
        errors.append(field.required(at / "name", ""))
    for index, item in enumerate(source.get("items") or ()):
        errors += validate_key_to_path(item, at / "items" / index)
        target = item.get("path", "")
        errors += _claim(target, taken, name, path) if target else []
    return errors


def _validate_token(token: Json, path: FieldPath, at: FieldPath, options: PodValidationOptions) -> ErrorList:
    errors: ErrorList = []
    seconds, target = token.get("expirationSeconds", 0), token.get("path", "")
    if seconds < 600:
        text = "may not specify a duration less than 10 minutes"
        errors.append(field.invalid(at / "expirationSeconds", seconds, text))
    if seconds > 1 << 32:
        text = "may not specify a duration larger than 2^32 seconds"
        errors.append(field.invalid(at / "expirationSeconds", seconds, text))
    if not target:
        errors.append(field.required(path / "path", ""))
    elif not options.allow_non_local_projected_token_path:
        errors += validate_local_non_reserved_path(target, path / "path")
    return errors


def _validate_trust_bundle(bundle: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name, signer, selector = (bundle.get(key) for key in ("name", "signerName", "labelSelector"))
    if name is not None and signer is not None:
        text = "only one of name and signerName may be used"
        errors.append(field.invalid(path, shown("ClusterTrustBundleProjection", bundle), text))
    elif name is not None:
        if not name:
            errors.append(field.required(path / "name", "must be a valid object name"))
        texts = cluster_trust_bundle_name_texts(name, signer_of_bundle_name(name))
        errors += [
            field.invalid(path / "name", name, f"not a valid clustertrustbundlename: {text}")
            for text in texts
        ]
        if selector is not None:
            text = "labelSelector must be unset if name is specified"
            errors.append(field.invalid(path / "labelSelector", selector, text))
    elif signer is not None:
        if not signer:
            errors.append(field.required(path / "signerName", "must be a valid signer name"))
        errors += validate_signer_name(path / "signerName", signer)
        errors += validate_label_selector(selector, path / "labelSelector")
    else:
        errors.append(field.required(path, "either name or signerName must be specified"))
    target = bundle.get("path", "")
    if not target:
        errors.append(field.required(path / "path", ""))
    return errors + validate_local_non_reserved_path(target, path / "path")


def _validate_pod_certificate(source: Json, taken: set[str], path: FieldPath, at: FieldPath) -> ErrorList:
    signer, kind, seconds = (
        source.get("signerName", ""),
        source.get("keyType", ""),
        source.get("maxExpirationSeconds"),
    )
    errors = validate_signer_name(at / "signerName", signer)
    errors += _validate_user_annotations(source.get("userAnnotations") or {}, at / "userAnnotations")
    if kind not in _KEY_TYPES:
        errors.append(field.not_supported(at / "keyType", kind, _KEY_TYPES))
    if seconds is not None:
        errors += _validate_expiration(seconds, signer, at / "maxExpirationSeconds")
    targets = {name: source.get(name) for name in ("credentialBundlePath", "keyPath", "certificateChainPath")}
    for name, target in targets.items():
        if target:
            errors += validate_local_non_reserved_path(target, at / name)
            errors += _claim(target, taken, target, path)
    if not any(targets.values()):
        text = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"
        errors.append(field.required(at, text))
    return errors


def _validate_expiration(seconds: int, signer: str, path: FieldPath) -> ErrorList:
    limit = _DAY if is_kubernetes_signer_name(signer) else 91 * _DAY
    if seconds < 3600:
        return [field.invalid(path, seconds, "if provided, maxExpirationSeconds must be >= 3600")]
    if seconds > limit:
        return [field.invalid(path, seconds, f"if provided, maxExpirationSeconds must be <= {limit}")]
    return []


def _validate_user_annotations(annotations: dict[str, str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for key in annotations:
        errors += is_domain_prefixed_key(path, key.lower())
    if annotations_too_large(annotations):
        errors.append(field.too_long(path, "", ANNOTATIONS_LIMIT))
    return errors
