"""VolumeZone: a volume that lives in a zone is of use only there.

Upstream: pkg/scheduler/framework/plugins/volumezone/volume_zone.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.api.storageclasses import class_of
from kplan.scheduler.claims import claim, mounts, storage_class, volume, volume_name
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import CLAIMS_CHANGED, PLACES_CHANGED, ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Objects, Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status

REFUSED: Final = Status.unresolvable("node(s) had no available volume zone")
_MODERN: Final = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region": "topology.kubernetes.io/region",
}

Zones = list[tuple[str, frozenset[str]]]
"""Label of a volume and the values it allows."""


class VolumeZone:
    """Refuses nodes outside the zones of the pod's volumes."""

    name = "VolumeZone"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def applies_to(self, template: PodTemplate) -> bool:
        """Whether the pod has volumes that may bind it to some nodes."""
        return bool(template.volumes)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A volume may change, or a node in its zone come."""
        return PLACES_CHANGED | CLAIMS_CHANGED | {ClusterEvent.VOLUME, ClusterEvent.STORAGE_CLASS}

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A claim of its own came or changed, a volume is in another zone, or a class waits for consumers."""
        del snapshot
        before, after = news
        if event in CLAIMS_CHANGED:
            return mounts(pod, after)
        if event is ClusterEvent.VOLUME:
            return before is None or zones_of(before) != zones_of(after)
        if event is ClusterEvent.STORAGE_CLASS:
            return before is None and bool(after.get("volumeBindingMode") == "WaitForFirstConsumer")
        return True

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Find if the pod's volumes live."""
        zones: Zones = []
        for name in pod.template.claims:
            found = _volume_of(snapshot.objects, pod.namespace, name)
            if isinstance(found, Status):
                return None, found
            if found is not None:
                zones += zones_of(found)
        state[self.name] = zones
        return None, SUCCESS if zones else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node; a node that is in no zone takes any volume."""
        del pod
        if not any(key in node.labels for key in _MODERN):
            return SUCCESS
        for key, values in state[self.name]:
            value = node.labels.get(key, node.labels.get(_MODERN[key]))
            if value is None or value not in values:
                return REFUSED
        return SUCCESS


def zones_of(value: Json) -> Zones:
    """The zones a volume's labels name; several are joined by two underscores."""
    labels = value["metadata"].get("labels") or {}
    return [(key, frozenset(labels[key].split("__"))) for key in _MODERN if key in labels]


def _volume_of(objects: Objects, namespace: str, name: str) -> Json | Status | None:
    """A claim's volume; None while it waits for a consumer; a refusal if it can have none."""
    if not name:
        return Status.unresolvable("PersistentVolumeClaim had no name")
    found = claim(objects, namespace, name)
    if found is None:
        return Status.unresolvable(f'persistentvolumeclaim "{name}" not found')
    bound = volume_name(found)
    if bound:
        return volume(objects, bound) or Status.unresolvable(f'persistentvolume "{bound}" not found')
    wanted = class_of(found)
    if not wanted:
        return Status.unresolvable("PersistentVolumeClaim had no pv name and storageClass name")
    kind = storage_class(objects, wanted)
    if kind is None:
        return Status.unresolvable(f'storageclass.storage.k8s.io "{wanted}" not found')
    mode = kind.get("volumeBindingMode")
    if mode is None:
        return Status.unresolvable(f'VolumeBindingMode not set for StorageClass "{wanted}"')
    return None if mode == "WaitForFirstConsumer" else Status.unresolvable("PersistentVolume had no name")
