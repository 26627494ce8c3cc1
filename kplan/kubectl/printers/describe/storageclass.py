"""Kinds of storage: StorageClasses, VolumeAttributesClasses, and the drivers of a node.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (StorageClassDescriber, CSINodeDescriber)
"""

from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import allowed_topologies
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, capitalized_or_unset, go, label_list, moment

_DEFAULT: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def storage_class(value: Json, page: Page, scene: Scene) -> None:
    """A StorageClass: who provisions, and how."""
    annotations = value["metadata"].get("annotations") or {}
    page.field(0, "Name", value["metadata"]["name"])
    default = any(annotations.get(name) == "true" for name in _DEFAULT)
    page.field(0, "IsDefaultClass", "Yes" if default else "No")
    page.field(0, "Annotations", label_list(annotations))
    page.field(0, "Provisioner", value.get("provisioner") or "")
    page.field(0, "Parameters", label_list(value.get("parameters")))
    page.field(0, "AllowVolumeExpansion", capitalized_or_unset(value.get("allowVolumeExpansion")))
    page.row(0, "MountOptions:" if value.get("mountOptions") else f"MountOptions:\t{NONE}")
    for option in value.get("mountOptions") or ():
        page.row(1, option)
    for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
        if value.get(field) is not None:
            page.field(0, title, value[field])
    allowed_topologies(page, value.get("allowedTopologies"))
    events(page, value, scene)


def volume_attributes_class(value: Json, page: Page, scene: Scene) -> None:
    """A VolumeAttributesClass: what a driver may change of a volume."""
    page.field(0, "Name", value["metadata"]["name"])
    page.field(0, "Annotations", label_list(value["metadata"].get("annotations")))
    page.field(0, "DriverName", value.get("driverName") or "")
    page.field(0, "Parameters", label_list(value.get("parameters")))
    events(page, value, scene)


def csi_node(value: Json, page: Page, scene: Scene) -> None:
    """A CSINode: the drivers on a node."""
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    page.field(0, "CreationTimestamp", moment(value["metadata"].get("creationTimestamp")))
    page.row(0, "Spec:")
    drivers = (value.get("spec") or {}).get("drivers")
    if drivers is not None:
        page.row(1, "Drivers:")
    for driver in drivers or ():
        page.row(2, f"{driver.get('name') or ''}:")
        page.field(3, "Node ID", driver.get("nodeID") or "")
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None:
            page.row(3, "Allocatables:")
            page.field(4, "Count", count)
        if driver.get("topologyKeys") is not None:
            page.field(3, "Topology Keys", go(driver["topologyKeys"]))
    events(page, value, scene)
