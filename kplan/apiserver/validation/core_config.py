"""ConfigMaps, Secrets, ServiceAccounts and Namespaces, on create and update.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterable
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    IMMUTABLE,
    is_config_map_key,
    is_qualified_name,
    name_is_dns_label,
    name_is_dns_subdomain,
    size,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import (
    validate_kube_finalizers,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.fieldpath import FieldPath

_LIMIT: Final = 1024 * 1024
_DATA: Final = FieldPath("data")
_BINARY: Final = FieldPath("binaryData")
_DOCKER: Final = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}
_ACCOUNT: Final = "kubernetes.io/service-account.name"
_SET: Final = "field is immutable when `immutable` is set"


def _length(encoded: str) -> int:
    """The number of bytes that a base64 text encodes."""
    return len(encoded) * 3 // 4 - encoded.count("=", -2)


def _validate_keys(keys: Iterable[str], path: FieldPath) -> ErrorList:
    return [field.invalid(path.key(key), key, text) for key in keys for text in is_config_map_key(key)]


def validate_config_map(obj: Json) -> ErrorList:
    """A ConfigMap on create."""
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    for key in data:
        errors += _validate_keys((key,), _DATA)
        if key in binary:
            errors.append(field.invalid(_DATA.key(key), key, "duplicate of key present in binaryData"))
    errors += _validate_keys(binary, _BINARY)
    total = sum(size(value or "") for value in data.values()) + sum(
        _length(value or "") for value in binary.values()
    )
    if total > _LIMIT:
        errors.append(field.too_long(field.NAMELESS, "", _LIMIT))
    return errors


def _validate_immutable(new: Json, old: Json, **fields: Any) -> ErrorList:
    """Check what is never changed: fields, each as it is sent, since empty differs from nothing."""
    if not old.get("immutable"):
        return []
    errors: ErrorList = []
    if not new.get("immutable"):
        errors.append(field.forbidden(FieldPath("immutable"), _SET))
    changed = [name for name, value in fields.items() if value != old.get(name)]
    return errors + [field.forbidden(FieldPath(name), _SET) for name in changed]


def validate_config_map_update(new: Json, old: Json) -> ErrorList:
    """A ConfigMap on update."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    # Its data is empty by default, so that sending none and sending nothing are the same.
    kept = _validate_immutable(new, old, data=new.get("data"), binaryData=sent(new, "binaryData"))
    return errors + kept + validate_config_map(new)


def validate_secret(obj: Json) -> ErrorList:
    """A Secret on create."""
    errors = validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)
    data = obj.get("data") or {}
    errors += _validate_keys(data, _DATA)
    if sum(_length(value or "") for value in data.values()) > _LIMIT:
        errors.append(field.too_long(_DATA, "", _LIMIT))
    return errors + _validate_secret_type(obj, obj.get("type", ""), data)


def _validate_secret_type(obj: Json, kind: str, data: Json) -> ErrorList:
    needed: tuple[str, ...] = ()
    if kind == "kubernetes.io/service-account-token":
        if not ((obj.get("metadata") or {}).get("annotations") or {}).get(_ACCOUNT):
            return [field.required(FieldPath.of("metadata", "annotations").key(_ACCOUNT), "")]
    elif kind in _DOCKER:
        return _validate_docker_config(data, _DOCKER[kind])
    elif kind == "kubernetes.io/basic-auth":
        needed = () if data.keys() & {"username", "password"} else ("username", "password")
    elif kind == "kubernetes.io/ssh-auth":
        needed = () if data.get("ssh-privatekey") else ("ssh-privatekey",)
    elif kind == "kubernetes.io/tls":
        needed = tuple(key for key in ("tls.crt", "tls.key") if key not in data)
    return [field.required(_DATA.key(key), "") for key in needed]


def _validate_docker_config(data: Json, key: str) -> ErrorList:
    if key not in data:
        return [field.required(_DATA.key(key), "")]
    import base64  # noqa: PLC0415 - few Secrets hold what Docker reads

    from kplan.apiserver.validation.gojson import decode_error  # noqa: PLC0415 - likewise

    try:
        raw = base64.b64decode(data[key] or "")
    except ValueError:
        raw = b""
    problem = decode_error(raw, "map[string]interface {}")
    return [field.invalid(_DATA.key(key), "<secret contents redacted>", problem)] if problem else []


def validate_secret_update(new: Json, old: Json) -> ErrorList:
    """A Secret on update: its type stays."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    if new.get("type", "") != old.get("type", ""):
        errors.append(field.invalid(FieldPath("type"), typed(new.get("type", "")), IMMUTABLE))
    return errors + _validate_immutable(new, old, data=sent(new, "data")) + validate_secret(new)


def validate_service_account(obj: Json) -> ErrorList:
    """A ServiceAccount on create."""
    return validate_object_meta(obj.get("metadata"), True, name_is_dns_subdomain)


def validate_service_account_update(new: Json, old: Json) -> ErrorList:
    """A ServiceAccount on update."""
    return validate_object_meta_update(new.get("metadata"), old.get("metadata")) + validate_service_account(
        new
    )


def validate_namespace(obj: Json) -> ErrorList:
    """A Namespace on create."""
    errors = validate_object_meta(obj.get("metadata"), False, name_is_dns_label)
    path = FieldPath.of("spec", "finalizers")
    for name in (obj.get("spec") or {}).get("finalizers") or ():
        errors += _validate_finalizer(name, path)
    return errors


def _validate_finalizer(name: str, path: FieldPath) -> ErrorList:
    errors = [field.invalid(path, name, text) for text in is_qualified_name(name)]
    return errors + [
        field.invalid(path, name, error.detail) for error in validate_kube_finalizers((name,), path)
    ]


def validate_namespace_update(new: Json, old: Json) -> ErrorList:
    """A Namespace on update."""
    return validate_namespace(new) + validate_object_meta_update(new.get("metadata"), old.get("metadata"))


def validate_namespace_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a Namespace: terminating exactly while it is being deleted."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    phase, path = (new.get("status") or {}).get("phase", ""), FieldPath.of("status", "Phase")
    if not (new.get("metadata") or {}).get("deletionTimestamp"):
        text = "may only be 'Active' if `deletionTimestamp` is empty"
        return errors + ([] if phase == "Active" else [field.invalid(path, typed(phase), text)])
    text = "may only be 'Terminating' if `deletionTimestamp` is not empty"
    return errors + ([] if phase == "Terminating" else [field.invalid(path, typed(phase), text)])
