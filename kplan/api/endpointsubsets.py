"""How an Endpoints object groups addresses and ports: each subset is a set of addresses with all the ports they share.

Upstream: pkg/api/v1/endpoints/util.go (RepackSubsets), pkg/controller/endpoint/endpoints_controller.go
    (truncateEndpoints)
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from kplan.api.object import Json
from kplan.api.podtemplate.hash import fnv1a_128
from kplan.namedtuples import NamedTuple

CAPACITY = 1000
_SIDES = ("addresses", "notReadyAddresses")
_Place = tuple[str, str]


class Port(NamedTuple):
    """One port of a subset."""

    name: str
    number: int
    protocol: str
    application: str | None = None

    @property
    def value(self) -> Json:
        """As the API has it."""
        made: Json = {"name": self.name} if self.name else {}
        made |= {"port": self.number, "protocol": self.protocol}
        return made if self.application is None else {**made, "appProtocol": self.application}


class Backend(NamedTuple):
    """A pod's address, whether it is ready, and its ports."""

    address: Json
    ready: bool
    ports: Sequence[Port]
    place: _Place
    """What makes two addresses the same one."""

    @classmethod
    def of(cls, address: Json, ports: Sequence[Port], *, ready: bool) -> "Backend":
        """An address with its ports."""
        target = address.get("targetRef") or {}
        return cls(address, ready, ports, (address["ip"], target.get("uid") or ""))


@lru_cache(maxsize=1024)
def port_hash(port: Port) -> int:
    """What ports are sorted by."""
    application = "<nil>" if port.application is None else port.application
    text = (
        f"(v1.EndpointPort){{Name:(string){port.name} Port:(int32){port.number} "
        f"Protocol:(v1.Protocol){port.protocol} AppProtocol:(*string){application}}}"
    )
    return fnv1a_128(text.encode())


def packed(backends: Sequence[Backend]) -> list[Json]:
    """The subsets; an address that is ready by one port and not by another of the same name is not."""
    places = {one.place: one for one in backends}
    if len(places) < len(backends) or [one for one in backends if one.ports != backends[0].ports]:
        return _packed_by_port(backends)
    if not places:
        return []
    found = [places[place] for place in sorted(places)]
    return [_subset([(one.address, one.ready) for one in found], tuple(dict.fromkeys(backends[0].ports)))]


def _packed_by_port(backends: Sequence[Backend]) -> list[Json]:
    """The subsets of backends whose ports may be different ones."""
    addresses: dict[_Place, Json] = {}
    ready: dict[Port | None, dict[_Place, bool]] = {}
    for backend in backends:
        place = backend.place
        addresses.setdefault(place, backend.address)
        for port in backend.ports or (None,):
            here = ready.setdefault(port, {})
            here[place] = here.get(place, True) and backend.ready
    ports: dict[tuple[tuple[_Place, bool], ...], list[Port]] = {}
    for port, places in ready.items():
        shared = ports.setdefault(tuple(sorted(places.items())), [])
        shared += [port] if port is not None else []
    subsets = [
        _subset([(addresses[place], ready) for place, ready in key], tuple(shared))
        for key, shared in ports.items()
    ]
    return sorted(subsets, key=lambda subset: [port["port"] for port in subset.get("ports", ())])


def _subset(places: Sequence[tuple[Json, bool]], ports: tuple[Port, ...]) -> Json:
    made: Json = {}
    if ready := [address for address, is_ready in places if is_ready]:
        made["addresses"] = ready
    if unready := [address for address, is_ready in places if not is_ready]:
        made["notReadyAddresses"] = unready
    if ports:
        made["ports"] = _sorted(ports)
    return made


@lru_cache(maxsize=1024)
def _sorted(ports: tuple[Port, ...]) -> list[Json]:
    """The ports of a subset in order; the same list, never changed, for all that have the same ports."""
    return [port.value for port in sorted(ports, key=port_hash)]


def truncated(subsets: Sequence[Json]) -> tuple[list[Json], bool]:
    """At most a thousand addresses, ready ones first and in proportion to each subset;
    and whether any were left out.
    """
    ready = unready = 0
    for subset in subsets:
        ready += len(subset.get(_SIDES[0], ()))
        unready += len(subset.get(_SIDES[1], ()))
    if ready + unready <= CAPACITY:
        return [*subsets], False
    if ready > CAPACITY:
        bare = [{name: item for name, item in one.items() if name != _SIDES[1]} for one in subsets]
        return _cut(bare, _SIDES[0], ready, CAPACITY), True
    return _cut(subsets, _SIDES[1], unready, CAPACITY - ready), True


def _cut(subsets: Sequence[Json], side: str, total: int, most: int) -> list[Json]:
    made, room = [], most
    for subset in subsets:
        here = subset.get(side, [])
        kept = here[: min(room, math.ceil(len(here) / total * most))]
        room -= len(kept)
        rest = {name: item for name, item in subset.items() if name != side}
        made.append(({side: kept} if kept else {}) | rest)
    return made
