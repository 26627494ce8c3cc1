"""Reads of PersistentVolumes and PersistentVolumeClaims.

Upstream: staging/src/k8s.io/component-helpers/storage/volume/helpers.go, pkg/volume/util/util.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.api.metadata import status_of
from kplan.api.object import Json

SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
"""The annotation of a claim by which the scheduler asks for a volume on a node."""
BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
"""The annotation of a claim that is bound for good."""
BOUND_BY_CONTROLLER: Final = "pv.kubernetes.io/bound-by-controller"
"""The annotation of a claim or volume that was not bound by its author."""
PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
"""The annotation of a volume that names who made it."""


def volume_phase(value: Json) -> str:
    """The phase of a volume or claim; empty before a controller wrote one."""
    return status_of(value).get("phase") or ""


def access_modes_of(value: Json) -> Sequence[str]:
    """The access modes of a volume or claim."""
    return value["spec"].get("accessModes") or ()


def claim_ref_of(volume: Json) -> Json:
    """The claim a volume is kept for or bound to; empty if it is free."""
    return volume["spec"].get("claimRef") or {}


def capacity_of(volume: Json) -> str:
    """How much a volume holds."""
    return str((volume["spec"].get("capacity") or {}).get("storage", "0"))


def volume_mode(spec: Json) -> str:
    """Of the spec of a volume or claim: Filesystem or Block."""
    return str(spec.get("volumeMode") or "Filesystem")


def is_claimed_by(volume: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    """Whether a volume names a claim; a reference without uid names whatever has the name."""
    reference, metadata = (volume.get("spec") or {}).get("claimRef"), claim["metadata"]
    if reference is None or reference.get("name") != metadata["name"]:
        return False
    if reference.get("namespace") != metadata.get("namespace"):
        return False
    return not reference.get("uid") or reference["uid"] == metadata.get("uid")


def claim_names_of(pod: Json) -> list[str]:
    """The claims a pod names in its volumes."""
    claims = (volume.get("persistentVolumeClaim") for volume in pod["spec"].get("volumes") or ())
    return [str(claim["claimName"]) for claim in claims if claim]


def projected_sources_of(volume: Json) -> Sequence[Json]:
    """What is put together in a projected volume of a pod; empty for a volume of another kind."""
    return (volume.get("projected") or {}).get("sources") or ()
