"""Devices for claims: a choice that meets every request.

A search with backtracking over pools, slices and devices in upstream's order, so that the first solution is upstream's.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/structured/internal/incubating/allocator_incubating.go
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.scheduler.devices import (
    ZERO,
    AllocatedDevices,
    AllocationError,
    Device,
    DeviceId,
    NodeAllocationError,
    consumed_capacity,
    counter,
    gather_pools,
    lookup_attribute,
)
from kplan.scheduler.deviceselectors import Selectors
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.selectors.taints import HARD, tolerates

MOST_DEVICES: Final = 32
"""How many devices one claim can hold."""
Results = list[Json]


@dataclass(slots=True)
class Request:
    """One request of a claim, or one of its alternatives, against one node."""

    name: str
    value: Mapping[str, Any]
    device_class: Json
    number: int = 1
    all_devices: list[Device] | None = None
    """The devices of a request for all of them."""


class Allocator:
    """Finds devices for the claims of one pod on one node after another."""

    def __init__(
        self, slices: Sequence[Json], classes: Mapping[str, Json], allocated: AllocatedDevices
    ) -> None:
        self.slices = slices
        self.classes = classes
        self.allocated = allocated
        self.selectors = Selectors()

    def allocate(self, node: NodeInfo, claims: Sequence[Json]) -> list[Results] | None:
        """Results claim by claim, or None if the node cannot serve them all. Raises AllocationError."""
        return _Search(self, node, claims).run()


class _Search:
    """One search on one node."""

    def __init__(self, allocator: Allocator, node: NodeInfo, claims: Sequence[Json]) -> None:
        self.allocator = allocator
        self.pools = gather_pools(allocator.slices, node)
        self.claims = claims
        self.results: list[list[tuple[Json, Device, bool]]] = [[] for _ in claims]
        self.using: dict[DeviceId, list[int]] = defaultdict(list)
        self.consuming: dict[DeviceId, list[dict[str, Quantity]]] = defaultdict(list)
        self.matches: dict[tuple[int, DeviceId], bool] = {}
        self.requests = [
            [list(self._alternatives(claim, item)) for item in _requests(claim)] for claim in claims
        ]

    def run(self) -> list[Results] | None:
        if self._serve(0, 0):
            return [[result for result, _, _ in items] for items in self.results]
        if any(pool.invalid for pool in self.pools):
            raise NodeAllocationError("invalid resource pools were encountered")
        return None

    # -- reading requests ------------------------------------------------------------------------------------------
    def _alternatives(self, claim: Json, item: Mapping[str, Any]) -> Iterator[Request]:
        if "exactly" in item:
            yield self._request(claim, item["exactly"], item["name"])
        for choice in item.get("firstAvailable") or ():
            yield self._request(claim, choice, f"{item['name']}/{choice['name']}")

    def _request(self, claim: Json, value: Mapping[str, Any], name: str) -> Request:
        device_class = self.allocator.classes.get(value.get("deviceClassName", ""))
        where = f"claim {claim['metadata'].get('namespace')}/{claim['metadata']['name']}, request {name}"
        if device_class is None:
            raise AllocationError(
                f"{where}: could not retrieve device class {value.get('deviceClassName', '')}"
            )
        request = Request(name, value, device_class, int(value.get("count") or 1))
        if value.get("allocationMode") == "All":
            request.all_devices = list(self._all(claim, request, where))
            request.number = len(request.all_devices)
        return request

    def _all(self, claim: Json, request: Request, where: str) -> Iterator[Device]:
        for pool in self.pools:
            state = "being updated" if not pool.complete else "invalid"
            if not pool.complete or pool.invalid:
                name = f"{pool.driver}/{pool.name}"
                raise AllocationError(
                    f"{where}: asks for all devices, but resource pool {name} is currently {state}"
                )
            yield from (device for device in pool.devices if self._selectable(claim, request, device))

    def _selectable(self, claim: Json, request: Request, device: Device) -> bool:
        key = (id(request), device.id)  # requests live as long as the search, so that no id comes twice
        if key not in self.matches:
            whose = f"claim {claim['metadata'].get('namespace')}/{claim['metadata']['name']}"
            device_class = request.device_class
            of_class = (device_class.get("spec") or {}).get("selectors") or ()
            match = self.allocator.selectors.match
            self.matches[key] = match(
                device, of_class, f"class {device_class['metadata']['name']}"
            ) and match(device, request.value.get("selectors") or (), whose)
        return self.matches[key]

    # -- searching -------------------------------------------------------------------------------------------------
    def _serve(self, claim: int, request: int) -> bool:
        """Serve all requests from this one on."""
        if claim == len(self.claims):
            return True
        if request == len(self.requests[claim]):
            return self._serve(claim + 1, 0)
        return any(self._fill(claim, request, choice, 0, 0) for choice in self.requests[claim][request])

    def _fill(self, claim: int, request: int, choice: Request, found: int, start: int) -> bool:
        """Find the devices of one request that are still missing, then serve the rest."""
        if choice.all_devices is not None and not choice.all_devices:
            return False
        if found >= choice.number:
            return self._serve(claim, request + 1)
        if len(self.results[claim]) + choice.number - found > MOST_DEVICES:
            return False
        if choice.all_devices is not None:
            device = choice.all_devices[found]
            return self._try(claim, choice, device) and self._go_on(claim, request, choice, found, 0)
        for place, device in enumerate(self._candidates()):
            if place < start or not self._selectable(self.claims[claim], choice, device):
                continue
            if self._try(claim, choice, device) and self._go_on(claim, request, choice, found, place + 1):
                return True
        return False

    def _candidates(self) -> list[Device]:
        return [
            device for pool in self.pools if pool.complete and not pool.invalid for device in pool.devices
        ]

    def _go_on(self, claim: int, request: int, choice: Request, found: int, start: int) -> bool:
        if self._fill(claim, request, choice, found + 1, start):
            return True
        self._undo(claim)
        return False

    def _try(self, claim: int, choice: Request, device: Device) -> bool:
        """Take a device if it is free, tolerated, within its pool's counters and in line with all constraints."""
        admin = bool(choice.value.get("adminAccess"))
        if admin and claim in self.using[device.id]:
            return False
        if not admin and (device.id in self.allocator.allocated.devices or self.using[device.id]):
            return False
        if not _tolerated(device, choice.value):
            return False
        consumed = self._consumption(choice, device)
        if consumed is None or not self._counters_left(device):
            return False
        result = _result(choice, device, admin=admin, consumed=consumed if device.shared else None)
        if not self._constraints_hold(claim, choice, device):
            return False
        self.results[claim].append((result, device, admin))
        if device.shared:
            self.consuming[device.id].append(consumed)
        else:
            self.using[device.id].append(claim)
        return True

    def _undo(self, claim: int) -> None:
        _, device, _ = self.results[claim].pop()
        (self.consuming if device.shared else self.using)[device.id].pop()

    def _consumption(self, choice: Request, device: Device) -> dict[str, Quantity] | None:
        """What a request takes of a device's capacity; None if that is not there."""
        offered = device.value.get("capacity") or {}
        wanted = (choice.value.get("capacity") or {}).get("requests") or {}
        if any(name not in offered for name in wanted):
            return None
        consumed = {}
        for name, item in offered.items():
            amount = consumed_capacity(wanted.get(name), item)
            if amount is None:
                return None
            used = self.allocator.allocated.capacity.get(device.id, {}).get(name, ZERO)
            for other in self.consuming[device.id]:
                used = used + other.get(name, ZERO)
            if Quantity.parse(item["value"]) < used + amount:
                return None
            consumed[name] = amount
        return consumed

    def _counters_left(self, device: Device) -> bool:
        """Whether the shared counters of the pool still cover a device."""
        wanted = device.value.get("consumesCounters")
        if not wanted or (
            device.shared and (self.allocator.allocated.uses(device.id) or self.consuming[device.id])
        ):
            return True
        pool = device.pool
        busy = [
            other
            for other in pool.devices
            if self.allocator.allocated.uses(other.id) or self._held_here(other)
        ]
        for counter_set in wanted:
            available = pool.counters.get(counter_set["counterSet"], {})
            for name, item in (counter_set.get("counters") or {}).items():
                used = Quantity.parse(item["value"])
                for other in busy:
                    used = used + counter(other, counter_set["counterSet"], name)
                if available.get(name, ZERO) < used:
                    return False
        return True

    def _held_here(self, device: Device) -> bool:
        return bool(self.using[device.id] or self.consuming[device.id])

    def _constraints_hold(self, claim: int, choice: Request, device: Device) -> bool:
        """Devices under a common constraint must share an attribute, or differ in it."""
        for constraint in ((self.claims[claim]["spec"].get("devices") or {}).get("constraints")) or ():
            name = constraint.get("matchAttribute") or constraint.get("distinctAttribute")
            among = constraint.get("requests") or ()
            if among and choice.name not in among and choice.name.partition("/")[0] not in among:
                continue
            value = lookup_attribute(device, name)
            if value is None:
                return False
            others = [
                lookup_attribute(other, name)
                for result, other, _ in self.results[claim]
                if not among or result["request"] in among or result["request"].partition("/")[0] in among
            ]
            if "matchAttribute" in constraint and any(other != value for other in others):
                return False
            if "distinctAttribute" in constraint and value in others:
                return False
        return True


def _requests(claim: Json) -> Sequence[Json]:
    return (claim["spec"].get("devices") or {}).get("requests") or ()


def _tolerated(device: Device, request: Mapping[str, Any]) -> bool:
    tolerations = request.get("tolerations") or ()
    hard = [taint for taint in device.value.get("taints") or () if taint.get("effect") in HARD]
    return all(any(tolerates(toleration, taint) for toleration in tolerations) for taint in hard)


def _result(choice: Request, device: Device, *, admin: bool, consumed: dict[str, Quantity] | None) -> Json:
    driver, pool, name = device.id
    result: Json = {"request": choice.name, "driver": driver, "pool": pool, "device": name}
    if admin:
        result["adminAccess"] = True
    if choice.value.get("tolerations"):
        result["tolerations"] = choice.value["tolerations"]
    if consumed:
        result["consumedCapacity"] = {key: amount.canonical() for key, amount in consumed.items()}
    return result
