"""Warnings about pods and pod templates.

Upstream: pkg/api/pod/warnings.go
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.apparmor import ANNOTATION_PREFIX, profile_of
from kplan.api.object import Json
from kplan.api.quantity import milli_value
from kplan.apiserver.field import go_quote
from kplan.apiserver.validation.ip import ip_warnings
from kplan.apiserver.warnings.labels import DEPRECATED, for_term
from kplan.apiserver.warnings.volumes import for_volumes
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
_NO_SELECTOR: Final = "a null labelSelector results in matching no pod"
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
    found = [
        f"{path / 'nodeSelector' / Key(key)}: {DEPRECATED[key]}"
        for key in sorted(spec.get("nodeSelector") or {})
        if key in DEPRECATED
    ]
    found += _for_affinity_and_spread(spec, path)
    found += [f"{place / Key(key)}: {text}" for key, text in _ANNOTATIONS if key in annotations]
    found += for_volumes(spec.get("volumes") or [], path / "volumes")
    found += _for_names(spec, path)
    for name in _BYTES:
        found += _fractional(spec.get("overhead"), name, path / "overhead")
    context = spec.get("securityContext") or {}
    if "seccompProfile" not in context and _SECCOMP_POD in annotations:
        found.append(f"{place / Key(_SECCOMP_POD)}: {_USE_SECCOMP}")
    for container, where in _containers(spec, path):
        found += _for_annotations(container, annotations, place, context if template else None)
        found += _for_container(container, where)
    found += _for_ports(spec, path)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        where = path / "terminationGracePeriodSeconds"
        found.append(f"{where}: must be >= 0; negative values are invalid and will be treated as 1")
    found += _for_pod_affinity(spec.get("affinity") or {}, path / "affinity")
    for index, server in enumerate((spec.get("dnsConfig") or {}).get("nameservers") or ()):
        found += ip_warnings(path / "dnsConfig" / "nameservers" / index, server)
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        found += ip_warnings(path / "hostAliases" / index / "ip", alias.get("ip", ""))
    return found


def _containers(spec: Json, path: FieldPath) -> Iterator[tuple[Json, FieldPath]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield container, path / field / index


def _for_affinity_and_spread(spec: Json, path: FieldPath) -> list[str]:
    found: list[str] = []
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    place = path / "affinity" / "nodeAffinity"
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    where = place / "requiredDuringSchedulingIgnoredDuringExecution" / "nodeSelectorTerms"
    for index, term in enumerate(required.get("nodeSelectorTerms") or ()):
        found += for_term(term, where / index)
    where = place / "preferredDuringSchedulingIgnoredDuringExecution"
    for index, item in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        found += for_term(item.get("preference") or {}, where / index / "preference", check_values=True)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        where, key = path / "topologySpreadConstraints" / index, constraint.get("topologyKey", "")
        if key in DEPRECATED:
            found.append(f"{where / 'topologyKey'}: {key} is {DEPRECATED[key]}")
        if "labelSelector" not in constraint:
            found.append(f"{where / 'labelSelector'}: {_NO_SELECTOR}")
    return found


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
    for name in _BYTES:
        for field in ("limits", "requests"):
            found += _fractional(resources.get(field), name, path / "resources" / field)
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        own = f"$({name})"
        if name in seen and ("valueFrom" in variable or value == own or own not in value):
            hidden = f"hides previous definition of {go_quote(name)}, which may be dropped when using apply"
            found.append(f"{path / 'env' / index}: {hidden}")
        seen.add(name)
    return found


def _fractional(values: Json | None, name: str, path: FieldPath) -> list[str]:
    value: Any = (values or {}).get(name)
    if value is None or milli_value(value) % 1000 == 0:
        return []
    return [f"{path / Key(name)}: fractional byte value {go_quote(value)} is invalid, must be an integer"]


def _for_ports(spec: Json, path: FieldPath) -> list[str]:
    found: list[str] = []
    taken: dict[tuple[Any, Any], list[tuple[Json, FieldPath]]] = {}
    for container, where in _containers(spec, path):
        for index, port in enumerate(container.get("ports") or ()):
            place = where / "ports" / index
            if port.get("hostIP") and not port.get("hostPort"):
                found.append(f"{place}: hostIP set without hostPort: {_shown(port)}")
            others = taken.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for other, other_place in others:
                kind = _overlap(port, other)
                if kind:
                    found.append(f"{place}: {kind} port definition with {other_place}")
            others.append((port, place))
    names: dict[str, FieldPath] = {}
    for container, where in _containers(spec, path):
        for index, port in enumerate(container.get("ports") or ()):
            name, place = port.get("name"), where / "ports" / index
            if name in names:
                first = names[name]
                use = f"services and probes that select ports by name will use {first}"
                found.append(f"{place}: duplicate port name {go_quote(name)} with {first}, {use}")
            elif name:
                names[name] = place
    return found


def _overlap(port: Json, other: Json) -> str:
    addresses = (port.get("hostIP", ""), other.get("hostIP", ""))
    numbers = (port.get("hostPort", 0), other.get("hostPort", 0))
    if addresses[0] == addresses[1] and numbers[0] == numbers[1]:
        return "duplicate"
    if not all(numbers):
        return "overlapping"
    if numbers[0] == numbers[1] and bool(addresses[0]) != bool(addresses[1]):
        return "dangerously ambiguous"
    return ""


def _shown(port: Json) -> str:
    """A port as Go prints a struct with its field names."""
    return (
        f"{{Name:{port.get('name', '')} HostPort:{port.get('hostPort', 0)} ContainerPort:{port.get('containerPort', 0)} "
        f"Protocol:{port.get('protocol', '')} HostIP:{port.get('hostIP', '')}}}"
    )


def _for_pod_affinity(affinity: Json, path: FieldPath) -> list[str]:
    found = []
    for kind in ("podAffinity", "podAntiAffinity"):
        rules, place = affinity.get(kind) or {}, path / kind
        field = "requiredDuringSchedulingIgnoredDuringExecution"
        for index, term in enumerate(rules.get(field) or ()):
            if "labelSelector" not in term:
                found.append(f"{place / field / index / 'labelSelector'}: {_NO_SELECTOR}")
        field = "preferredDuringSchedulingIgnoredDuringExecution"
        for index, item in enumerate(rules.get(field) or ()):
            if "labelSelector" not in (item.get("podAffinityTerm") or {}):
                where = place / field / index / "podAffinityTerm" / "labelSelector"
                found.append(f"{where}: {_NO_SELECTOR}")
    return found
