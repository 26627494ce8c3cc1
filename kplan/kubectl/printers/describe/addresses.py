"""ServiceCIDRs and IPAddresses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ServiceCIDRDescriber, IPAddressDescriber)
"""

from typing import Final

from kplan.api.networking import IPAddress, ServiceCIDR
from kplan.api.object import Json
from kplan.kubectl.printers.describe.conditions import conditions
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import joined

_CONDITION: Final = ("type", "status", "lastTransitionTime", "reason", "message")


def service_cidr(value: Json, page: Page, scene: Scene) -> None:
    """A range that the addresses of Services are taken from."""
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    found = ServiceCIDR(value)
    page.field(0, "CIDRs", joined(found.spec.cidrs, ", "))
    if found.status.conditions:
        page.row(0, "Status:")
        conditions(page, found.status.conditions, _CONDITION)
    events(page, value, scene)


def ip_address(value: Json, page: Page, scene: Scene) -> None:
    """An address that is taken, and by whom."""
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    parent = IPAddress(value).spec.parent_ref
    if parent is not None:
        page.row(0, "Parent Reference:")
        page.field(1, "Group", parent.group)
        page.field(1, "Resource", parent.resource)
        page.field(1, "Namespace", parent.namespace)
        page.field(1, "Name", parent.name)
    events(page, value, scene)
