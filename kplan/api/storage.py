"""Typed views of the storage.k8s.io group.

Upstream: staging/src/k8s.io/api/storage/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.container import TopologySelectorTerm
from kplan.api.meta import LabelSelector, Resource
from kplan.api.view import Items, View


class StorageClass(Resource):
    """A StorageClass."""

    provisioner: str
    parameters: Mapping[str, str]
    reclaim_policy: str | None
    mount_options: Items[str]
    allow_volume_expansion: bool | None
    volume_binding_mode: str | None
    allowed_topologies: Items[TopologySelectorTerm]


class VolumeNodeResources(View):
    """The value of CSINodeDriver.allocatable."""

    count: int | None


class CSINodeDriver(View):
    """One item of CSINodeSpec.drivers."""

    name: str
    node_id: str
    topology_keys: Items[str]
    allocatable: VolumeNodeResources | None


class CSINodeSpec(View):
    """The value of CSINode.spec."""

    drivers: Items[CSINodeDriver]


class CSINode(Resource):
    """A CSINode."""

    spec: CSINodeSpec


class TokenRequest(View):
    """One item of CSIDriverSpec.tokenRequests."""

    audience: str
    expiration_seconds: int | None


class CSIDriverSpec(View):
    """The value of CSIDriver.spec."""

    attach_required: bool | None
    pod_info_on_mount: bool | None
    volume_lifecycle_modes: Items[str]
    storage_capacity: bool | None
    fs_group_policy: str | None
    token_requests: Items[TokenRequest]
    requires_republish: bool | None
    se_linux_mount: bool | None
    node_allocatable_update_period_seconds: int | None
    service_account_token_in_secrets: bool | None
    prevent_pod_scheduling_if_missing: bool | None


class CSIDriver(Resource):
    """A CSIDriver."""

    spec: CSIDriverSpec


class CSIStorageCapacity(Resource):
    """A CSIStorageCapacity."""

    node_topology: LabelSelector | None
    storage_class_name: str
    capacity: str | None
    maximum_volume_size: str | None


class VolumeAttributesClass(Resource):
    """A VolumeAttributesClass."""

    driver_name: str
    parameters: Mapping[str, str]
