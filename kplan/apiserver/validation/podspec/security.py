"""Security contexts of pods and containers, sysctls and user namespaces.

Upstream: pkg/apis/core/validation/validation.go
"""

import re
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import is_valid_id, size
from kplan.apiserver.field import ErrorList, FieldError, Verbatim, typed
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.profiles import (
    validate_app_armor_profile,
    validate_seccomp_profile,
    visit_containers,
)
from kplan.apiserver.validation.podspec.windows import validate_windows_options
from kplan.fieldpath import FieldPath

_SEGMENT: Final = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL: Final = rf"({_SEGMENT}[\./])*{_SEGMENT}"
_SYSCTL_LIMIT: Final = 253
_SWAP: Final = str.maketrans("./", "/.")
_IPC_SYSCTLS: Final = frozenset(
    {
        "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "kernel.shm",
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg",
    }
)  # fmt: skip
_PROC_MOUNTS: Final = ("Default", "Unmasked")


def _validate_id(value: int, path: FieldPath) -> ErrorList:
    return [field.invalid(path, value, text) for text in is_valid_id(value)]


def validate_container_security_context(context: Json, path: FieldPath, *, host_users: bool) -> ErrorList:
    """``securityContext`` of a container."""
    errors: ErrorList = []
    for name in ("runAsUser", "runAsGroup"):
        if name in context:
            errors += _validate_id(context[name], path / name)
    mount = context.get("procMount")
    if mount is not None:
        if mount not in _PROC_MOUNTS:
            errors.append(field.not_supported(path / "procMount", typed(mount), _PROC_MOUNTS))
        if host_users and mount == "Unmasked":
            text = "`hostUsers` must be false to use `Unmasked`"
            errors.append(field.invalid(path / "procMount", typed(mount), text))
    if "seccompProfile" in context:
        errors += validate_seccomp_profile(context["seccompProfile"], path / "seccompProfile")
    if context.get("allowPrivilegeEscalation") is False:
        errors += _validate_no_escalation(context, path)
    if "windowsOptions" in context:
        errors += validate_windows_options(context["windowsOptions"], path / "windowsOptions")
    if "appArmorProfile" in context:
        errors += validate_app_armor_profile(context["appArmorProfile"], path / "appArmorProfile")
    return errors


def _validate_no_escalation(context: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if context.get("privileged"):
        text = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        errors.append(field.invalid(path, _shown(context), text))
    for capability in (context.get("capabilities") or {}).get("add") or ():
        if capability == "CAP_SYS_ADMIN":
            text = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            errors.append(field.invalid(path, _shown(context), text))
    return errors


def validate_pod_security_context(
    context: Json, spec: Json, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """``securityContext`` of a pod."""
    errors: ErrorList = []
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        if name in context:
            errors += _validate_id(context[name], path / name)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        errors += _validate_id(group, path / "supplementalGroups" / index)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        text = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(field.invalid(path / "shareProcessNamespace", value=True, detail=text))
    if context.get("sysctls"):
        errors += _validate_sysctls(context["sysctls"], spec, path / "sysctls", options)
    errors += _validate_enum(context, "fsGroupChangePolicy", ("Always", "OnRootMismatch"), path)
    if "seccompProfile" in context:
        errors += validate_seccomp_profile(context["seccompProfile"], path / "seccompProfile")
    if "windowsOptions" in context:
        errors += validate_windows_options(context["windowsOptions"], path / "windowsOptions")
    if "appArmorProfile" in context:
        errors += validate_app_armor_profile(context["appArmorProfile"], path / "appArmorProfile")
    errors += _validate_enum(context, "supplementalGroupsPolicy", ("Merge", "Strict"), path)
    recursive = options.allow_only_recursive_selinux_change_policy
    policies = ("Recursive",) if recursive else ("MountOption", "Recursive")
    return errors + _validate_enum(context, "seLinuxChangePolicy", policies, path)


def _validate_enum(context: Json, name: str, supported: tuple[str, ...], path: FieldPath) -> ErrorList:
    value = context.get(name)
    if value is None or value in supported:
        return []
    return [field.not_supported(path / name, typed(value), supported)]


def _validate_sysctls(
    sysctls: list[Json], spec: Json, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        name, at = sysctl.get("name", ""), path / index / "name"
        if not name:
            errors.append(field.required(at, ""))
        elif size(name) > _SYSCTL_LIMIT or not re.fullmatch(_SYSCTL, name):
            text = f"must have at most {_SYSCTL_LIMIT} characters and match regex ^{_SYSCTL}$"
            errors.append(field.invalid(at, name, text))
        elif name in seen:
            errors.append(field.duplicate(at, name))
        if not options.allow_namespaced_sysctls_for_host_net_and_ipc:
            problem = validate_host_sysctl(name, spec, at)
            errors += [] if problem is None else [problem]
        seen.add(name)
    return errors


def validate_host_sysctl(name: str, spec: Json, path: FieldPath) -> FieldError | None:
    """A sysctl of a namespace that the pod shares with its host may not be set."""
    separator = next((char for char in name if char in "./"), ".")
    normal = (name if separator == "." else name.translate(_SWAP)).partition("*")[0]
    if spec.get("hostNetwork") and normal.startswith("net."):
        return field.invalid(path, name, "may not be specified when 'hostNetwork' is true")
    if spec.get("hostIPC") and (normal in _IPC_SYSCTLS or normal.startswith("fs.mqueue.")):
        return field.invalid(path, name, "may not be specified when 'hostIPC' is true")
    return None


def validate_host_users(spec: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    """What a pod with user namespaces may not share with its host."""
    if spec.get("hostUsers", True):
        return []
    errors: ErrorList = []
    text = "when `hostUsers` is false"
    if spec.get("hostNetwork") and not options.allow_user_namespaces_host_network:
        errors.append(field.forbidden(path / "hostNetwork", text))
    if spec.get("hostPID"):
        errors.append(field.forbidden(path / "HostPID", text))
    if spec.get("hostIPC"):
        errors.append(field.forbidden(path / "HostIPC", text))
    if not options.allow_user_namespaces_with_volume_devices:
        errors += [
            field.forbidden(at / "volumeDevices", text)
            for container, at in visit_containers(spec, path)
            if container.get("volumeDevices")
        ]
    return errors


def _shown(context: Json) -> Verbatim:
    from kplan.apiserver.validation.shown import shown  # noqa: PLC0415 - most contexts are right

    return shown("SecurityContext", context)
