"""Addresses and ports of Services: which are free, and what a Service asks for or is given.

What the Services in the cluster hold is what is taken. Where the server draws
at random, the place is derived from the Service's name, so that runs repeat. A dry run answers as the server's does:
it looks at ranges, not at what other Services hold, and gives dummy values.

Upstream: pkg/registry/core/service/{ipallocator,portallocator}
"""

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from kplan.apiserver import names
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.holdings import Holdings

DEFAULT_RANGES: Final = ("10.96.0.0/16", "10.96.0.0/12")
"""The Service ranges that kind and kubeadm use;
without ServiceCIDR objects the smallest that fits the Services is assumed.
"""
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


class Allocator:
    """Allocations for one request, over what the Services of the cluster hold."""

    __slots__ = ("dry_run", "ports", "seed", "store")

    def __init__(self, store: Store, dry_run: bool, seed: str) -> None:
        self.store = store
        self.dry_run = dry_run
        self.seed = seed
        self.ports: list[int] = []
        """Ports given out during this request."""

    def ranges(self, wanted: str = "") -> dict[str, list[Network]]:
        """The Service ranges by IP family, the primary one first; one that is guessed takes a wanted address in."""
        found: dict[str, list[Network]] = {}
        for obj in self.store.list("networking.k8s.io", "ServiceCIDR"):
            if obj["metadata"].get("deletionTimestamp"):
                continue
            for cidr in (obj.get("spec") or {}).get("cidrs") or ():
                with suppress(ValueError):  # nobody validated what a dump holds
                    found.setdefault(family_of(cidr), []).append(ipaddress.ip_network(cidr, strict=False))
        return found or {"IPv4": [_guessed_range(self._held.bounds, wanted)]}

    def next_address(self, family: str) -> str:
        """Draw an address: from the upper band of the first range that has one, as the server does."""
        networks = self.ranges()[family]
        if self.dry_run:
            return str(networks[0].network_address)
        held = self._held
        for network in networks:
            first, size, offset = _usable(network)
            for place in _walk(self.seed + family, size, offset):
                address = str(first + place)
                if not held.has_address(address):
                    return address
        raise AllocationError("range is full")

    def take_address(self, family: str, address: str) -> None:
        """Reserve a requested address. Raises AllocationError."""
        networks = self.ranges(address)[family]
        if not any(_has(network, address) for network in networks):
            if not self.dry_run:
                raise AllocationError("the provided network does not match the current range")
            raise AllocationError(
                f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {networks[0]}"
            )
        if not self.dry_run and self._held.has_address(address):
            raise AllocationError("provided IP is already allocated")

    def next_port(self) -> int:
        """Draw a node port. Raises AllocationError."""
        if self.dry_run:
            port = max(0, *self.ports) + 1 if self.ports else _DUMMY_PORT + 1
            self.ports.append(port)
            return port if port <= _MAX_INT32 else port - 2 * (_MAX_INT32 + 1)
        for place in _walk(f"{self.seed}/{len(self.ports)}", LAST_PORT - FIRST_PORT + 1, _STATIC_PORTS):
            port = FIRST_PORT + place
            if not self._is_taken(port):
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
        if self._is_taken(port):
            raise AllocationError("provided port is already allocated")
        self.ports.append(port)

    @property
    def _held(self) -> "Holdings":
        """What the Services of the cluster hold."""
        return _holdings().of(self.store)

    def _is_taken(self, port: int) -> bool:
        return port in self.ports or self._held.has_port(port)


@cache
def _holdings() -> "type[Holdings]":
    from kplan.apiserver.holdings import Holdings  # noqa: PLC0415 - a dry run looks at ranges alone

    return Holdings


def _guessed_range(held: Sequence[int], wanted: str) -> Network:
    """The smallest usual range that holds the least and the greatest address that are held, and a wanted one."""
    asked = [int(ipaddress.ip_address(wanted))] if wanted and ":" not in wanted else []
    for numbers in ([*held, *asked], held):
        for network in _DEFAULT_NETWORKS:
            if all(
                int(network.network_address) <= number <= int(network.broadcast_address) for number in numbers
            ):
                return network
    guess = ipaddress.IPv4Network((held[0], 16), strict=False)
    while int(guess.broadcast_address) < held[1]:
        guess = guess.supernet()
    return guess


def _usable(network: Network) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int, int]:
    """First address, how many, and the size of the static band."""
    size = network.num_addresses - (2 if network.version == 4 else 1)
    offset = 0 if size <= 16 else min(max(size // 16, 16), 256)
    return network.network_address + 1, size, offset


def _has(network: Network, address: str) -> bool:
    """Whether a Service may have an address in a range."""
    first, size, _ = _usable(network)
    wanted = ipaddress.ip_address(address)
    return wanted.version == first.version and int(first) <= int(wanted) < int(first) + size


def _walk(seed: str, size: int, offset: int) -> Iterator[int]:
    """Every place once: the dynamic band from a drawn start, then the static one."""
    upper = size - offset
    start = names.drawn(seed, upper)
    for step in range(upper):
        yield offset + (start + step) % upper
    yield from range(offset)
