"""ServiceCIDRs and IPAddresses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (ServiceCIDRDescriber, IPAddressDescriber)
"""

from typing import Final

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
    page.field(0, "CIDRs", joined((value.get("spec") or {}).get("cidrs"), ", "))
    found = (value.get("status") or {}).get("conditions")
    if found:
        page.row(0, "Status:")
        conditions(page, found, _CONDITION)
    events(page, value, scene)


def ip_address(value: Json, page: Page, scene: Scene) -> None:
    """An address that is taken, and by whom."""
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    parent = (value.get("spec") or {}).get("parentRef")
    if parent is not None:
        page.row(0, "Parent Reference:")
        for title in ("Group", "Resource", "Namespace", "Name"):
            page.field(1, title, parent.get(title.lower()) or "")
    events(page, value, scene)
