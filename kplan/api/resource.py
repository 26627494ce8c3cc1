"""Typed views of the resource.k8s.io group, as far as anybody looks: the devices that drivers offer.

Upstream: staging/src/k8s.io/api/resource/v1/types.go
"""

from typing import Any

from kplan.api.core.placement import NodeSelector
from kplan.api.meta import Resource
from kplan.api.view import Items, View


class ResourcePool(View):
    """The value of ResourceSliceSpec.pool."""

    name: str
    generation: int
    resource_slice_count: int


class ResourceSliceSpec(View):
    """The value of ResourceSlice.spec."""

    driver: str
    pool: ResourcePool
    node_name: str | None
    node_selector: NodeSelector | None
    all_nodes: bool | None
    devices: Items[Any]
    per_device_node_selection: bool | None
    shared_counters: Items[Any]


class ResourceSlice(Resource):
    """A ResourceSlice."""

    spec: ResourceSliceSpec
