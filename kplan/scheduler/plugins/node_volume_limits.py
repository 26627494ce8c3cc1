"""NodeVolumeLimits: a driver can attach only so many volumes to a node.

Upstream: pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.api.storageclasses import class_of
from kplan.scheduler.claims import claim, claim_names, mounts, storage_class, volume, volume_name
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Objects, Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status

REFUSED: Final = Status.unschedulable("node(s) exceed max volume count")

Attached = dict[str, str]
"""Unique volume to the driver that attaches it."""


class NodeVolumeLimits:
    """Refuses nodes whose drivers have no slot left."""

    name = "NodeVolumeLimits"

    def applies_to(self, template: PodTemplate) -> bool:
        """Whether the pod has volumes that may bind it to some nodes."""
        return bool(template.volumes)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A pod may free its volumes, a driver allow more of them."""
        return frozenset(
            {ClusterEvent.POD_DELETED, ClusterEvent.CLAIM_ADDED, ClusterEvent.CSI_NODE, ClusterEvent.STORAGE}
        )

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A pod with volumes is gone, a claim of its own came, or a driver takes more (isSchedulableAfter...)."""
        del snapshot
        if event is ClusterEvent.POD_DELETED:
            return any(True for _ in claim_names(news.before))
        if event is ClusterEvent.CLAIM_ADDED:
            return mounts(pod, news.after)
        if event is ClusterEvent.CSI_NODE and news.before is not None:
            before = counts(news.before)
            return any(count > before.get(driver, 0) for driver, count in counts(news.after).items())
        return True

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Pods without claims attach nothing that is counted."""
        state[self.name] = snapshot.objects
        return None, SUCCESS if any(True for _ in claim_names(pod)) else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        objects: Objects = state[self.name]
        fresh, missing = attachable(objects, pod)
        if missing:
            text = f'looking up PVC {pod.namespace}/{missing}: persistentvolumeclaim "{missing}" not found'
            return Status.unresolvable(text)
        limits = driver_limits(objects, node.name)
        if not fresh or not limits:
            return SUCCESS
        attached: Attached = {}
        for other in node.pods:
            attached.update(attachable(objects, other)[0])
        known = {**attachments(objects, node.name), **attached}
        for driver in sorted({*fresh.values()} & {*limits}):
            wanted = sum(name == driver for unique, name in fresh.items() if unique not in attached)
            if wanted and wanted + sum(name == driver for name in known.values()) > limits[driver]:
                return REFUSED
        return SUCCESS


def attachable(objects: Objects, pod: PodInfo) -> tuple[Attached, str]:
    """Volumes that attaching a pod takes, and the first claim that is not there."""
    volumes: Attached = {}
    missing = ""
    for name, _ in claim_names(pod):
        found = claim(objects, pod.namespace, name)
        if found is None:
            missing = missing or name
            continue
        driver, handle = driver_and_handle(objects, found)
        if driver and handle:
            volumes[f"{driver}/{handle}"] = driver
    return volumes, missing


def driver_and_handle(objects: Objects, value: Json) -> tuple[str, str]:
    """Who attaches a claim's volume, and under which handle; empty for volumes that are no CSI volumes."""
    bound = volume(objects, volume_name(value)) if volume_name(value) else None
    if bound is not None:
        source = (bound.get("spec") or {}).get("csi") or {}
        return source.get("driver", ""), source.get("volumeHandle", "")
    found = storage_class(objects, class_of(value))
    metadata = value["metadata"]
    unique = f"{class_of(value)}-{metadata.get('namespace', '')}/{metadata['name']}"
    return (found.get("provisioner", ""), unique) if found else ("", "")


def driver_limits(objects: Objects, node: str) -> dict[str, int]:
    """How many volumes each driver can attach to a node; drivers without a count are left out."""
    return counts(objects.find("storage.k8s.io", "CSINode", "", node) or {})


def counts(value: Json) -> dict[str, int]:
    """The counts of a CSINode by driver."""
    drivers = (value.get("spec") or {}).get("drivers") or ()
    return {
        driver["name"]: driver["allocatable"]["count"]
        for driver in drivers
        if (driver.get("allocatable") or {}).get("count") is not None
    }


def attachments(objects: Objects, node: str) -> Attached:
    """What is attached to a node by record, whether or not a pod still uses it."""
    attached: Attached = {}
    for value in objects.list("storage.k8s.io", "VolumeAttachment"):
        spec = value.get("spec") or {}
        if spec.get("nodeName") != node:
            continue
        source = volume(objects, (spec.get("source") or {}).get("persistentVolumeName") or "") or {}
        handle = ((source.get("spec") or {}).get("csi") or {}).get("volumeHandle")
        if handle:
            attached[f"{spec.get('attacher', '')}/{handle}"] = spec.get("attacher", "")
    return attached
