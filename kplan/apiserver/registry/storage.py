"""Strategies of the storage.k8s.io group.

Upstream: pkg/registry/storage
"""

from typing import Final

from kplan.apiserver.registry.strategy import (
    Strategy,
    clear_status,
    generation_follows,
    keep_status,
    only_status,
)
from kplan.apiserver.registry.tolerant import V

validation = V("storage")

GROUP: Final = "storage.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CSIDriver",
        validation.validate_csi_driver,
        validation.validate_csi_driver_update,
        prepare_for_update=generation_follows("spec"),
        allow_unconditional_update=False,
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
    ),
    Strategy(
        GROUP,
        "StorageClass",
        validation.validate_storage_class,
        validation.validate_storage_class_update,
    ),
    Strategy(
        GROUP,
        "VolumeAttachment",
        validation.validate_volume_attachment,
        validation.validate_volume_attachment_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "VolumeAttributesClass",
        validation.validate_volume_attributes_class,
        validation.validate_volume_attributes_class_update,
    ),
)
