"""PersistentVolumes and PersistentVolumeClaims.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PersistentVolumeDescriber,
PersistentVolumeClaimDescriber)
"""

from collections.abc import Iterator

from kplan.api.object import Json
from kplan.kubectl.printers.describe.claims import access_modes, claim, storage_class
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
    spec, status = value["spec"], value.get("status") or {}
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    page.field(0, "Finalizers", go(value["metadata"].get("finalizers") or []))
    page.field(0, "StorageClass", storage_class(value))
    page.field(0, "Status", terminating(value, scene) or status.get("phase") or "")
    bound = spec.get("claimRef")
    claimed = "" if bound is None else f"{bound.get('namespace') or ''}/{bound.get('name') or ''}"
    page.field(0, "Claim", claimed)
    page.field(0, "Reclaim Policy", spec.get("persistentVolumeReclaimPolicy") or "")
    page.field(0, "Access Modes", access_modes(spec.get("accessModes")))
    if spec.get("volumeMode") is not None:
        page.field(0, "VolumeMode", spec["volumeMode"])
    page.field(0, "Capacity", quantity((spec.get("capacity") or {}).get("storage")))
    volume_affinity(page, spec.get("nodeAffinity"))
    page.field(0, "Message", status.get("message") or "")
    page.row(0, "Source:")
    source(page, spec, PERSISTENT)
    events(page, value, scene)


def persistent_volume_claim(value: Json, page: Page, scene: Scene) -> None:
    """A PersistentVolumeClaim: what it got, and the pods that use it."""
    claim(page, value, scene)
    stacked(page, "Used By", sorted(pod["metadata"]["name"] for pod in _users(value, scene)))
    conditions(page, (value.get("status") or {}).get("conditions"), _CONDITION, spaced=5)
    events(page, value, scene)


def _users(value: Json, scene: Scene) -> Iterator[Json]:
    """Every pod as often as it names the claim, and pods that own it and do not name it."""
    metadata = value["metadata"]
    owners = [one.get("uid") for one in metadata.get("ownerReferences") or () if one.get("kind") == "Pod"]
    for pod in scene.list("", "Pod", metadata.get("namespace") or ""):
        named = [
            volume
            for volume in pod["spec"].get("volumes") or ()
            if (volume.get("persistentVolumeClaim") or {}).get("claimName") == metadata["name"]
        ]
        for _ in named:
            yield pod
        if not named and pod["metadata"].get("uid") in owners:
            yield pod
