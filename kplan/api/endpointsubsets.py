"""How an Endpoints object groups addresses and ports: each subset is a set of addresses with all the ports they share.

Upstream: pkg/api/v1/endpoints/util.go (RepackSubsets), pkg/controller/endpoint/endpoints_controller.go (truncateEndpoints)
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from kplan.api.object import Json
from kplan.api.podtemplate.hash import fnv1a_128

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


@lru_cache(maxsize=1024)
def port_hash(port: Port) -> int:
    """What ports are sorted by."""
    application = "<nil>" if port.application is None else port.application
    text = (
        f"(v1.EndpointPort){{Name:(string){port.name} Port:(int32){port.number} "
        f"Protocol:(v1.Protocol){port.protocol} AppProtocol:(*string){application}}}"
    )
    return fnv1a_128(text.encode())


def packed(backends: Iterable[Backend]) -> list[Json]:
    """The subsets; an address that is ready by one port and not by another of the same name is not."""
    addresses: dict[_Place, Json] = {}
    ready: dict[Port | None, dict[_Place, bool]] = {}
    for backend in backends:
        place = (backend.address["ip"], backend.address["targetRef"]["uid"])
        addresses.setdefault(place, backend.address)
        for port in backend.ports or (None,):
            here = ready.setdefault(port, {})
            here[place] = here.get(place, True) and backend.ready
    ports: dict[tuple[tuple[_Place, bool], ...], list[Port]] = {}
    for port, places in ready.items():
        shared = ports.setdefault(tuple(sorted(places.items())), [])
        shared += [port] if port is not None else []
    subsets = [_subset(key, sorted(shared, key=port_hash), addresses) for key, shared in ports.items()]
    return sorted(subsets, key=lambda subset: [port["port"] for port in subset.get("ports", ())])


def _subset(
    places: tuple[tuple[_Place, bool], ...], ports: list[Port], addresses: dict[_Place, Json]
) -> Json:
    made: Json = {}
    for name, wanted in zip(_SIDES, (True, False), strict=True):
        found = [addresses[place] for place, ready in places if ready is wanted]
        made |= {name: found} if found else {}
    return made | ({"ports": [port.value for port in ports]} if ports else {})


def truncated(subsets: Sequence[Json]) -> tuple[list[Json], bool]:
    """No more than a thousand addresses, ready ones first, of each subset its share; whether any were left out."""
    ready, unready = (sum(len(subset.get(side, ())) for subset in subsets) for side in _SIDES)
    if ready + unready <= CAPACITY:
        return list(subsets), False
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
