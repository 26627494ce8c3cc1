"""Addresses and ports of Services: which are free, and what a Service asks for or is given.

There is no bitmap beside the objects: what the Services in the cluster hold is what is taken. Where the server draws
at random, the place is derived from the Service's name, so that runs repeat. A dry run answers as the server's does:
it looks at ranges, not at what other Services hold, and gives dummy values.

Upstream: pkg/registry/core/service/{ipallocator,portallocator}
"""

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import is_
from typing import Final
from weakref import WeakKeyDictionary

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.state.store import Store

DEFAULT_RANGES: Final = ("10.96.0.0/16", "10.96.0.0/12")
"""What kind and kubeadm give a cluster; a state without ServiceCIDR objects has the smallest that fits its Services."""
FIRST_PORT: Final = 30000
LAST_PORT: Final = 32767
_STATIC_PORTS: Final = 86
_DUMMY_PORT: Final = 32768
_MAX_INT32: Final = 2**31 - 1

_DEFAULT_NETWORKS: Final = tuple(ipaddress.IPv4Network(text) for text in DEFAULT_RANGES)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AllocationError(Exception):
    """A request that cannot be met; the text is the server's."""


def family_of(address: str) -> str:
    """IPv4 or IPv6."""
    return "IPv6" if ":" in address else "IPv4"


@dataclass(slots=True)
class Allocator:
    """Allocations for one request, over what the Services of the cluster hold."""

    store: Store
    dry_run: bool
    seed: str
    ports: list[int] = field(default_factory=list)
    """Ports given out during this request."""

    def ranges(self, wanted: str = "") -> dict[str, Network]:
        """The Service ranges by IP family, the primary one first; one that is guessed takes a wanted address in."""
        found: dict[str, Network] = {}
        for obj in self.store.list("networking.k8s.io", "ServiceCIDR"):
            for cidr in (obj.get("spec") or {}).get("cidrs") or ():
                with suppress(ValueError):  # nobody validated what a dump holds
                    found.setdefault(family_of(cidr), ipaddress.ip_network(cidr, strict=False))
        return found or {"IPv4": _guessed_range(_held(self.store), wanted)}

    def next_address(self, family: str) -> str:
        """Draw an address: from the upper band of the range first, as the server does."""
        network = self.ranges()[family]
        if self.dry_run:
            return str(network.network_address)
        taken = self._addresses()
        first, size, offset = _usable(network)
        for place in _walk(self.seed + family, size, offset):
            address = str(first + place)
            if address not in taken:
                return address
        raise AllocationError("range is full")

    def take_address(self, family: str, address: str) -> None:
        """Reserve a requested address. Raises AllocationError."""
        network = self.ranges(address)[family]
        first, size, _ = _usable(network)
        wanted = ipaddress.ip_address(address)
        if wanted.version != first.version or not int(first) <= int(wanted) < int(first) + size:
            if not self.dry_run:
                raise AllocationError("the provided network does not match the current range")
            raise AllocationError(
                f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {network}"
            )
        if not self.dry_run and address in self._addresses():
            raise AllocationError("provided IP is already allocated")

    def next_port(self) -> int:
        """Draw a node port. Raises AllocationError."""
        if self.dry_run:
            port = max(0, *self.ports) + 1 if self.ports else _DUMMY_PORT + 1
            self.ports.append(port)
            return port if port <= _MAX_INT32 else port - 2 * (_MAX_INT32 + 1)
        taken = self._ports()
        for place in _walk(f"{self.seed}/{len(self.ports)}", LAST_PORT - FIRST_PORT + 1, _STATIC_PORTS):
            port = FIRST_PORT + place
            if port not in taken:
                self.ports.append(port)
                return port
        raise AllocationError("range is full")

    def take_port(self, port: int) -> None:
        """Reserve a requested node port. Raises AllocationError."""
        if not self.dry_run and not FIRST_PORT <= port <= LAST_PORT:
            raise AllocationError(
                "provided port is not in the valid range. "
                f"The range of valid ports is {FIRST_PORT}-{LAST_PORT}"
            )
        if port in self._ports():
            raise AllocationError("provided port is already allocated")
        self.ports.append(port)

    def _addresses(self) -> set[str]:
        return _held(self.store).addresses

    def _ports(self) -> set[int]:
        return set(self.ports) | {
            port for service in self.store.list("", "Service") for port in node_ports(service)
        }


@dataclass(slots=True)
class _Held:
    """The addresses of Services, kept from one request to the next."""

    services: Sequence[Json] = ()
    addresses: set[str] = field(default_factory=set)
    numbers: list[int] = field(default_factory=list)
    """The least and the greatest IPv4 address; empty where there is none."""

    def add(self, service: Json) -> None:
        """Take the addresses of one more Service in."""
        spec = service.get("spec") or {}
        for address in spec.get("clusterIPs") or [spec.get("clusterIP") or ""]:
            self.addresses.add(address)
            if address not in ("None", "") and ":" not in address:
                number = int(ipaddress.IPv4Address(address))
                self.numbers = [min([number, *self.numbers]), max([number, *self.numbers])]


_KNOWN: Final = WeakKeyDictionary[Store, _Held]()
"""Of thousands of Services, a request changes one: only those that were added since the last request are looked at."""


def _held(store: Store) -> _Held:
    services = store.list("", "Service")
    held = _KNOWN.get(store)
    # Stored objects are replaced, never changed: as long as the known ones are the same objects, so are their addresses.
    if held is None or len(held.services) > len(services) or not all(map(is_, held.services, services)):
        held = _KNOWN[store] = _Held()
    for service in services[len(held.services) :]:
        held.add(service)
    held.services = services
    return held


def node_ports(service: Json) -> list[int]:
    """The node ports a Service holds, the one for health checks included."""
    spec = service.get("spec") or {}
    held = [port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")]
    return [*held, spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else held


def _guessed_range(held: _Held, wanted: str) -> Network:
    asked = [int(ipaddress.ip_address(wanted))] if wanted and ":" not in wanted else []
    for numbers in ([*held.numbers, *asked], held.numbers):
        for network in _DEFAULT_NETWORKS:
            if all(
                int(network.network_address) <= number <= int(network.broadcast_address) for number in numbers
            ):
                return network
    guess = ipaddress.IPv4Network((held.numbers[0], 16), strict=False)
    while int(guess.broadcast_address) < held.numbers[1]:
        guess = guess.supernet()
    return guess


def _usable(network: Network) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int, int]:
    """First address, how many, and the size of the static band."""
    size = network.num_addresses - (2 if network.version == 4 else 1)
    offset = 0 if size <= 16 else min(max(size // 16, 16), 256)
    return network.network_address + 1, size, offset


def _walk(seed: str, size: int, offset: int) -> Iterator[int]:
    """Every place once: the dynamic band from a drawn start, then the static one."""
    upper = size - offset
    start = names.drawn(seed, upper)
    for step in range(upper):
        yield offset + (start + step) % upper
    yield from range(offset)
