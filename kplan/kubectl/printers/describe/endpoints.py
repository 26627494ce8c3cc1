"""Endpoints and EndpointSlices, and the addresses behind a Service in one line.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (EndpointsDescriber, EndpointSliceDescriber,
formatEndpointSlices)
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kplan.api.core.service import Endpoints
from kplan.api.discovery import Endpoint, EndpointSlice
from kplan.api.object import Json
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, UNSET, go, host_port, joined, or_unset

_SHOWN: Final = 3
_SERVICE: Final = "kubernetes.io/service-name"


def endpoints(value: Json, page: Page, scene: Scene) -> None:
    """Endpoints: addresses and ports, set by set."""
    identity(page, value)
    labelled(page, value)
    page.row(0, "Subsets:")
    for subset in Endpoints(value).subsets:
        for title, found in (
            ("Addresses", subset.addresses),
            ("NotReadyAddresses", subset.not_ready_addresses),
        ):
            page.field(1, title, joined((one.ip for one in found), default=NONE))
        if subset.ports:
            page.row(1, "Ports:")
            _ports(page, ((port.name, port.raw.get("port"), port.protocol) for port in subset.ports), 2)
        page.end()
    events(page, value, scene)


def endpoint_slice(value: Json, page: Page, scene: Scene) -> None:
    """An EndpointSlice: its ports, and every endpoint."""
    found = EndpointSlice(value)
    identity(page, value)
    labelled(page, value)
    page.field(0, "AddressType", found.address_type)
    if found.ports:
        page.row(0, "Ports:")
        _ports(page, ((port.name, port.port, port.protocol) for port in found.ports), 1)
    else:
        page.row(0, f"Ports: {UNSET}")
    page.row(0, "Endpoints:" if found.endpoints else f"Endpoints: {NONE}")
    for endpoint in found.endpoints:
        _endpoint(page, endpoint)
    events(page, value, scene)


def _ports(page: Page, ports: Iterable[tuple[str | None, int | None, str | None]], level: int) -> None:
    page.row(level, "Name", "Port", "Protocol")
    page.row(level, "----", "----", "--------")
    for name, number, protocol in ports:
        page.row(level, name or UNSET, or_unset(number), protocol or "")


def _endpoint(page: Page, endpoint: Endpoint) -> None:
    page.field(1, "- Addresses", joined(endpoint.addresses, ", ", NONE))
    page.row(2, "Conditions:")
    ready = endpoint.conditions.ready
    page.field(3, "Ready", UNSET if ready is None else go(ready))
    page.field(2, "Hostname", or_unset(endpoint.hostname))
    target = endpoint.target_ref
    if target is not None:
        page.field(2, "TargetRef", f"{target.kind}/{target.name}")
    page.field(2, "NodeName", or_unset(endpoint.node_name))
    page.field(2, "Zone", or_unset(endpoint.zone))


def slices_of(scene: Scene, namespace: str, service: str) -> list[EndpointSlice]:
    """The EndpointSlices of a Service."""
    found = map(EndpointSlice, scene.list("discovery.k8s.io", "EndpointSlice", namespace))
    return [one for one in found if one.metadata.labels.get(_SERVICE) == service]


def behind(slices: Sequence[EndpointSlice], port: str) -> str:
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


def _addresses(slices: Iterable[EndpointSlice], name: str) -> Iterator[tuple[bool, str]]:
    for one in slices:
        ports = [port for port in one.ports if (port.name or "") == name]
        for port in ports if one.ports else [None]:
            for endpoint in one.endpoints:
                address = endpoint.addresses[0]
                shown = host_port(address, port.port or 0) if port else address
                yield endpoint.conditions.ready is not False, shown
