"""Nodes.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (NodeDescriber)
"""

from collections import Counter
from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import node_events
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.noderesources import pods_of, usage
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import taints
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, go, joined, moment, quantity

_CONDITION: Final = ("type", "status", "lastHeartbeatTime", "lastTransitionTime", "reason", "message")
_ROLE: Final = "kubernetes.io/role"
_ROLE_PREFIX: Final = "node-role.kubernetes.io/"
_POOLS: Final = 10
_SYSTEM: Final = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)


def node(value: Json, page: Page, scene: Scene) -> None:
    """A Node: its state, its size and the pods on it."""
    metadata, spec, status = value["metadata"], value.get("spec") or {}, value.get("status") or {}
    page.field(0, "Name", metadata["name"])
    page.field(0, "Roles", joined(_roles(metadata.get("labels") or {}), default=NONE))
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(metadata.get("creationTimestamp")))
    taints(page, spec.get("taints"))
    page.field(0, "Unschedulable", go(bool(spec.get("unschedulable"))))
    _lease(page, metadata["name"], scene)
    conditions(page, status.get("conditions"), _CONDITION, spaced=5)
    page.row(0, "Addresses:")
    for address in status.get("addresses") or ():
        page.field(1, address.get("type") or "", address.get("address") or "")
    for title in ("Capacity", "Allocatable"):
        amounts = status.get(title.lower())
        if amounts:
            page.row(0, f"{title}:")
            for name in sorted(amounts):
                page.field(1, name, quantity(amounts[name]))
    _devices(page, metadata["name"], scene)
    page.row(0, "System Info:")
    for title, field in _SYSTEM:
        page.field(1, title, (status.get("nodeInfo") or {}).get(field) or "")
    for title, text in (
        ("PodCIDR", spec.get("podCIDR")),
        ("PodCIDRs", joined(spec.get("podCIDRs"))),
        ("ProviderID", spec.get("providerID")),
    ):
        if text:
            page.field(0, title, text)
    usage(page, status, pods_of(metadata["name"], scene), scene)
    node_events(page, value, scene)


def _roles(labels: Json) -> list[str]:
    named = {key.removeprefix(_ROLE_PREFIX) for key in labels if key.startswith(_ROLE_PREFIX)}
    return sorted((named | {str(labels.get(_ROLE) or "")}) - {""})


def _lease(page: Page, name: str, scene: Scene) -> None:
    lease = scene.get("coordination.k8s.io", "Lease", "kube-node-lease", name)
    if lease is None:
        refused = f'leases.coordination.k8s.io "{name}" not found'
        page.field(0, "Lease", f"Failed to get lease: {refused}")
        return
    spec = lease.get("spec") or {}
    page.row(0, "Lease:")
    page.field(1, "HolderIdentity", spec.get("holderIdentity", UNSET))
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        page.field(1, title, moment(spec[field]) if spec.get(field) else UNSET)


def _devices(page: Page, name: str, scene: Scene) -> None:
    """The pools of devices that are on this node alone."""
    slices: Counter[tuple[str, str, str]] = Counter()
    devices: Counter[tuple[str, str, str]] = Counter()
    for one in scene.list("resource.k8s.io", "ResourceSlice"):
        spec = one.get("spec") or {}
        if spec.get("nodeName") == name:
            driver, pool = str(spec.get("driver") or ""), str((spec.get("pool") or {}).get("name") or "")
            slices[f"{driver}/{pool}", driver, pool] += 1
            devices[f"{driver}/{pool}", driver, pool] += len(spec.get("devices") or ())
    if not slices:
        return
    page.row(0, "Node-Local ResourceSlices:")
    page.row(1, "Driver", "Pool", "Slices", "Devices")
    page.row(1, "------", "----", "------", "-------")
    for key in sorted(slices)[:_POOLS]:
        page.row(1, key[1], key[2], slices[key], devices[key])
    if len(slices) > _POOLS:
        page.row(1, f"...and {len(slices) - _POOLS} more pools")
