"""The checks of the baseline level: nothing that is a known way to become root on the node.

Upstream: staging/src/k8s.io/pod-security-admission/policy/check_*.go
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from kplan.api.podsecurity.check import Violation, containers, named, plural, quoted, security

Json = dict[str, Any]

_APP_ARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
_CAPABILITIES: Final = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
_SE_LINUX_TYPES: Final = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SYSCTLS: Final = (
    (
        0,
        "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range",
    ),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
)


def in_user_namespace(spec: Json) -> bool:
    """Whether the pod's root is nobody on the node."""
    return spec.get("hostUsers") is False


def app_armor_profile(metadata: Json, spec: Json) -> Violation | None:
    """AppArmor stays on."""
    values, setters = _bad_types(spec, "appArmorProfile", ("RuntimeDefault", "Localhost"))
    annotations = sorted(
        f"{key}={json.dumps(value)}"
        for key, value in (metadata.get("annotations") or {}).items()
        if key.startswith(_APP_ARMOR)
        and not (value in ("", "runtime/default") or value.startswith("localhost/"))
    )
    if annotations:
        values += annotations
        setters.append(plural("annotation", "annotations", len(annotations)))
    if not setters:
        return None
    reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", len(values))
    return Violation(
        reason, f"{' and '.join(setters)} must not set AppArmor profile type to {quoted(values)}"
    )


def capabilities(_metadata: Json, spec: Json) -> Violation | None:
    """No capability beyond the runtime's own."""
    bad, found = [], set()
    for container in containers(spec):
        added = set((security(container).get("capabilities") or {}).get("add") or ()) - _CAPABILITIES
        if added:
            bad.append(container.get("name", ""))
            found |= added
    if not bad:
        return None
    detail = f"{named(bad)} must not include {quoted(sorted(found))} in securityContext.capabilities.add"
    return Violation("non-default capabilities", detail)


def host_namespaces(_metadata: Json, spec: Json) -> Violation | None:
    """No namespace of the node."""
    found = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return Violation("host namespaces", ", ".join(found)) if found else None


def host_path_volumes(_metadata: Json, spec: Json) -> Violation | None:
    """No path of the node."""
    found = [volume.get("name", "") for volume in spec.get("volumes") or () if "hostPath" in volume]
    return (
        Violation("hostPath volumes", f"{plural('volume', 'volumes', len(found))} {quoted(found)}")
        if found
        else None
    )


def host_ports(_metadata: Json, spec: Json) -> Violation | None:
    """No port of the node."""
    bad, ports = [], set()
    for container in containers(spec):
        taken = {str(port["hostPort"]) for port in container.get("ports") or () if port.get("hostPort")}
        if taken:
            bad.append(container.get("name", ""))
            ports |= taken
    if not bad:
        return None
    uses, what = plural("uses", "use", len(bad)), plural("hostPort", "hostPorts", len(ports))
    return Violation("hostPort", f"{named(bad)} {uses} {what} {', '.join(sorted(ports))}")


def host_probes(_metadata: Json, spec: Json) -> Violation | None:
    """No probe or hook that makes the kubelet call other hosts."""
    bad, hosts = set(), set()
    for container in containers(spec):
        if asked := set(_hosts_asked(container)):
            bad.add(container.get("name", ""))
            hosts |= asked
    if not bad:
        return None
    uses = plural("uses", "use", len(bad))
    what = plural("probe or lifecycle host", "probe or lifecycle hosts", len(hosts))
    return Violation("probe or lifecycle host", f"{named(sorted(bad))} {uses} {what} {quoted(sorted(hosts))}")


def _hosts_asked(container: Json) -> Iterator[str]:
    """The hosts that probes and hooks name."""
    lifecycle = container.get("lifecycle") or {}
    probes = [container.get(field) for field in ("livenessProbe", "readinessProbe", "startupProbe")]
    for handler in (*probes, lifecycle.get("postStart"), lifecycle.get("preStop")):
        for action in ("httpGet", "tcpSocket"):
            if host := ((handler or {}).get(action) or {}).get("host"):
                yield host


def privileged(_metadata: Json, spec: Json) -> Violation | None:
    """No privileged container."""
    bad = [item.get("name", "") for item in containers(spec) if security(item).get("privileged")]
    return (
        Violation("privileged", f"{named(bad)} must not set securityContext.privileged=true") if bad else None
    )


def proc_mount(_metadata: Json, spec: Json) -> Violation | None:
    """The masks of /proc stay."""
    bad, kinds = [], set()
    for container in containers(spec):
        kind = security(container).get("procMount")
        if kind is not None and kind != "Default":
            bad.append(container.get("name", ""))
            kinds.add(kind)
    if not bad:
        return None
    return Violation(
        "procMount", f"{named(bad)} must not set securityContext.procMount to {quoted(sorted(kinds))}"
    )


def proc_mount_outside_user_namespaces(metadata: Json, spec: Json) -> Violation | None:
    """The masks of /proc stay, except in a user namespace."""
    return None if in_user_namespace(spec) else proc_mount(metadata, spec)


def se_linux_options(_metadata: Json, spec: Json) -> Violation | None:
    """SELinux keeps its container types, users and roles."""
    return _se_linux(spec, _SE_LINUX_TYPES)


def se_linux_options_with_engine(_metadata: Json, spec: Json) -> Violation | None:
    """The same, with the container engine's type allowed."""
    return _se_linux(spec, _SE_LINUX_TYPES | {"container_engine_t"})


def _se_linux(spec: Json, allowed: Iterable[str]) -> Violation | None:
    types: set[str] = set()
    user = role = False
    setters: list[str] = []
    bad: list[str] = []
    for holder in (spec, *containers(spec)):
        options = security(holder).get("seLinuxOptions")
        if options is None:
            continue
        wrong = options.get("type", "") not in allowed
        if wrong:
            types.add(options["type"])
        user, role = user or bool(options.get("user")), role or bool(options.get("role"))
        if wrong or options.get("user") or options.get("role"):
            (setters if holder is spec else bad).append("pod" if holder is spec else holder.get("name", ""))
    if bad:
        setters.append(named(bad))
    if not setters:
        return None
    data = [f"{plural('type', 'types', len(types))} {quoted(sorted(types))}"] if types else []
    data += ["user may not be set"] * user + ["role may not be set"] * role
    detail = f"{' and '.join(setters)} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}"
    return Violation("seLinuxOptions", detail)


def seccomp_annotations(metadata: Json, spec: Json) -> Violation | None:
    """Seccomp stays on, as annotations said it before 1.19."""
    annotations = metadata.get("annotations") or {}
    keys = [_SECCOMP_POD, *(_SECCOMP_CONTAINER + item.get("name", "") for item in containers(spec))]
    bad = {
        f"{key}={json.dumps(annotations[key])}"
        for key in keys
        if key in annotations
        and annotations[key] not in ("runtime/default", "docker/default")
        and not annotations[key].startswith("localhost/")
    }
    if not bad:
        return None
    what = plural("annotation", "annotations", len(bad))
    return Violation("seccompProfile", f"forbidden {what} {', '.join(sorted(bad))}")


def seccomp_profile(_metadata: Json, spec: Json) -> Violation | None:
    """Seccomp stays on."""
    values, setters = _bad_types(spec, "seccompProfile", ("RuntimeDefault", "Localhost"))
    if not setters:
        return None
    detail = f"{' and '.join(setters)} must not set securityContext.seccompProfile.type to {quoted(values)}"
    return Violation("seccompProfile", detail)


def sysctls(minor: int) -> Callable[[Json, Json], Violation | None]:
    """Make the check that only the sysctls known to be harmless as of a release are set."""
    allowed = frozenset(name for since, names in _SYSCTLS if since <= minor for name in names.split())

    def check(_metadata: Json, spec: Json) -> Violation | None:
        found = [item.get("name", "") for item in security(spec).get("sysctls") or ()]
        bad = [name for name in found if name not in allowed]
        return Violation("forbidden sysctls", ", ".join(bad)) if bad else None

    return check


def windows_host_process(_metadata: Json, spec: Json) -> Violation | None:
    """No process on the Windows host."""
    setters = ["pod"] if _host_process(spec) else []
    bad = [item.get("name", "") for item in containers(spec) if _host_process(item)]
    if bad:
        setters.append(named(bad))
    if not setters:
        return None
    detail = f"{' and '.join(setters)} must not set securityContext.windowsOptions.hostProcess=true"
    return Violation("hostProcess", detail)


def _host_process(holder: Json) -> bool:
    return bool((security(holder).get("windowsOptions") or {}).get("hostProcess"))


def _bad_types(spec: Json, profile: str, allowed: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Values that are not allowed, sorted, and who set them."""
    values: set[str] = set()
    setters: list[str] = []
    bad: list[str] = []
    for holder in (spec, *containers(spec)):
        chosen = security(holder).get(profile)
        if chosen is not None and chosen.get("type", "") not in allowed:
            values.add(chosen.get("type", ""))
            (setters if holder is spec else bad).append("pod" if holder is spec else holder.get("name", ""))
    if bad:
        setters.append(named(bad))
    return sorted(values), setters
