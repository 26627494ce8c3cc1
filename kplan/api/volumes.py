"""Reads of PersistentVolumes and PersistentVolumeClaims.

Upstream: staging/src/k8s.io/component-helpers/storage/volume/helpers.go, pkg/volume/util/util.go
"""

from collections.abc import Sequence

from kplan.api.metadata import status_of
from kplan.api.object import Json


def volume_phase(value: Json) -> str:
    """The phase of a volume or claim; empty before a controller wrote one."""
    return status_of(value).get("phase") or ""


def access_modes_of(value: Json) -> Sequence[str]:
    """The access modes of a volume or claim."""
    return value["spec"].get("accessModes") or ()


def claim_ref_of(volume: Json) -> Json:
    """The claim a volume is kept for or bound to; empty where it is free."""
    return volume["spec"].get("claimRef") or {}


def capacity_of(volume: Json) -> str:
    """How much a volume holds."""
    return str((volume["spec"].get("capacity") or {}).get("storage", "0"))


def claim_names_of(pod: Json) -> list[str]:
    """The claims a pod names in its volumes."""
    claims = (volume.get("persistentVolumeClaim") for volume in pod["spec"].get("volumes") or ())
    return [str(claim["claimName"]) for claim in claims if claim]


def projected_sources_of(volume: Json) -> Sequence[Json]:
    """What is put together in a projected volume of a pod; empty for a volume of another kind."""
    return (volume.get("projected") or {}).get("sources") or ()
