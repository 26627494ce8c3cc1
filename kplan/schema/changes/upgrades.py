"""What changes between minors beside types and fields: a table, one row a change.

A row names the first minor that behaves so, what kind of change it is, the kinds it is about (``pods`` for everything
that is or makes pods, whose paths begin at the pod), a path with ``[*]`` for every item or key, and a condition on what
is there: empty, a regular expression, or a test of ``conditions``.

Upstream: pkg/features/kube_features.go, pkg/api/pod/warnings.go, CHANGELOG
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from kplan.namedtuples import NamedTuple


class Effect(StrEnum):
    """What a change does."""

    REMOVED = "removed"
    """What is there no longer works."""
    REFUSED = "refused"
    """New and changed objects are refused."""
    DEPRECATED = "deprecated"
    """What is there works and will go."""


class Change(NamedTuple):
    """One row."""

    minor: int
    effect: Effect
    kinds: frozenset[str]
    path: str
    condition: str
    message: str
    advice: str


PODS: Final = "pods"

# minor | effect | kinds | path | condition | message | advice
_TABLE: Final = r"""
26|removed|pods|spec.volumes[*].glusterfs||the volume plug-in glusterfs was removed in 1.26: pods with it do not start|use a CSI driver
31|removed|pods|spec.volumes[*].cephfs||the volume plug-in cephfs was removed in 1.31: pods with it do not start|use the CephFS CSI driver
31|removed|pods|spec.volumes[*].rbd||the volume plug-in rbd was removed in 1.31: pods with it do not start|use the Ceph RBD CSI driver
26|removed|PersistentVolume|spec.glusterfs||the volume plug-in glusterfs was removed in 1.26: the volume cannot be mounted|use a CSI driver
31|removed|PersistentVolume|spec.cephfs||the volume plug-in cephfs was removed in 1.31: the volume cannot be mounted|use the CephFS CSI driver
31|removed|PersistentVolume|spec.rbd||the volume plug-in rbd was removed in 1.31: the volume cannot be mounted|use the Ceph RBD CSI driver
33|removed|pods|spec.volumes[*].gitRepo||gitRepo volumes are disabled from 1.33 on: pods with one do not start|clone in an init container into an emptyDir
27|removed|pods|metadata.annotations[*]|key:seccomp\.security\.alpha\.kubernetes\.io/pod|the annotation has no effect from 1.27 on: the pod runs without its seccomp profile|set securityContext.seccompProfile
27|removed|pods|metadata.annotations[*]|key:container\.seccomp\.security\.alpha\.kubernetes\.io/.*|the annotation has no effect from 1.27 on: the container runs without its seccomp profile|set securityContext.seccompProfile
30|deprecated|pods|metadata.annotations[*]|key:container\.apparmor\.security\.beta\.kubernetes\.io/.*|the annotation is deprecated since 1.30|set securityContext.appArmorProfile
29|refused|CronJob.batch|spec.schedule|.*TZ=.*|a schedule with TZ or CRON_TZ is refused from 1.29 on, except in objects that have it already|set spec.timeZone
36|refused|Service|spec.externalIPs[*]|lenient-ip|an address that is not written in the usual form is refused from 1.36 on|write it without leading zeros, and IPv4 as such
36|refused|Service|spec.loadBalancerSourceRanges[*]|lenient-cidr|a CIDR that is not written in the usual form is refused from 1.36 on|write the network's first address, without leading zeros
36|refused|NetworkPolicy.networking.k8s.io|spec.ingress[*].from[*].ipBlock.cidr|lenient-cidr|a CIDR that is not written in the usual form is refused from 1.36 on|write the network's first address, without leading zeros
36|refused|NetworkPolicy.networking.k8s.io|spec.egress[*].to[*].ipBlock.cidr|lenient-cidr|a CIDR that is not written in the usual form is refused from 1.36 on|write the network's first address, without leading zeros
36|refused|pods|spec.hostAliases[*].ip|lenient-ip|an address that is not written in the usual form is refused from 1.36 on|write it without leading zeros, and IPv4 as such
36|refused|pods|spec.dnsConfig.nameservers[*]|lenient-ip|an address that is not written in the usual form is refused from 1.36 on|write it without leading zeros, and IPv4 as such
"""


def changes_between(start: int, target: int, effect: Effect) -> Iterator[Change]:
    """The changes that an upgrade from one minor to another brings about, in the table's order."""
    return (one for one in all_changes() if start < one.minor <= target and one.effect is effect)


@cache
def all_changes() -> tuple[Change, ...]:
    """All rows."""
    return tuple(map(_change, _TABLE.strip().splitlines()))


def _change(line: str) -> Change:
    minor, effect, kinds, path, condition, message, advice = line.split("|")
    return Change(
        int(minor), Effect(effect), frozenset(kinds.split()), path, condition, message, advice
    )  # fmt: skip
