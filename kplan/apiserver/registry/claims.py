"""Preparation of PersistentVolumeClaims and PersistentVolumes.

Upstream: pkg/registry/core/{persistentvolumeclaim,persistentvolume}/strategy.go, pkg/api/persistentvolumeclaim/util.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.registry.strategy import Context, Strategy, keep_status, only_status
from kplan.apiserver.validation import core_storage as validation
from kplan.apiserver.warnings import storage

_SNAPSHOTS: Final = "snapshot.storage.k8s.io"


def create_claim(claim: Json, _context: Context) -> None:
    """Prepare a claim: its data source is spelled in both fields."""
    claim["status"] = {}
    _normalize_data_sources(claim.setdefault("spec", {}), None)


def update_claim(new: Json, old: Json, context: Context) -> None:
    """Prepare a claim's update."""
    keep_status(new, old, context)
    _normalize_data_sources(new.setdefault("spec", {}), old.get("spec") or {})


def create_volume(volume: Json, context: Context) -> None:
    """Prepare a volume: it starts Pending, now."""
    volume["status"] = {"phase": "Pending", "lastPhaseTransitionTime": names.timestamp(context.now)}


def update_volume_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a volume's status update: note when its phase changed."""
    only_status(new, old, context)
    status, previous = new.setdefault("status", {}), old.get("status") or {}
    since, before = status.get("lastPhaseTransitionTime"), previous.get("lastPhaseTransitionTime")
    if status.get("phase") == previous.get("phase"):
        if since is None and before is not None:
            status["lastPhaseTransitionTime"] = before
    elif since is None or since == before:
        status["lastPhaseTransitionTime"] = names.timestamp(context.now)


def _normalize_data_sources(spec: Json, old: Json | None) -> None:
    reference = spec.get("dataSourceRef")
    if reference is not None and reference.get("namespace") and "dataSourceRef" not in (old or {}):
        del spec["dataSourceRef"]
    in_use = "dataSource" in (old or {}) or "dataSourceRef" in (old or {})
    if not in_use and "dataSourceRef" not in spec and "dataSource" in spec:
        source = spec["dataSource"]
        kind = (source.get("apiGroup") or "", source.get("kind"))
        if kind not in (("", "PersistentVolumeClaim"), (_SNAPSHOTS, "VolumeSnapshot")):
            del spec["dataSource"]
    if "dataSource" in spec and "dataSourceRef" not in spec:
        spec["dataSourceRef"] = dict(spec["dataSource"])
    elif "dataSourceRef" in spec and "dataSource" not in spec and not spec["dataSourceRef"].get("namespace"):
        spec["dataSource"] = {
            name: value for name, value in spec["dataSourceRef"].items() if name != "namespace"
        }


STRATEGIES: Final = (
    Strategy(
        "",
        "PersistentVolume",
        validation.validate_persistent_volume,
        validation.validate_persistent_volume_update,
        prepare_for_create=create_volume,
        prepare_for_update=keep_status,
        prepare_for_status_update=update_volume_status,
        validate_status_update=validation.validate_persistent_volume_status_update,
        warnings=storage.for_persistent_volume,
    ),
    Strategy(
        "",
        "PersistentVolumeClaim",
        validation.validate_persistent_volume_claim,
        validation.validate_persistent_volume_claim_update,
        prepare_for_create=create_claim,
        prepare_for_update=update_claim,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_persistent_volume_claim_status_update,
        warnings=storage.for_claim,
    ),
)
