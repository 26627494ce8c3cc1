"""Pod Security Standards: what a pod may be at each level, as namespaces ask for it with labels.

Upstream: staging/src/k8s.io/pod-security-admission/policy
"""

from collections.abc import Callable
from typing import Any, Final

from kplan.api.podsecurity import baseline, restricted
from kplan.api.podsecurity.check import Violation
from kplan.api.podsecurity.policy import Level, LevelVersion
from kplan.namedtuples import NamedTuple

Check = Callable[[dict[str, Any], dict[str, Any]], Violation | None]


class _Entry(NamedTuple):
    """A check, the first minor it is made for, the first it is no longer made for, and what it replaces."""

    identity: str
    check: Check
    since: int = 0
    until: int = 1_000_000
    replaces: str = ""


_BASELINE: Final = (
    _Entry("appArmorProfile", baseline.app_armor_profile),
    _Entry("capabilities_baseline", baseline.capabilities),
    _Entry("hostNamespaces", baseline.host_namespaces),
    _Entry("hostPathVolumes", baseline.host_path_volumes),
    _Entry("hostPorts", baseline.host_ports),
    _Entry("hostProbesAndHostLifecycle", baseline.host_probes, since=34),
    _Entry("privileged", baseline.privileged),
    _Entry("procMount", baseline.proc_mount, until=35),
    _Entry("procMount", baseline.proc_mount_outside_user_namespaces, since=35),
    _Entry("seLinuxOptions", baseline.se_linux_options, until=31),
    _Entry("seLinuxOptions", baseline.se_linux_options_with_engine, since=31),
    _Entry("seccompProfile_baseline", baseline.seccomp_annotations, until=19),
    _Entry("seccompProfile_baseline", baseline.seccomp_profile, since=19),
    _Entry("sysctls", baseline.sysctls(0), until=27),
    _Entry("sysctls", baseline.sysctls(27), since=27, until=29),
    _Entry("sysctls", baseline.sysctls(29), since=29, until=32),
    _Entry("sysctls", baseline.sysctls(32), since=32),
    _Entry("windowsHostProcess", baseline.windows_host_process),
)
_RESTRICTED: Final = (
    _Entry("allowPrivilegeEscalation", restricted.allow_privilege_escalation, since=8, until=25),
    _Entry(
        "allowPrivilegeEscalation", restricted.unless_windows(restricted.allow_privilege_escalation), since=25
    ),
    _Entry("capabilities_restricted", restricted.capabilities, 22, 25, "capabilities_baseline"),
    _Entry(
        "capabilities_restricted",
        restricted.unless_windows(restricted.capabilities),
        since=25,
        replaces="capabilities_baseline",
    ),
    _Entry("procMount_restricted", baseline.proc_mount, since=35, replaces="procMount"),
    _Entry("restrictedVolumes", restricted.volumes, replaces="hostPathVolumes"),
    _Entry("runAsNonRoot", restricted.run_as_non_root, until=35),
    _Entry("runAsNonRoot", restricted.outside_user_namespaces(restricted.run_as_non_root), since=35),
    _Entry("runAsUser", restricted.run_as_user, since=23, until=35),
    _Entry("runAsUser", restricted.outside_user_namespaces(restricted.run_as_user), since=35),
    _Entry("seccompProfile_restricted", restricted.seccomp_profile, 19, 25, "seccompProfile_baseline"),
    _Entry(
        "seccompProfile_restricted",
        restricted.unless_windows(restricted.seccomp_profile),
        since=25,
        replaces="seccompProfile_baseline",
    ),
)
_LAST_CHANGE: Final = 35


def evaluate(policy: LevelVersion, metadata: dict[str, Any], spec: dict[str, Any]) -> list[Violation]:
    """List what keeps a pod from a level, baseline checks first."""
    if policy.level is Level.PRIVILEGED:
        return []
    minor = _LAST_CHANGE if policy.minor is None else min(policy.minor, _LAST_CHANGE)
    basic = [entry for entry in _BASELINE if entry.since <= minor < entry.until]
    strict = [entry for entry in _RESTRICTED if entry.since <= minor < entry.until]
    if policy.level is Level.BASELINE:
        strict = []
    replaced = {entry.replaces for entry in strict}
    entries = [entry for entry in basic if entry.identity not in replaced] + strict
    found = (entry.check(metadata, spec) for entry in entries)
    return [violation for violation in found if violation is not None]
