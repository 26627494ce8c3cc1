"""Security options of Windows pods, and what pods of one system may not set of the other's.

Upstream: pkg/apis/core/validation/validation.go
"""

import re
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import is_dns1123_subdomain, size
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.profiles import visit_containers
from kplan.fieldpath import FieldPath

_CONTROL: Final = r"[\x00-\x1f\x7f]"
_NET_BIOS: Final = r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}'
_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_USER_CHARACTERS: Final = r'["/\\:;|=,+*?<>@\[\]]'
_DOTS_AND_SPACES: Final = "[. ]+"
_SPEC_LIMIT: Final = 64
_NOT_ON_WINDOWS: Final = "cannot be set for a windows pod"
_POD_SECURITY: Final = (
    ("appArmorProfile", True), ("seLinuxOptions", True), ("hostUsers", False), ("hostPID", False),
    ("hostIPC", False), ("seccompProfile", True), ("fsGroup", True), ("fsGroupChangePolicy", True),
    ("sysctls", True), ("shareProcessNamespace", False), ("runAsUser", True), ("runAsGroup", True),
    ("supplementalGroups", True), ("supplementalGroupsPolicy", True), ("seLinuxChangePolicy", True),
)  # fmt: skip
_ONLY_GIVEN: Final = frozenset({"hostPID", "hostIPC", "sysctls"})
_CONTAINER_SECURITY: Final = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip


def validate_windows_options(options: Json, path: FieldPath) -> ErrorList:
    """``windowsOptions`` of a pod or container."""
    errors: ErrorList = []
    name, spec, user = (
        options.get(key) for key in ("gmsaCredentialSpecName", "gmsaCredentialSpec", "runAsUserName")
    )
    if name is not None:
        at = path / "gmsaCredentialSpecName"
        errors += [field.invalid(at, typed(name), text) for text in is_dns1123_subdomain(name)]
    if spec is not None:
        at = path / "gmsaCredentialSpec"
        if not spec:
            errors.append(field.invalid(at, typed(spec), "gmsaCredentialSpec cannot be an empty string"))
        elif size(spec) > _SPEC_LIMIT * 1024:
            errors.append(
                field.invalid(at, typed(spec), f"gmsaCredentialSpec size must be under {_SPEC_LIMIT} KiB")
            )
    if user is not None:
        at = path / "runAsUserName"
        errors += [
            field.invalid(at, typed(user), f"runAsUserName{text}") for text in _user_name_problems(user)
        ]
    return errors


def _user_name_problems(name: str) -> list[str]:
    if not name:
        return [" cannot be an empty string"]
    if re.search(_CONTROL, name):
        return [" cannot contain control characters"]
    if name.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, backslash, user = name.rpartition("\\")
    texts: list[str] = []
    if size(domain) >= 256:
        texts.append("'s Domain length must be under 256 characters")
    if backslash and not (re.fullmatch(_NET_BIOS, domain) or re.fullmatch(_DOMAIN, domain)):
        texts.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        texts.append("'s User cannot be empty")
    elif size(user) > 104:
        texts.append("'s User length must not be longer than 104 characters")
    if re.fullmatch(_DOTS_AND_SPACES, user):
        texts.append("'s User cannot contain only periods or spaces")
    if re.search(_USER_CHARACTERS, user):
        texts.append("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    return texts


def validate_host_process(spec: Json, path: FieldPath) -> ErrorList:
    """Host-process containers: all or none, and on the host's network."""
    errors: ErrorList = []
    on_pod = ((spec.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")
    total = host = 0
    for container, at in visit_containers(spec, path):
        total += 1
        own = ((container.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")
        if on_pod is not None and own is not None and on_pod != own:
            text = f"pod hostProcess value must be identical if both are specified, was {str(on_pod).lower()}"
            errors.append(
                field.invalid(at.child("securityContext", "windowsOptions", "hostProcess"), own, text)
            )
        host += bool(on_pod if own is None else own)
    if not host:
        return errors
    if host != total:
        text = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        errors.append(field.invalid(path, "", text))
    if not spec.get("hostNetwork"):
        text = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(field.invalid(path / "hostNetwork", value=False, detail=text))
    return errors


def validate_os(spec: Json, path: FieldPath) -> ErrorList:
    """``os`` of a pod, and what may not be set for it."""
    name = spec["os"].get("name", "")
    if not name:
        return [field.required(path / "os" / "name", "")]
    if name == "linux":
        return _validate_linux(spec, path)
    if name == "windows":
        return _validate_windows(spec, path)
    return [field.not_supported(path / "os", typed(name), ("linux", "windows"))]


def _validate_linux(spec: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    text = "windows options cannot be set for a linux pod"
    if "windowsOptions" in (spec.get("securityContext") or {}):
        errors.append(field.forbidden(path.child("securityContext", "windowsOptions"), text))
    for container, at in visit_containers(spec, path):
        if "windowsOptions" in (container.get("securityContext") or {}):
            errors.append(field.forbidden(at.child("securityContext", "windowsOptions"), text))
    return errors


def _validate_windows(spec: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    security = spec.get("securityContext") or {}
    for name, inside in _POD_SECURITY:
        value = sent(security, name) if inside else spec.get(name)
        if value is None or (name in _ONLY_GIVEN and not value):
            continue
        errors.append(
            field.forbidden(path.child("securityContext", name) if inside else path / name, _NOT_ON_WINDOWS)
        )
    for container, at in visit_containers(spec, path):
        own = container.get("securityContext") or {}
        errors += [
            field.forbidden(at.child("securityContext", name), _NOT_ON_WINDOWS)
            for name in _CONTAINER_SECURITY
            if own.get(name) is not None
        ]
    return errors
