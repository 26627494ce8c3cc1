"""Environment of containers: names, values, and where values come from.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_config_map_key,
    is_relaxed_env_var_name,
    name_is_dns_subdomain,
    validate_dns1123_label,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.podspec.paths import validate_path_no_backsteps
from kplan.fieldpath import FieldPath

_ENV_FIELDS: Final = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
VOLUME_FIELDS: Final = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
)  # fmt: skip
_KNOWN_FIELDS: Final = frozenset(
    (*_ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase")
)
_RESOURCES: Final = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory",
)  # fmt: skip
_HUGE: Final = ("requests.hugepages-", "limits.hugepages-")
_SIZES: Final = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def validate_env(variables: Sequence[Json], path: FieldPath) -> ErrorList:
    """``env`` of a container."""
    errors: ErrorList = []
    for index, variable in enumerate(variables):
        name = variable.get("name", "")
        if not name:
            errors.append(field.required(path / index / "name", ""))
        else:
            for text in is_relaxed_env_var_name(name):
                errors.append(field.invalid(path / index / "name", name, text))
        source = variable.get("valueFrom")
        if source is not None:
            errors += _validate_value_from(variable, source, path / index / "valueFrom")
    return errors


def _validate_value_from(variable: Json, source: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if "fieldRef" in source:
        errors += validate_field_ref(source["fieldRef"], _ENV_FIELDS, path / "fieldRef")
    if "resourceFieldRef" in source:
        errors += validate_resource_field_ref(
            source["resourceFieldRef"], path / "resourceFieldRef", volume=False
        )
    if "configMapKeyRef" in source:
        errors += _validate_key_ref(source["configMapKeyRef"], path / "configMapKeyRef")
    if "secretKeyRef" in source:
        errors += _validate_key_ref(source["secretKeyRef"], path / "secretKeyRef")
    if "fileKeyRef" in source:
        errors += _validate_file_key_ref(source["fileKeyRef"], path / "fileKeyRef")
    count = sum(name in source for name in _SOURCES)
    if not count:
        text = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        errors.append(field.invalid(path, "", text))
    elif variable.get("value"):
        errors.append(field.invalid(path, "", "may not be specified when `value` is not empty"))
    elif count > 1:
        errors.append(field.invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def split_subscript(label: str) -> tuple[str, str | None]:
    """Split ``metadata.labels['app']`` into the path and the subscript; None if there is none."""
    if not label.endswith("']"):
        return label, None
    head, bracket, tail = label[:-2].partition("['")
    return (head, tail) if bracket and head else (label, None)


def validate_field_ref(reference: Json, supported: Sequence[str], path: FieldPath) -> ErrorList:
    """A reference to a field of the pod."""
    version, label = reference.get("apiVersion", ""), reference.get("fieldPath", "")
    if not version:
        return [field.required(path / "apiVersion", "")]
    if not label:
        return [field.required(path / "fieldPath", "")]
    head, subscript = split_subscript(label)
    problem = _field_label_problem(version, label, head, subscript)
    if problem:
        return [field.invalid(path / "fieldPath", label, f"error converting fieldPath: {problem}")]
    if subscript is not None:
        key = subscript.lower() if head == "metadata.annotations" else subscript
        return validate_qualified_name(key, path)
    converted = "spec.nodeName" if label == "spec.host" else label
    if converted not in supported:
        return [field.not_supported(path / "fieldPath", converted, supported)]
    return []


def _field_label_problem(version: str, label: str, head: str, subscript: str | None) -> str:
    if version != "v1":
        return f"unsupported pod version: {version}"
    if subscript is not None:
        subscripted = head in {"metadata.annotations", "metadata.labels"}
        return "" if subscripted else f"field label does not support subscript: {label}"
    known = label in _KNOWN_FIELDS or label == "spec.host"
    return "" if known else f"field label not supported: {label}"


def validate_resource_field_ref(reference: Json, path: FieldPath, *, volume: bool) -> ErrorList:
    """A reference to a container's request or limit."""
    errors: ErrorList = []
    name = reference.get("resource", "")
    if volume and not reference.get("containerName"):
        errors.append(field.required(path / "containerName", ""))
    elif not name:
        errors.append(field.required(path / "resource", ""))
    elif name not in _RESOURCES and not name.startswith(_HUGE):
        errors.append(field.not_supported(path / "resource", name, _RESOURCES))
    return errors + _validate_divisor(name, reference.get("divisor", "0"), path / "divisor")


def _validate_divisor(name: str, divisor: str, path: FieldPath) -> ErrorList:
    if Quantity.parse(divisor).is_zero():
        return []
    kind = name.partition(".")[2] if name in _RESOURCES else ""
    if kind == "cpu":
        if divisor in {"1m", "1"}:
            return []
        return [
            field.invalid(path, name, "only divisor's values 1m and 1 are supported with the cpu resource")
        ]
    label = {"memory": "memory", "ephemeral-storage": "local ephemeral storage"}.get(kind, "")
    if name.startswith(_HUGE):
        label = "hugepages"
    if not label or divisor in _SIZES:
        return []
    return [
        field.invalid(
            path, name, f"only divisor's values {', '.join(_SIZES)} are supported with the {label} resource"
        )
    ]


def _validate_key_ref(reference: Json, path: FieldPath) -> ErrorList:
    name, key = reference.get("name", ""), reference.get("key", "")
    errors = [field.invalid(path / "name", name, text) for text in name_is_dns_subdomain(name)]
    if not key:
        errors.append(field.required(path / "key", ""))
    else:
        errors += [field.invalid(path / "key", key, text) for text in is_config_map_key(key)]
    return errors


def _validate_file_key_ref(reference: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    key, volume, file = (reference.get(name, "") for name in ("key", "volumeName", "path"))
    if not key:
        errors.append(field.required(path / "key", ""))
    else:
        errors += [field.invalid(path / "key", key, text) for text in is_relaxed_env_var_name(key)]
    if not volume:
        errors.append(field.required(path / "volumeName", ""))
    else:
        errors += validate_dns1123_label(volume, path / "volumeName")
    if not file:
        errors.append(field.required(path / "path", ""))
    else:
        errors += validate_path_no_backsteps(file, path / "path")
    return errors


def validate_env_from(sources: Sequence[Json], path: FieldPath) -> ErrorList:
    """``envFrom`` of a container."""
    errors: ErrorList = []
    for index, source in enumerate(sources):
        at = path / index
        prefix = source.get("prefix")
        if prefix:
            errors += [field.invalid(at / "prefix", prefix, text) for text in is_relaxed_env_var_name(prefix)]
        named = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in named:
            errors += _validate_env_source(source[name], at / name)
        if not named:
            errors.append(field.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(named) > 1:
            errors.append(field.invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def _validate_env_source(source: Json, path: FieldPath) -> ErrorList:
    name = source.get("name")
    if not name:
        return [field.required(path / "name", "")]
    return [field.invalid(path / "name", name, text) for text in name_is_dns_subdomain(name, prefix=True)]


def validate_file_key_volumes(spec: Json, path: FieldPath) -> ErrorList:
    """Files that ``fileKeyRef`` reads stand in emptyDir volumes of the pod."""
    errors: ErrorList = []
    for at, variable in _variables(spec, path):
        reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
        if reference is not None:
            place = at / "valueFrom" / "fileKeyRef" / "volumeName"
            errors += _validate_file_key_volume(spec, reference.get("volumeName", ""), place)
    return errors


def _variables(spec: Json, path: FieldPath) -> Iterator[tuple[FieldPath, Json]]:
    """The variables of all containers, each with its place."""
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for number, container in enumerate(spec.get(kind) or ()):
            for index, variable in enumerate(container.get("env") or ()):
                yield path / kind / number / "env" / index, variable


def _validate_file_key_volume(spec: Json, name: str, path: FieldPath) -> ErrorList:
    found = [volume for volume in spec.get("volumes") or () if volume.get("name") == name]
    if not found:
        return [field.not_found(path, name)]
    if "emptyDir" not in found[-1]:
        return [field.invalid(path, name, "referenced volume must be of type emptyDir")]
    return []
