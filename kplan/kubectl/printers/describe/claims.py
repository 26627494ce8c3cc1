"""PersistentVolumeClaims: whole ones, and those that a pod's volume is a template of.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (printPersistentVolumeClaim),
staging/src/k8s.io/kubectl/pkg/util/storage/storage.go
"""

from collections.abc import Sequence

from kplan.api.core.claim import PersistentVolumeClaim
from kplan.api.core.references import TypedLocalObjectReference
from kplan.api.object import Json
from kplan.api.storageclasses import CLASS_ANNOTATION
from kplan.kubectl.printers.columns.storage import access_modes
from kplan.kubectl.printers.describe.metadata import identity, labelled, labels, terminating
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import go, quantity


def storage_class(value: Json) -> str:
    """The class of a volume or claim; an old annotation goes before the field."""
    claim = PersistentVolumeClaim(value)
    return claim.metadata.annotations.get(CLASS_ANNOTATION, claim.spec.storage_class_name or "")


def claim(page: Page, value: Json, scene: Scene | None = None) -> None:
    """A claim; without a scene it is the template of one, of which less can be said."""
    found = PersistentVolumeClaim(value)
    spec, status = found.spec, found.status
    if scene is not None:
        identity(page, value)
    page.field(0, "StorageClass", storage_class(value))
    if scene is not None:
        page.field(0, "Status", terminating(value, scene) or status.phase)
    page.field(0, "Volume", spec.volume_name)
    labelled(page, value)
    if scene is not None:
        page.field(0, "Finalizers", go(list(found.metadata.finalizers)))
    bound = bool(spec.volume_name)
    page.field(0, "Capacity", quantity(status.capacity.get("storage")) if bound else "")
    page.field(0, "Access Modes", access_modes(status.access_modes) if bound else "")
    if spec.volume_mode is not None:
        page.field(0, "VolumeMode", spec.volume_mode)
    if spec.data_source is not None:
        _data_source(page, spec.data_source)


def _data_source(page: Page, source: TypedLocalObjectReference) -> None:
    page.row(0, "DataSource:")
    if source.api_group is not None:
        page.field(1, "APIGroup", source.api_group)
    page.field(1, "Kind", source.kind)
    page.field(1, "Name", source.name)


def claim_templates(page: Page, templates: Sequence[PersistentVolumeClaim]) -> None:
    """The claims of a StatefulSet."""
    if not templates:
        page.field(0, "Volume Claims", "<none>")
        return
    page.row(0, "Volume Claims:")
    for template in templates:
        metadata, spec = template.metadata, template.spec
        page.field(1, "Name", metadata.name)
        page.field(1, "StorageClass", storage_class(template.raw))
        labels(page, "Labels", metadata.labels, "  ")
        labels(page, "Annotations", metadata.annotations, "  ")
        requested = spec.resources.requests.get("storage")
        page.field(1, "Capacity", "<default>" if requested is None else quantity(requested))
        page.field(1, "Access Modes", go(list(spec.access_modes)))
