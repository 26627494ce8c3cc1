"""VolumeRestrictions: some disks can be mounted once, and some claims belong to one pod.

Upstream: pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kplan.scheduler.claims import claim, mounts
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours

NO_DISK: Final = Status.unschedulable("node(s) had no available disk")
IN_USE: Final = Status.unschedulable(
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
)
IN_USE_BEFORE: Final = Status.unschedulable(
    "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
)
_KINDS: Final = ("gcePersistentDisk", "awsElasticBlockStore", "iscsi", "rbd")


@dataclass(slots=True)
class Exclusive:
    """PreFilter data: claims only one pod may use, and how many of them are in use."""

    claims: frozenset[str]
    conflicts: int

    def clone(self) -> "Exclusive":
        """A copy that can be counted in and out."""
        return Exclusive(self.claims, self.conflicts)


class VolumeRestrictions:
    """Refuses nodes if a disk is taken, and every node while a claim is."""

    name = "VolumeRestrictions"

    def __init__(self, behaviours: Behaviours = CURRENT) -> None:
        self._in_use = IN_USE if Behaviour.ACCESS_MODE_MESSAGE in behaviours else IN_USE_BEFORE

    def applies_to(self, template: PodTemplate) -> bool:
        """Whether the pod has volumes that may bind it to some nodes."""
        return bool(template.volumes)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A pod may free its disks and claims."""
        return frozenset({ClusterEvent.POD_DELETED, ClusterEvent.NODE_ADDED, ClusterEvent.CLAIM_ADDED})

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod that had one of its disks or claims is gone, or a claim of its own came (isSchedulableAfter...)."""
        del snapshot
        if event is ClusterEvent.CLAIM_ADDED:
            return mounts(pod, news.after)
        if event is ClusterEvent.NODE_ADDED:
            return True
        gone = news.before
        if gone.namespace != pod.namespace:
            return False
        return bool(set(gone.template.claims) & set(pod.template.claims)) or any(
            conflict(volume, other) for volume in pod.template.volumes for other in gone.template.volumes
        )

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Find claims that one pod alone may use."""
        exclusive = set()
        for name in pod.template.claims:
            found = claim(snapshot.objects, pod.namespace, name)
            if found is None:
                return None, Status.unresolvable(f'persistentvolumeclaim "{name}" not found')
            if "ReadWriteOncePod" in ((found.get("spec") or {}).get("accessModes") or ()):
                exclusive.add(name)
        conflicts = sum(snapshot.claim_in_use(pod.namespace, name) for name in exclusive)
        if not conflicts and not any(kind in volume for volume in pod.template.volumes for kind in _KINDS):
            return None, SKIP
        state[self.name] = Exclusive(frozenset(exclusive), conflicts)
        return None, SUCCESS

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod's claims in."""
        del node
        self._count(state[self.name], pod, other, 1)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Count another pod's claims out."""
        del node
        self._count(state[self.name], pod, other, -1)

    def _count(self, data: Exclusive, pod: PodInfo, other: PodInfo, sign: int) -> None:
        if other.namespace == pod.namespace:
            data.conflicts += sign * sum(name in data.claims for name in other.template.claims)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        mine = [volume for volume in pod.template.volumes if any(kind in volume for kind in _KINDS)]
        theirs = [volume for other in node.pods for volume in other.template.volumes] if mine else []
        if any(conflict(volume, other) for volume in mine for other in theirs):
            return NO_DISK
        return self._in_use if state[self.name].conflicts > 0 else SUCCESS


def conflict(volume: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two volumes are the same disk and cannot be mounted together."""
    for kind in _KINDS:
        if kind in volume and kind in other:
            mine, theirs = volume[kind], other[kind]
            shared = kind != "awsElasticBlockStore" and bool(mine.get("readOnly") and theirs.get("readOnly"))
            if _same_disk(kind, mine, theirs) and not shared:
                return True
    return False


def _same_disk(kind: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    if kind == "gcePersistentDisk":
        return bool(mine.get("pdName") == theirs.get("pdName"))
    if kind == "awsElasticBlockStore":
        return bool(mine.get("volumeID") == theirs.get("volumeID"))
    if kind == "iscsi":
        return bool(mine.get("iqn") == theirs.get("iqn"))
    monitors = set(mine.get("monitors") or ()) & set(theirs.get("monitors") or ())
    return (
        bool(monitors)
        and mine.get("pool", "rbd") == theirs.get("pool", "rbd")
        and mine.get("image") == theirs.get("image")
    )
