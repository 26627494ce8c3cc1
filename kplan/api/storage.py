"""Typed views of the storage.k8s.io group.

Upstream: staging/src/k8s.io/api/storage/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.container import TopologySelectorTerm
from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, View


class StorageClass(View):
    """A StorageClass."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    provisioner: str = ""
    parameters: Mapping[str, str] = Field(default_factory=dict)
    reclaim_policy: str | None = None
    mount_options: Items[str] = ()
    allow_volume_expansion: bool | None = None
    volume_binding_mode: str | None = None
    allowed_topologies: Items[TopologySelectorTerm] = ()


class VolumeNodeResources(View):
    """The value of CSINodeDriver.allocatable."""

    count: int | None = None


class CSINodeDriver(View):
    """One item of CSINodeSpec.drivers."""

    name: str = ""
    node_id: str = ""
    topology_keys: Items[str] = ()
    allocatable: VolumeNodeResources | None = None


class CSINodeSpec(View):
    """The value of CSINode.spec."""

    drivers: Items[CSINodeDriver] = ()


class CSINode(View):
    """A CSINode."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: CSINodeSpec = Field(default_factory=CSINodeSpec)


class TokenRequest(View):
    """One item of CSIDriverSpec.tokenRequests."""

    audience: str = ""
    expiration_seconds: int | None = None


class CSIDriverSpec(View):
    """The value of CSIDriver.spec."""

    attach_required: bool | None = None
    pod_info_on_mount: bool | None = None
    volume_lifecycle_modes: Items[str] = ()
    storage_capacity: bool | None = None
    fs_group_policy: str | None = None
    token_requests: Items[TokenRequest] = ()
    requires_republish: bool | None = None
    se_linux_mount: bool | None = None
    node_allocatable_update_period_seconds: int | None = None
    service_account_token_in_secrets: bool | None = None
    prevent_pod_scheduling_if_missing: bool | None = None


class CSIDriver(View):
    """A CSIDriver."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: CSIDriverSpec = Field(default_factory=CSIDriverSpec)


class CSIStorageCapacity(View):
    """A CSIStorageCapacity."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    node_topology: LabelSelector | None = None
    storage_class_name: str = ""
    capacity: str | None = None
    maximum_volume_size: str | None = None
