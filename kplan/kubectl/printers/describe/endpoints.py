"""Endpoints and EndpointSlices, and the addresses behind a Service in one line.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (EndpointsDescriber, EndpointSliceDescriber,
formatEndpointSlices)
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, go, host_port, joined

_SHOWN: Final = 3
_SERVICE: Final = "kubernetes.io/service-name"


def endpoints(value: Json, page: Page, scene: Scene) -> None:
    """Endpoints: addresses and ports, set by set."""
    identity(page, value)
    labelled(page, value)
    page.row(0, "Subsets:")
    for subset in value.get("subsets") or ():
        for title, field in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            found = [one.get("ip") or "" for one in subset.get(field) or ()]
            page.field(1, title, joined(found, default=NONE))
        if subset.get("ports"):
            page.row(1, "Ports:")
            _ports(page, subset["ports"], 2)
        page.end()
    events(page, value, scene)


def endpoint_slice(value: Json, page: Page, scene: Scene) -> None:
    """An EndpointSlice: its ports, and every endpoint."""
    identity(page, value)
    labelled(page, value)
    page.field(0, "AddressType", value.get("addressType") or "")
    if value.get("ports"):
        page.row(0, "Ports:")
        _ports(page, value["ports"], 1)
    else:
        page.row(0, f"Ports: {UNSET}")
    page.row(0, "Endpoints:" if value.get("endpoints") else f"Endpoints: {NONE}")
    for endpoint in value.get("endpoints") or ():
        _endpoint(page, endpoint)
    events(page, value, scene)


def _ports(page: Page, ports: Iterable[Json], level: int) -> None:
    page.row(level, "Name", "Port", "Protocol")
    page.row(level, "----", "----", "--------")
    for port in ports:
        number = port.get("port")
        page.row(
            level, port.get("name") or UNSET, UNSET if number is None else number, port.get("protocol") or ""
        )


def _endpoint(page: Page, endpoint: Json) -> None:
    page.field(1, "- Addresses", joined(endpoint.get("addresses"), ", ", NONE))
    page.row(2, "Conditions:")
    ready = (endpoint.get("conditions") or {}).get("ready")
    page.field(3, "Ready", UNSET if ready is None else go(ready))
    page.field(2, "Hostname", endpoint.get("hostname", UNSET))
    target = endpoint.get("targetRef")
    if target is not None:
        page.field(2, "TargetRef", f"{target.get('kind') or ''}/{target.get('name') or ''}")
    page.field(2, "NodeName", endpoint.get("nodeName", UNSET))
    page.field(2, "Zone", endpoint.get("zone", UNSET))


def slices_of(scene: Scene, namespace: str, service: str) -> list[Json]:
    """The EndpointSlices of a Service."""
    return [
        one
        for one in scene.list("discovery.k8s.io", "EndpointSlice", namespace)
        if (one["metadata"].get("labels") or {}).get(_SERVICE) == service
    ]


def behind(slices: Sequence[Json], port: str) -> str:
    """The first ready addresses of a named port, and how many there are besides."""
    if not slices:
        return NONE
    found: list[str] = []
    count, more = 0, False
    for ready, text in _addresses(slices, port):
        more = more or len(found) == _SHOWN
        if ready:
            count += 1
            if not more:
                found.append(text)
    return ",".join(found) + (f" + {count - _SHOWN} more..." if more else "")


def _addresses(slices: Iterable[Json], name: str) -> Iterator[tuple[bool, str]]:
    for one in slices:
        ports = [port for port in one.get("ports") or () if (port.get("name") or "") == name]
        for port in ports if one.get("ports") else [None]:
            for endpoint in one.get("endpoints") or ():
                address = str(endpoint["addresses"][0])
                ready = (endpoint.get("conditions") or {}).get("ready")
                yield ready is not False, host_port(address, port.get("port", 0)) if port else address
