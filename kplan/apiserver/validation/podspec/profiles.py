"""Seccomp and AppArmor profiles, in fields and in the annotations that came before the fields.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import size
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.paths import validate_local_descending_path
from kplan.fieldpath import FieldPath

_TYPES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR_CONTAINER: Final = "container.apparmor.security.beta.kubernetes.io/"
_PATH_LIMIT: Final = 4095


def visit_containers(spec: Json, path: FieldPath) -> Iterator[tuple[Json, FieldPath]]:
    """Every container of a pod with its path: init, regular, ephemeral."""
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            yield container, path / kind / index


def validate_seccomp_profile(profile: Json, path: FieldPath) -> ErrorList:
    """``seccompProfile`` of a pod or container."""
    errors: ErrorList = []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        errors.append(field.required(path / "type", "type is required when seccompProfile is set"))
    elif kind not in _TYPES:
        errors.append(field.not_supported(path / "type", typed(kind), _TYPES))
    if kind == "Localhost":
        if local is None:
            errors.append(
                field.required(path / "localhostProfile", "must be set when seccomp type is Localhost")
            )
        else:
            errors += validate_local_descending_path(local, path / "localhostProfile")
    elif local is not None:
        text = "can only be set when seccomp type is Localhost"
        from kplan.apiserver.validation.shown import shown  # noqa: PLC0415 - most profiles are right

        errors.append(field.invalid(path / "localhostProfile", shown("SeccompProfile", profile), text))
    return errors


def validate_app_armor_profile(profile: Json, path: FieldPath) -> ErrorList:
    """``appArmorProfile`` of a pod or container."""
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    at = path / "localhostProfile"
    if kind == "Localhost":
        return _validate_app_armor_file(local, at)
    if kind in _TYPES:
        text = "can only be set when AppArmor type is Localhost"
        return [] if local is None else [field.invalid(at, typed(local), text)]
    if not kind:
        return [field.required(path / "type", "type is required when appArmorProfile is set")]
    return [field.not_supported(path / "type", typed(kind), _TYPES)]


def _validate_app_armor_file(local: str | None, path: FieldPath) -> ErrorList:
    if local is None:
        return [field.required(path, "must be set when AppArmor type is Localhost")]
    errors: ErrorList = []
    if local.strip() != local:
        errors.append(field.invalid(path, local, "must not be padded with whitespace"))
    elif not local:
        errors.append(field.required(path, "must be set when AppArmor type is Localhost"))
    if size(local) > _PATH_LIMIT:
        errors.append(field.too_long(path, "", _PATH_LIMIT))
    return errors


def validate_seccomp_annotations(annotations: Mapping[str, str], path: FieldPath) -> ErrorList:
    """The annotations that named seccomp profiles."""
    errors: ErrorList = []
    if _SECCOMP_POD in annotations:
        errors += _validate_seccomp_name(annotations[_SECCOMP_POD], path / _SECCOMP_POD)
    for key, name in annotations.items():
        if key.startswith(_SECCOMP_CONTAINER):
            errors += _validate_seccomp_name(name, path / key)
    return errors


def _validate_seccomp_name(name: str, path: FieldPath) -> ErrorList:
    if name in {"runtime/default", "docker/default", "unconfined"}:
        return []
    if name.startswith("localhost/"):
        return validate_local_descending_path(name.removeprefix("localhost/"), path)
    return [field.invalid(path, name, "must be a valid seccomp profile")]


def validate_app_armor_annotations(annotations: Mapping[str, str], spec: Json, path: FieldPath) -> ErrorList:
    """The annotations that named AppArmor profiles."""
    errors: ErrorList = []
    for key, name in annotations.items():
        if not key.startswith(APP_ARMOR_CONTAINER):
            continue
        container = key.removeprefix(APP_ARMOR_CONTAINER)
        if all(item.get("name") != container for item, _ in visit_containers(spec, path)):
            errors.append(field.invalid(path.key(key), container, "container not found"))
        if name not in {"", "runtime/default", "unconfined"} and not name.startswith("localhost/"):
            text = f"invalid AppArmor profile name: {field.go_quote(name)}"
            errors.append(field.invalid(path.key(key), name, text))
    return errors


def validate_seccomp_match(annotations: Mapping[str, str] | None, spec: Json, path: FieldPath) -> ErrorList:
    """Where a seccomp annotation and field are both given, they say the same."""
    if not annotations:
        return []
    errors: ErrorList = []
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    if profile is not None and _SECCOMP_POD in annotations:
        at = path / "securityContext" / "seccompProfile"
        errors += _match(annotations[_SECCOMP_POD], profile, at, "seccomp", docker=True)
    for container, at in visit_containers(spec, path):
        profile = (container.get("securityContext") or {}).get("seccompProfile")
        key = _SECCOMP_CONTAINER + container.get("name", "")
        if profile is not None and key in annotations:
            where = at / "securityContext" / "seccompProfile"
            errors += _match(annotations[key], profile, where, "seccomp", docker=True)
    return errors


def validate_app_armor_match(annotations: Mapping[str, str] | None, spec: Json, path: FieldPath) -> ErrorList:
    """Where an AppArmor annotation and field are both given, they say the same."""
    if not annotations or (spec.get("os") or {}).get("name") == "windows":
        return []
    errors: ErrorList = []
    inherited = (spec.get("securityContext") or {}).get("appArmorProfile")
    for container, at in visit_containers(spec, path):
        profile = (container.get("securityContext") or {}).get("appArmorProfile")
        profile = inherited if profile is None else profile
        key = APP_ARMOR_CONTAINER + container.get("name", "")
        if profile is not None and key in annotations:
            where = at / "securityContext" / "appArmorProfile"
            errors += _match(annotations[key], profile, where, "apparmor", docker=False)
    return errors


def _match(annotation: str, profile: Json, path: FieldPath, label: str, *, docker: bool) -> ErrorList:
    kind, differs = profile.get("type", ""), f"{label} type in annotation and field must match"
    if kind == "Localhost":
        if not annotation.startswith("localhost/"):
            return [field.forbidden(path / "type", differs)]
        if annotation.removeprefix("localhost/") != profile.get("localhostProfile"):
            return [
                field.forbidden(
                    path / "localhostProfile", f"{label} profile in annotation and field must match"
                )
            ]
        return []
    default = ("runtime/default", "docker/default") if docker else ("runtime/default",)
    same = {"Unconfined": ("unconfined",), "RuntimeDefault": default}.get(kind)
    return [] if same is None or annotation in same else [field.forbidden(path / "type", differs)]
