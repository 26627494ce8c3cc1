"""What Endpoints say, as slices should say it: one slice for each set of ports and each family of addresses.

Upstream: pkg/controller/endpointslicemirroring/{reconciler,reconciler_helpers,utils}.go
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

from kplan.api.endpointsubsets import Backend, Port, packed
from kplan.api.object import Json
from kplan.api.sliceports import in_order
from kplan.namedtuples import NamedTuple

MAX_ENDPOINTS = 1000
"""How many addresses of one subset are mirrored (mirroringMaxEndpointsPerSubset)."""

SliceKey = tuple[str, frozenset[tuple[object, ...]]]
"""The family and the ports of a slice."""


class Wanted(NamedTuple):
    """What one slice should hold."""

    ports: list[Json]
    endpoints: list[Json]


class Desired(NamedTuple):
    """What all slices of some Endpoints should hold, and how many addresses none of them will."""

    slices: Mapping[SliceKey, Wanted]
    invalid: int
    """Those that are no addresses."""
    excess: int
    """Those beyond the most that are mirrored."""


def desired_slices(endpoints: Json) -> Desired:
    """Work out what the slices of Endpoints should be."""
    slices: dict[SliceKey, Wanted] = {}
    invalid = excess = 0
    for subset in packed(list(_backends(endpoints.get("subsets") or ()))):
        ports = in_order({"name": "", "protocol": "TCP", **port} for port in subset.get("ports") or ())
        families: dict[str, dict[object, Json]] = {"IPv4": {}, "IPv6": {}}
        room = MAX_ENDPOINTS
        for address, ready in _addresses(subset):
            ip = _read(address["ip"])
            if not room:
                excess += 1
            elif ip is None:
                invalid += 1
            else:
                room -= 1
                endpoint = _endpoint(address, str(ip), ready=ready)
                families[f"IPv{ip.version}"][_identity(endpoint)] = endpoint
        for family, found in families.items():
            if found:
                slices[key_for(family, ports)] = Wanted(ports, [*found.values()])
    return Desired(slices, invalid, excess)


def key_for(family: str, ports: Iterable[Json]) -> SliceKey:
    """What is equal for slices of one family and one set of ports."""
    fields = ("port", "protocol", "appProtocol")
    return family, frozenset((one.get("name") or "", *map(one.get, fields)) for one in ports)


def is_as_wanted(endpoints: Iterable[Json], wanted: Iterable[Json]) -> bool:
    """Whether a slice holds the endpoints that it should, in whatever order (totalChanges)."""
    held, meant = ({_identity(one): _rest(one) for one in side} for side in (endpoints, wanted))
    return held == meant


def _backends(subsets: Iterable[Json]) -> Iterator[Backend]:
    for subset in subsets:
        ports = [
            Port(port.get("name") or "", port["port"], port.get("protocol") or "TCP", port.get("appProtocol"))
            for port in subset.get("ports") or ()
        ]
        for address, ready in _addresses(subset):
            yield Backend.of(address, ports, ready=ready)


def _addresses(subset: Json) -> Iterator[tuple[Json, bool]]:
    """The addresses of a subset with whether they are ready, those first that are."""
    for side, ready in (("addresses", True), ("notReadyAddresses", False)):
        for address in subset.get(side) or ():
            yield address, ready


def _endpoint(address: Json, ip: str, *, ready: bool) -> Json:
    kept = {name: address[name] for name in ("hostname", "nodeName", "targetRef") if address.get(name)}
    return {"addresses": [ip], "conditions": {"ready": ready}, **kept}


def _identity(endpoint: Json) -> object:
    """What makes two endpoints the same one (hashEndpoint)."""
    target, addresses = endpoint.get("targetRef") or {}, tuple(sorted(endpoint["addresses"]))
    return addresses, endpoint.get("hostname") or "", target.get("namespace"), target.get("name")


def _rest(endpoint: Json) -> object:
    """What else of an endpoint counts; the version of its target does not (EndpointsEqualBeyondHash)."""
    target = {**(endpoint.get("targetRef") or {})}
    target.pop("resourceVersion", None)
    return endpoint.get("nodeName"), endpoint.get("zone"), endpoint.get("conditions") or {}, target


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address as Go's older reading has it: zeros may lead a number, and IPv4 written as IPv6 is IPv4."""
    if ":" not in text:
        text = ".".join(part.lstrip("0") or part[:1] for part in text.split("."))
    try:
        ip = ip_address(text)
    except ValueError:
        return None
    if isinstance(ip, IPv4Address):
        return ip
    return None if ip.scope_id else ip.ipv4_mapped or ip
