"""PersistentVolumes and PersistentVolumeClaims.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PersistentVolumeDescriber,
PersistentVolumeClaimDescriber)
"""

from collections.abc import Iterator

from kplan.api.core.claim import PersistentVolumeClaim
from kplan.api.core.persistentvolume import PersistentVolume
from kplan.api.object import Json
from kplan.api.volumes import claim_names_of
from kplan.kubectl.printers.columns.storage import access_modes
from kplan.kubectl.printers.describe.claims import claim, storage_class
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import labelled, terminating
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import stacked, volume_affinity
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.volumes import source
from kplan.kubectl.printers.describe.volumesources import PERSISTENT
from kplan.kubectl.printers.describe.words import go, quantity

_CONDITION = ("type", "status", "lastProbeTime", "lastTransitionTime", "reason", "message")


def persistent_volume(value: Json, page: Page, scene: Scene) -> None:
    """A PersistentVolume: who has it, and what it is made of."""
    found = PersistentVolume(value)
    spec, status = found.spec, found.status
    page.field(0, "Name", found.metadata.name)
    labelled(page, value)
    page.field(0, "Finalizers", go(list(found.metadata.finalizers)))
    page.field(0, "StorageClass", storage_class(value))
    page.field(0, "Status", terminating(value, scene) or status.phase)
    bound = spec.claim_ref
    page.field(0, "Claim", "" if bound is None else f"{bound.namespace}/{bound.name}")
    page.field(0, "Reclaim Policy", spec.persistent_volume_reclaim_policy)
    page.field(0, "Access Modes", access_modes(spec.access_modes))
    if spec.volume_mode is not None:
        page.field(0, "VolumeMode", spec.volume_mode)
    page.field(0, "Capacity", quantity(spec.capacity.get("storage")))
    volume_affinity(page, spec.node_affinity)
    page.field(0, "Message", status.message)
    page.row(0, "Source:")
    source(page, spec, PERSISTENT)
    events(page, value, scene)


def persistent_volume_claim(value: Json, page: Page, scene: Scene) -> None:
    """A PersistentVolumeClaim: what it got, and the pods that use it."""
    claim(page, value, scene)
    stacked(page, "Used By", sorted(pod["metadata"]["name"] for pod in _users(value, scene)))
    conditions(page, PersistentVolumeClaim(value).status.conditions, _CONDITION, spaced=5)
    events(page, value, scene)


def _users(value: Json, scene: Scene) -> Iterator[Json]:
    """Every pod as often as it names the claim, and pods that own it and do not name it."""
    metadata = PersistentVolumeClaim(value).metadata
    owners = [one.uid for one in metadata.owner_references if one.kind == "Pod"]
    for pod in scene.list("", "Pod", metadata.namespace):
        times = claim_names_of(pod).count(metadata.name)
        for _ in range(times):
            yield pod
        if not times and pod["metadata"].get("uid") in owners:
            yield pod
