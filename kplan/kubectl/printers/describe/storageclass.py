"""Kinds of storage: StorageClasses, VolumeAttributesClasses, and the drivers of a node.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (StorageClassDescriber, CSINodeDescriber)
"""

from kplan.api.object import Json
from kplan.api.storage import CSINode, StorageClass, VolumeAttributesClass
from kplan.api.storageclasses import says_default
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import allowed_topologies
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, capitalized_or_unset, go, label_list, moment


def storage_class(value: Json, page: Page, scene: Scene) -> None:
    """A StorageClass: who provisions, and how."""
    found = StorageClass(value)
    annotations = found.metadata.annotations
    page.field(0, "Name", found.metadata.name)
    page.field(0, "IsDefaultClass", "Yes" if says_default(annotations) else "No")
    page.field(0, "Annotations", label_list(annotations))
    page.field(0, "Provisioner", found.provisioner)
    page.field(0, "Parameters", label_list(found.parameters))
    page.field(0, "AllowVolumeExpansion", capitalized_or_unset(found.allow_volume_expansion))
    page.row(0, "MountOptions:" if found.mount_options else f"MountOptions:\t{NONE}")
    for option in found.mount_options:
        page.row(1, option)
    if found.reclaim_policy is not None:
        page.field(0, "ReclaimPolicy", found.reclaim_policy)
    if found.volume_binding_mode is not None:
        page.field(0, "VolumeBindingMode", found.volume_binding_mode)
    if value.get("allowedTopologies") is not None:
        allowed_topologies(page, found.allowed_topologies)
    events(page, value, scene)


def volume_attributes_class(value: Json, page: Page, scene: Scene) -> None:
    """A VolumeAttributesClass: what a driver may change of a volume."""
    found = VolumeAttributesClass(value)
    page.field(0, "Name", found.metadata.name)
    page.field(0, "Annotations", label_list(found.metadata.annotations))
    page.field(0, "DriverName", found.driver_name)
    page.field(0, "Parameters", label_list(found.parameters))
    events(page, value, scene)


def csi_node(value: Json, page: Page, scene: Scene) -> None:
    """A CSINode: the drivers on a node."""
    found = CSINode(value)
    page.field(0, "Name", found.metadata.name)
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(found.metadata.creation_timestamp))
    page.row(0, "Spec:")
    if found.spec.raw.get("drivers") is not None:
        page.row(1, "Drivers:")
    for driver in found.spec.drivers:
        page.row(2, f"{driver.name}:")
        page.field(3, "Node ID", driver.node_id)
        count = driver.allocatable.count if driver.allocatable else None
        if count is not None:
            page.row(3, "Allocatables:")
            page.field(4, "Count", count)
        if driver.raw.get("topologyKeys") is not None:
            page.field(3, "Topology Keys", go(list(driver.topology_keys)))
    events(page, value, scene)
