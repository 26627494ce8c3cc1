"""Nodes.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (NodeDescriber)
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from kplan.api.coordination import Lease
from kplan.api.core.node import Node, NodeSystemInfo
from kplan.api.object import Json
from kplan.api.resource import ResourceSlice
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import node_events
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.noderesources import pods_of, usage
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import taints
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, go, joined, moment, or_unset, quantity

_CONDITION: Final = ("type", "status", "lastHeartbeatTime", "lastTransitionTime", "reason", "message")
_ROLE: Final = "kubernetes.io/role"
_ROLE_PREFIX: Final = "node-role.kubernetes.io/"
_POOLS: Final = 10


def node(value: Json, page: Page, scene: Scene) -> None:
    """A Node: its state, its size and the pods on it."""
    found = Node(value)
    metadata, spec, status = found.metadata, found.spec, found.status
    page.field(0, "Name", metadata.name)
    page.field(0, "Roles", joined(_roles(metadata.labels), default=NONE))
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(metadata.creation_timestamp))
    taints(page, spec.taints)
    page.field(0, "Unschedulable", go(spec.unschedulable))
    _lease(page, metadata.name, scene)
    conditions(page, status.conditions, _CONDITION, spaced=5)
    page.row(0, "Addresses:")
    for address in status.addresses:
        page.field(1, address.type, address.address)
    for title, amounts in (("Capacity", status.capacity), ("Allocatable", status.allocatable)):
        if amounts:
            page.row(0, f"{title}:")
            for name in sorted(amounts):
                page.field(1, name, quantity(amounts[name]))
    _devices(page, metadata.name, scene)
    page.row(0, "System Info:")
    _system(page, status.node_info)
    for title, text in (
        ("PodCIDR", spec.pod_cidr),
        ("PodCIDRs", joined(spec.pod_cidrs)),
        ("ProviderID", spec.provider_id),
    ):
        if text:
            page.field(0, title, text)
    usage(page, status, pods_of(metadata.name, scene), scene)
    node_events(page, value, scene)


def _system(page: Page, info: NodeSystemInfo) -> None:
    for title, text in (
        ("Machine ID", info.machine_id),
        ("System UUID", info.system_uuid),
        ("Boot ID", info.boot_id),
        ("Kernel Version", info.kernel_version),
        ("OS Image", info.os_image),
        ("Operating System", info.operating_system),
        ("Architecture", info.architecture),
        ("Container Runtime Version", info.container_runtime_version),
        ("Kubelet Version", info.kubelet_version),
    ):
        page.field(1, title, text)


def _roles(labels: Mapping[str, str]) -> list[str]:
    named = {key.removeprefix(_ROLE_PREFIX) for key in labels if key.startswith(_ROLE_PREFIX)}
    return sorted((named | {labels.get(_ROLE) or ""}) - {""})


def _lease(page: Page, name: str, scene: Scene) -> None:
    lease = scene.get("coordination.k8s.io", "Lease", "kube-node-lease", name)
    if lease is None:
        refused = f'leases.coordination.k8s.io "{name}" not found'
        page.field(0, "Lease", f"Failed to get lease: {refused}")
        return
    spec = Lease(lease).spec
    page.row(0, "Lease:")
    page.field(1, "HolderIdentity", or_unset(spec.holder_identity))
    for title, when in (("AcquireTime", spec.acquire_time), ("RenewTime", spec.renew_time)):
        page.field(1, title, moment(when) if when else UNSET)


def _devices(page: Page, name: str, scene: Scene) -> None:
    """The pools of devices that are on this node alone."""
    slices: Counter[tuple[str, str, str]] = Counter()
    devices: Counter[tuple[str, str, str]] = Counter()
    for one in scene.list("resource.k8s.io", "ResourceSlice"):
        spec = ResourceSlice(one).spec
        if spec.node_name == name:
            key = f"{spec.driver}/{spec.pool.name}", spec.driver, spec.pool.name
            slices[key] += 1
            devices[key] += len(spec.devices)
    if not slices:
        return
    page.row(0, "Node-Local ResourceSlices:")
    page.row(1, "Driver", "Pool", "Slices", "Devices")
    page.row(1, "------", "----", "------", "-------")
    for key in sorted(slices)[:_POOLS]:
        page.row(1, key[1], key[2], slices[key], devices[key])
    if len(slices) > _POOLS:
        page.row(1, f"...and {len(slices) - _POOLS} more pools")
