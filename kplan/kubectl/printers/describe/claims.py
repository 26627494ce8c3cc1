"""PersistentVolumeClaims: whole ones, and those that a pod's volume is a template of.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (printPersistentVolumeClaim),
staging/src/k8s.io/kubectl/pkg/util/storage/storage.go
"""

from collections.abc import Iterable
from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.metadata import identity, labelled, labels, terminating
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import go, quantity

_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_MODES: Final = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def storage_class(value: Json) -> str:
    """The class of a volume or claim; an old annotation goes before the field."""
    annotations = value["metadata"].get("annotations") or {}
    if _CLASS in annotations:
        return str(annotations[_CLASS])
    return str(value["spec"].get("storageClassName") or "")


def access_modes(modes: Iterable[str] | None) -> str:
    """Access modes in short, each once."""
    found = set(modes or ())
    return ",".join(short for mode, short in _MODES.items() if mode in found)


def claim(page: Page, value: Json, scene: Scene | None = None) -> None:
    """A claim; without a scene it is the template of one, of which less can be said."""
    spec, status = value["spec"], value.get("status") or {}
    if scene is not None:
        identity(page, value)
    page.field(0, "StorageClass", storage_class(value))
    if scene is not None:
        page.field(0, "Status", terminating(value, scene) or status.get("phase") or "")
    page.field(0, "Volume", spec.get("volumeName") or "")
    labelled(page, value)
    if scene is not None:
        page.field(0, "Finalizers", go(value["metadata"].get("finalizers") or []))
    bound = bool(spec.get("volumeName"))
    page.field(0, "Capacity", quantity((status.get("capacity") or {}).get("storage")) if bound else "")
    page.field(0, "Access Modes", access_modes(status.get("accessModes")) if bound else "")
    if spec.get("volumeMode") is not None:
        page.field(0, "VolumeMode", spec["volumeMode"])
    if spec.get("dataSource") is not None:
        _data_source(page, spec["dataSource"])


def _data_source(page: Page, source: Json) -> None:
    page.row(0, "DataSource:")
    if source.get("apiGroup") is not None:
        page.field(1, "APIGroup", source["apiGroup"])
    page.field(1, "Kind", source.get("kind") or "")
    page.field(1, "Name", source.get("name") or "")


def claim_templates(page: Page, templates: Iterable[Json] | None) -> None:
    """The claims of a StatefulSet."""
    if not templates:
        page.field(0, "Volume Claims", "<none>")
        return
    page.row(0, "Volume Claims:")
    for template in templates:
        metadata, spec = template.get("metadata") or {}, template["spec"]
        page.field(1, "Name", metadata.get("name") or "")
        page.field(1, "StorageClass", storage_class(template))
        labels(page, "Labels", metadata.get("labels"), "  ")
        labels(page, "Annotations", metadata.get("annotations"), "  ")
        requested = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        page.field(1, "Capacity", "<default>" if requested is None else quantity(requested))
        page.field(1, "Access Modes", go(spec.get("accessModes") or []))
