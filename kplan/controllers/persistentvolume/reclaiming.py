"""What becomes of a released volume: the controller deletes and scrubs the kinds it knows, and
leaves others to their driver.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (findDeletablePlugin),
    pkg/volume/hostpath/host_path.go
"""

import re
from typing import Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.volumes import PROVISIONED_BY

_ELSEWHERE: Final = (
    "csi", "awsElasticBlockStore", "azureDisk", "azureFile", "cinder", "gcePersistentDisk", "portworxVolume", "vsphereVolume",
)  # fmt: skip
"""Kinds of volumes that a driver outside the controller deletes, whoever made them."""
_RECYCLABLE: Final = ("hostPath", "nfs")


def is_deleted(volume: Json) -> bool:
    """Whether a volume of policy Delete goes: one that was provisioned does, by whoever made it."""
    path = (volume["spec"].get("hostPath") or {}).get("path") or ""
    return PROVISIONED_BY in annotations_of(volume) or re.search("/tmp/.+", path) is not None  # noqa: S108 - upstream's pattern


def why_not_deleted(volume: Json) -> str:
    """Why the controller cannot delete a volume; empty if it does not have to."""
    spec = volume["spec"]
    if is_deleted(volume) or any(kind in spec for kind in _ELSEWHERE):
        return ""
    if "hostPath" in spec:
        return f"host_path deleter only supports /tmp/.+ but received provided {spec['hostPath']['path']}"
    name, kind = volume["metadata"]["name"], "deletable volume" if "nfs" in spec else "volume"
    return f'error getting deleter volume plugin for volume "{name}": no {kind} plugin matched'


def why_not_recycled(volume: Json) -> str:
    """Why the controller cannot scrub a volume; empty if it can."""
    can = any(kind in volume["spec"] for kind in _RECYCLABLE)
    return "" if can else "No recycler plugin found for the volume!"
