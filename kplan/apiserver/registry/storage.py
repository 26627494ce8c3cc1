"""Strategies of the storage.k8s.io group.

Upstream: pkg/registry/storage
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    clear_status,
    generation_follows,
    keep_status,
    only_status_without_metadata,
)
from kplan.apiserver.validation import storage as validation
from kplan.apiserver.warnings import storage

GROUP: Final = "storage.k8s.io"


def create_driver(obj: Json, _context: Context) -> None:
    """Prepare a CSIDriver: volume limit scaling is off by default."""
    (obj.get("spec") or {}).pop("preventPodSchedulingIfMissing", None)


def update_driver(new: Json, old: Json, context: Context) -> None:
    """Prepare a CSIDriver's update."""
    if "preventPodSchedulingIfMissing" not in (old.get("spec") or {}):
        create_driver(new, context)
    generation_follows("spec")(new, old, context)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CSIDriver",
        validation.validate_csi_driver,
        validation.validate_csi_driver_update,
        prepare_for_create=create_driver,
        prepare_for_update=update_driver,
        allow_unconditional_update=False,
        warnings=storage.for_csi_driver,
    ),
    Strategy(
        GROUP,
        "CSINode",
        validation.validate_csi_node,
        validation.validate_csi_node_update,
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "CSIStorageCapacity",
        validation.validate_csi_storage_capacity,
        validation.validate_csi_storage_capacity_update,
        allow_unconditional_update=False,
        warnings=storage.for_storage_capacity,
    ),
    Strategy(
        GROUP,
        "StorageClass",
        validation.validate_storage_class,
        validation.validate_storage_class_update,
        warnings=storage.for_storage_class,
    ),
    Strategy(
        GROUP,
        "VolumeAttachment",
        validation.validate_volume_attachment,
        validation.validate_volume_attachment_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=validation.validate_volume_attachment_update,
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "VolumeAttributesClass",
        validation.validate_volume_attributes_class,
        validation.validate_volume_attributes_class_update,
    ),
)
