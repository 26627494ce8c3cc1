"""The checks of the restricted level: what a hardened pod says of itself.

Upstream: staging/src/k8s.io/pod-security-admission/policy/check_*.go
"""

from collections.abc import Callable
from typing import Any, Final

from kplan.api.podsecurity.baseline import in_user_namespace
from kplan.api.podsecurity.check import Violation, containers, named, plural, quoted, security

Json = dict[str, Any]
Check = Callable[[Json, Json], Violation | None]

_VOLUMES: Final = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ]
)
_OTHER_VOLUMES: Final = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
]
_PROFILES: Final = ("RuntimeDefault", "Localhost")


def unless_windows(check: Check) -> Check:
    """Make a check that Windows pods pass: validation keeps the fields off them."""

    def relaxed(metadata: Json, spec: Json) -> Violation | None:
        return None if (spec.get("os") or {}).get("name") == "windows" else check(metadata, spec)

    return relaxed


def outside_user_namespaces(check: Check) -> Check:
    """Make a check that pods in a user namespace pass."""

    def relaxed(metadata: Json, spec: Json) -> Violation | None:
        return None if in_user_namespace(spec) else check(metadata, spec)

    return relaxed


def allow_privilege_escalation(_metadata: Json, spec: Json) -> Violation | None:
    """No process gains more than it had."""
    bad = [
        item.get("name", "")
        for item in containers(spec)
        if security(item).get("allowPrivilegeEscalation") is not False
    ]
    if not bad:
        return None
    detail = f"{named(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", detail)


def capabilities(_metadata: Json, spec: Json) -> Violation | None:
    """All capabilities are dropped; only binding low ports may come back."""
    keeping, adding, added = [], [], set()
    for container in containers(spec):
        wanted = security(container).get("capabilities")
        if "ALL" not in ((wanted or {}).get("drop") or ()):
            keeping.append(container.get("name", ""))
        more = set((wanted or {}).get("add") or ()) - {"NET_BIND_SERVICE"}
        if more:
            adding.append(container.get("name", ""))
            added |= more
    details = []
    if keeping:
        details.append(f'{named(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        what = quoted(sorted(added))
        details.append(f"{named(adding)} must not include {what} in securityContext.capabilities.add")
    return Violation("unrestricted capabilities", "; ".join(details)) if details else None


def volumes(_metadata: Json, spec: Json) -> Violation | None:
    """Only volumes that the cluster itself provides."""
    bad, kinds = [], set()
    for volume in spec.get("volumes") or ():
        if not _VOLUMES & volume.keys():
            bad.append(volume.get("name", ""))
            kinds.add(next((kind for kind in _OTHER_VOLUMES if kind in volume), "unknown"))
    if not bad:
        return None
    uses, noun = plural("uses", "use", len(bad)), plural("volume", "volumes", len(bad))
    what = plural("restricted volume type", "restricted volume types", len(kinds))
    return Violation("restricted volume types", f"{noun} {quoted(bad)} {uses} {what} {quoted(sorted(kinds))}")


def run_as_non_root(_metadata: Json, spec: Json) -> Violation | None:
    """Every container promises not to run as root."""
    pod = security(spec).get("runAsNonRoot")
    setters = ["pod"] if pod is False else []
    explicit, implicit = [], []
    for container in containers(spec):
        wish = security(container).get("runAsNonRoot")
        if wish is False:
            explicit.append(container.get("name", ""))
        elif wish is None and not pod:
            implicit.append(container.get("name", ""))
    if explicit:
        setters.append(named(explicit))
    detail = ""
    if setters:
        detail = f"{' and '.join(setters)} must not set securityContext.runAsNonRoot=false"
    elif implicit:
        detail = f"pod or {named(implicit)} must set securityContext.runAsNonRoot=true"
    return Violation("runAsNonRoot != true", detail) if detail else None


def run_as_user(_metadata: Json, spec: Json) -> Violation | None:
    """Nobody asks for user 0."""
    setters = ["pod"] if security(spec).get("runAsUser") == 0 else []
    bad = [item.get("name", "") for item in containers(spec) if security(item).get("runAsUser") == 0]
    if bad:
        setters.append(named(bad))
    return Violation("runAsUser=0", f"{' and '.join(setters)} must not set runAsUser=0") if setters else None


def seccomp_profile(_metadata: Json, spec: Json) -> Violation | None:
    """Every container has a seccomp profile."""
    values: set[str] = set()
    setters, explicit, implicit = [], [], []
    pod = security(spec).get("seccompProfile")
    covered = pod is not None and pod.get("type", "") in _PROFILES
    if pod is not None and not covered:
        setters.append("pod")
        values.add(pod.get("type", ""))
    for container in containers(spec):
        own = security(container).get("seccompProfile")
        if own is None:
            if not covered:
                implicit.append(container.get("name", ""))
        elif own.get("type", "") not in _PROFILES:
            explicit.append(container.get("name", ""))
            values.add(own.get("type", ""))
    if explicit:
        setters.append(named(explicit))
    detail = ""
    if setters:
        what = quoted(sorted(values))
        detail = f"{' and '.join(setters)} must not set securityContext.seccompProfile.type to {what}"
    elif implicit:
        wanted = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        detail = f"pod or {named(implicit)} must set {wanted}"
    return Violation("seccompProfile", detail) if detail else None
