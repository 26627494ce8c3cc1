"""What the Services of a cluster hold: addresses and node ports, kept up with every write, so
that asking costs nothing.

Upstream: pkg/registry/core/service/{ipallocator,portallocator}, which keep bitmaps beside the objects
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final
from weakref import WeakKeyDictionary

from kplan.api.object import Json
from kplan.state.store import Store
from kplan.state.watch import EventType, WatchEvent

_SERVICES: Final = ("", "Service")


class Holdings:
    """The addresses and ports that are taken in a store."""

    def __init__(self) -> None:
        self._addresses = Counter[str]()
        self._ports = Counter[int]()
        self._bounds: tuple[int, int] | None = None
        self._taken_over = -1

    @classmethod
    def of(cls, store: Store) -> "Holdings":
        """What is taken in a store right now."""
        known = _KNOWN.get(store)
        if known is None:
            known = _KNOWN[store] = cls()
            store.subscribe(known._follow)
        if known._taken_over != store.taken_over:
            known._begin(store)
        return known

    def has_address(self, address: str) -> bool:
        """Whether a Service holds an address."""
        return self._addresses[address] > 0

    def has_port(self, port: int) -> bool:
        """Whether a Service holds a node port."""
        return self._ports[port] > 0

    @property
    def bounds(self) -> Sequence[int]:
        """The least and the greatest IPv4 address that is held, as numbers; empty if there is none."""
        if self._bounds is None:
            numbers = _numbers(address for address, count in self._addresses.items() if count)
            self._bounds = (min(numbers), max(numbers)) if numbers else None
        return self._bounds or ()

    def _begin(self, store: Store) -> None:
        self._addresses.clear()
        self._ports.clear()
        self._bounds = None
        for service in store.list(*_SERVICES):
            self._count(service, 1)
        self._taken_over = store.taken_over

    def _follow(self, event: WatchEvent) -> None:
        if event.key[:2] != _SERVICES:
            return
        if event.previous is not None:
            self._count(event.previous, -1)
        if event.type is not EventType.DELETED:
            self._count(event.value, 1)

    def _count(self, service: Json, times: int) -> None:
        addresses = addresses_of(service)
        for address in addresses:
            self._addresses[address] += times
        for port in node_ports(service):
            self._ports[port] += times
        numbers = _numbers(addresses)
        if self._bounds is not None and times > 0:
            self._bounds = (
                (min(self._bounds[0], *numbers), max(self._bounds[1], *numbers)) if numbers else self._bounds
            )
        elif self._bounds is not None and not set(numbers).isdisjoint(self._bounds):
            self._bounds = None


_KNOWN: Final = WeakKeyDictionary[Store, Holdings]()


def addresses_of(service: Json) -> Sequence[str]:
    """The addresses a Service holds."""
    spec = service.get("spec") or {}
    found: Sequence[str] = spec.get("clusterIPs") or [spec.get("clusterIP") or ""]
    return found


def node_ports(service: Json) -> list[int]:
    """The node ports a Service holds, the one for health checks included."""
    spec = service.get("spec") or {}
    held = [port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")]
    return [*held, spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else held


def _numbers(addresses: Iterable[str]) -> list[int]:
    """IPv4 addresses as numbers; nobody validated what a dump holds."""
    found = []
    for one in addresses:
        with suppress(ValueError):
            found.append(int(ipaddress.IPv4Address(one)))
    return found
