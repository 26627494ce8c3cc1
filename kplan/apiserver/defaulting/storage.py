"""Defaults of the storage.k8s.io group.

Upstream: pkg/apis/storage/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.defaulting.core import default_inline_volume


def default_storage_class(obj: Json) -> None:
    """Fill a StorageClass."""
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def default_csi_driver(obj: Json) -> None:
    """Fill a CSIDriver."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("attachRequired", True)
    for field in ("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"):
        spec.setdefault(field, False)
    spec.setdefault("fsGroupPolicy", "ReadWriteOnceWithFSType")
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


def default_volume_attachment(obj: Json) -> None:
    """Fill a VolumeAttachment."""
    inline = ((obj.get("spec") or {}).get("source") or {}).get("inlineVolumeSpec")
    if inline:
        default_inline_volume(inline)


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("storage.k8s.io/v1", "CSIDriver"): default_csi_driver,
    ("storage.k8s.io/v1", "StorageClass"): default_storage_class,
    ("storage.k8s.io/v1", "VolumeAttachment"): default_volume_attachment,
}
