"""Which volume a claim gets: the smallest of those that satisfy it, with as few access modes as possible.

Upstream: pkg/controller/volume/persistentvolume/index.go,
    staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
"""

from collections.abc import Sequence

from kplan.api.containers import resources_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.storageclasses import class_of
from kplan.api.volumes import access_modes_of, capacity_of, is_claimed_by, volume_mode, volume_phase
from kplan.selectors.labels import Selector


def find_best(claim: Json, volumes: Sequence[Json], *, delayed: bool) -> Json | None:
    """The volume for a claim; with delayed binding only one that names the claim already."""
    wanted = set(access_modes_of(claim))
    mode_sets = {tuple(access_modes_of(volume)) for volume in volumes}
    for modes in sorted(
        (modes for modes in mode_sets if wanted <= set(modes)), key=lambda item: (len(item), item)
    ):
        same = [volume for volume in volumes if tuple(access_modes_of(volume)) == modes]
        found = _smallest(claim, same, delayed=delayed)
        if found is not None:
            return found
    return None


def _smallest(claim: Json, volumes: Sequence[Json], *, delayed: bool) -> Json | None:
    best: Json | None = None
    for volume in volumes:
        if not _could_hold(claim, volume):
            continue
        if is_claimed_by(volume, claim):
            return volume
        if delayed or not _is_free(claim, volume):
            continue
        if best is None or capacity(volume) < capacity(best):
            best = volume
    return best


def _could_hold(claim: Json, volume: Json) -> bool:
    spec, want = volume["spec"], claim["spec"]
    if spec.get("claimRef") is not None and not is_claimed_by(volume, claim):
        return False
    if capacity(volume) < requested(claim) or volume_mode(spec) != volume_mode(want):
        return False
    same = (spec.get("volumeAttributesClassName") or "") == (want.get("volumeAttributesClassName") or "")
    return same and volume["metadata"].get("deletionTimestamp") is None


def _is_free(claim: Json, volume: Json) -> bool:
    if volume_phase(volume) != "Available":
        return False
    selector = claim["spec"].get("selector")
    labels = labels_of(volume)
    if selector is not None and not Selector.from_label_selector(selector).matches(labels):
        return False
    return class_of(volume) == class_of(claim)


def mismatch(volume: Json, claim: Json) -> str:
    """Why a volume cannot be the one a claim asks for by name, or the empty string."""
    if capacity(volume) < requested(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if volume_mode(volume["spec"]) != volume_mode(claim["spec"]):
        return "incompatible volumeMode"
    if not set(access_modes_of(claim)) <= set(access_modes_of(volume)):
        return "incompatible accessMode"
    return ""


def capacity(volume: Json) -> Quantity:
    """How much a volume holds."""
    return Quantity.parse(capacity_of(volume))


def requested(claim: Json) -> Quantity:
    """How much a claim asks for."""
    return Quantity.parse(str(resources_of(claim["spec"], "requests").get("storage", "0")))
