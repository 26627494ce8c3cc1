"""Warnings about pods and pod templates.

Upstream: pkg/api/pod/warnings.go
"""

from typing import Any, Final

from kplan.api.apparmor import ANNOTATION_PREFIX, profile_of
from kplan.api.object import Json
from kplan.api.quantity import milli_value
from kplan.apiserver.field import go_quote
from kplan.apiserver.validation.ip import ip_warnings
from kplan.apiserver.validation.podspec.profiles import visit_containers
from kplan.apiserver.warnings.affinity import for_node_affinity_and_spread, for_pod_affinity
from kplan.apiserver.warnings.ports import for_ports
from kplan.fieldpath import FieldPath, Key

_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
_ANNOTATIONS: Final = (
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        'non-functional in v1.16+; use the "priorityClassName" field instead',
    ),
    ("security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        'non-functional in v1.11+; use the "sysctls" field instead',
    ),
)
_USE_SECCOMP: Final = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_USE_APP_ARMOR: Final = 'deprecated since v1.30; use the "appArmorProfile" field instead'
_BYTES: Final = ("memory", "ephemeral-storage")


def for_pod(pod: Json) -> list[str]:
    """Warn of a pod."""
    return _warnings(FieldPath(), pod["metadata"], pod.get("spec") or {}, template=False)


def for_template(template: Json | None, path: FieldPath) -> list[str]:
    """Warn of a pod template."""
    if template is None:
        return []
    return _warnings(path, template.get("metadata") or {}, template.get("spec") or {}, template=True)


def _warnings(root: FieldPath, metadata: Json, spec: Json, *, template: bool) -> list[str]:
    path, annotations = root / "spec", metadata.get("annotations") or {}
    place = root / "metadata" / "annotations"
    found = _for_node_selector(spec["nodeSelector"], path) if spec.get("nodeSelector") else []
    found += for_node_affinity_and_spread(spec, path)
    found += [f"{place / Key(key)}: {text}" for key, text in _ANNOTATIONS if key in annotations]
    if "volumes" in spec:
        from kplan.apiserver.warnings.volumes import for_volumes  # noqa: PLC0415 - many have none

        found += for_volumes(spec["volumes"], path / "volumes")
    found += _for_names(spec, path)
    if "overhead" in spec:
        for name in _BYTES:
            found += _fractional(spec["overhead"], name, path / "overhead")
    context = spec.get("securityContext") or {}
    if "seccompProfile" not in context and _SECCOMP_POD in annotations:
        found.append(f"{place / Key(_SECCOMP_POD)}: {_USE_SECCOMP}")
    containers = list(visit_containers(spec, path))
    for container, where in containers:
        if annotations:
            found += _for_annotations(container, annotations, place, context if template else None)
        found += _for_container(container, where)
    found += for_ports(containers)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        where = path / "terminationGracePeriodSeconds"
        found.append(f"{where}: must be >= 0; negative values are invalid and will be treated as 1")
    if "affinity" in spec:
        found += for_pod_affinity(spec["affinity"], path / "affinity")
    for index, server in enumerate((spec.get("dnsConfig") or {}).get("nameservers") or ()):
        found += ip_warnings(path / "dnsConfig" / "nameservers" / index, server)
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        found += ip_warnings(path / "hostAliases" / index / "ip", alias.get("ip", ""))
    return found


def _for_node_selector(selector: Json, path: FieldPath) -> list[str]:
    from kplan.apiserver.warnings.labels import DEPRECATED  # noqa: PLC0415 - likewise

    place = path / "nodeSelector"
    return [f"{place / Key(key)}: {DEPRECATED[key]}" for key in sorted(selector) if key in DEPRECATED]


def _for_names(spec: Json, path: FieldPath) -> list[str]:
    found = []
    for field, name in (("hostAliases", "ip"), ("imagePullSecrets", "name")):
        seen: set[str] = set()
        for index, item in enumerate(spec.get(field) or ()):
            value = item.get(name, "")
            if value in seen:
                found.append(f"{path / field / index / name}: duplicate {name} {go_quote(value)}")
            seen.add(value)
    for index, item in enumerate(spec.get("imagePullSecrets") or ()):
        if not item.get("name"):
            found.append(f'{path / "imagePullSecrets" / index / "name"}: invalid empty name ""')
    return found


def _for_annotations(container: Json, annotations: Json, place: FieldPath, pod: Json | None) -> list[str]:
    """Profiles in annotations; ``pod`` is the security context of a template, whose AppArmor is warned of here."""
    found, own, name = [], container.get("securityContext") or {}, container.get("name", "")
    key = _SECCOMP_CONTAINER + name
    if "seccompProfile" not in own and key in annotations:
        found.append(f"{place / Key(key)}: {_USE_SECCOMP}")
    key = ANNOTATION_PREFIX + name
    if pod is not None and "appArmorProfile" not in own and key in annotations:
        shared = pod.get("appArmorProfile")
        if shared is None or shared != profile_of(annotations[key]):
            found.append(f"{place / Key(key)}: {_USE_APP_ARMOR}")
    return found


def _for_container(container: Json, path: FieldPath) -> list[str]:
    found: list[str] = []
    resources = container.get("resources") or {}
    if resources:
        quantities = [
            (resources.get(field) or {}, path / "resources" / field) for field in ("limits", "requests")
        ]
        found = [
            text
            for name in _BYTES
            for values, place in quantities
            for text in _fractional(values, name, place)
        ]
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        own = f"$({name})"
        if name in seen and ("valueFrom" in variable or value == own or own not in value):
            hidden = f"hides previous definition of {go_quote(name)}, which may be dropped when using apply"
            found.append(f"{path / 'env' / index}: {hidden}")
        seen.add(name)
    return found


def _fractional(values: Json, name: str, path: FieldPath) -> list[str]:
    value: Any = values.get(name)
    if value is None or milli_value(value) % 1000 == 0:
        return []
    return [f"{path / Key(name)}: fractional byte value {go_quote(value)} is invalid, must be an integer"]
