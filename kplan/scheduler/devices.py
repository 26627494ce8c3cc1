"""Devices of a node: the pools within its reach, what they hold and what others have taken of it.

Claims are served from here; a wrong pool must be noticed before anything is taken from it.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/structured/internal/incubating/pools_incubating.go
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.selectors.nodes import NodeSelector

ZERO: Final = Quantity.parse("0")

DeviceId = tuple[str, str, str]
"""Driver, pool and device."""


class AllocationError(Exception):
    """Something about a claim or its class is wrong, whichever node is asked; the text is upstream's."""


class NodeAllocationError(AllocationError):
    """The devices of one node cannot be given; those of others may be."""


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """A device of a pool."""

    id: DeviceId
    value: Json
    pool: "Pool"

    @property
    def shared(self) -> bool:
        """Whether several claims may take parts of it."""
        return bool(self.value.get("allowMultipleAllocations"))


@dataclass(slots=True, eq=False)
class Pool:
    """A driver's devices under one pool name, as one node sees them."""

    driver: str
    name: str
    slices: list[Json]
    complete: bool
    invalid: bool = False
    devices: list[Device] = field(default_factory=list)
    counters: dict[str, dict[str, Quantity]] = field(default_factory=dict)


@dataclass(slots=True)
class AllocatedDevices:
    """What other claims hold."""

    devices: set[DeviceId] = field(default_factory=set)
    capacity: dict[DeviceId, dict[str, Quantity]] = field(default_factory=dict)

    def add(self, results: Iterable[Mapping[str, Any]]) -> None:
        """Count a claim's results; access for administration takes nothing."""
        for item in results:
            device = (item["driver"], item["pool"], item["device"])
            if item.get("adminAccess"):
                continue
            if item.get("shareID") or item.get("consumedCapacity"):
                used = self.capacity.setdefault(device, {})
                for name, amount in (item.get("consumedCapacity") or {}).items():
                    used[name] = used.get(name, ZERO) + Quantity.parse(amount)
            else:
                self.devices.add(device)

    def uses(self, device: DeviceId) -> bool:
        """Whether any part of a device is allocated."""
        return device in self.devices or device in self.capacity


def gather_pools(slices: Sequence[Json], node: NodeInfo) -> list[Pool]:
    """The pools a node can reach, by driver and name; those with binding conditions come last."""
    newest: dict[tuple[str, str], int] = {}
    for value in slices:
        spec = value["spec"]
        key = (spec["driver"], spec["pool"]["name"])
        newest[key] = max(newest.get(key, 0), spec["pool"].get("generation", 0))
    pools: dict[tuple[str, str], list[Json]] = {}
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for value in slices:
        spec = value["spec"]
        key = (spec["driver"], spec["pool"]["name"])
        if spec["pool"].get("generation", 0) == newest[key]:
            totals[key] += 1
            if _reaches_slice(spec, node):
                pools.setdefault(key, []).append(value)
    made = [_pool(key, members, totals[key], node) for key, members in sorted(pools.items())]
    return sorted(
        made, key=lambda pool: any(device.value.get("bindingConditions") for device in pool.devices)
    )


def _reaches_slice(spec: Mapping[str, Any], node: NodeInfo) -> bool:
    if spec.get("sharedCounters"):
        return True
    if spec.get("perDeviceNodeSelection"):
        return any(_reaches(device, node) for device in spec.get("devices") or ())
    return _reaches(spec, node)


def _reaches(place: Mapping[str, Any], node: NodeInfo) -> bool:
    if place.get("nodeName"):
        return bool(place["nodeName"] == node.name)
    if place.get("allNodes"):
        return True
    selector = place.get("nodeSelector")
    return selector is not None and NodeSelector.parse(selector).matches(node.name, node.labels)


def _pool(key: tuple[str, str], members: list[Json], total: int, node: NodeInfo) -> Pool:
    members = sorted(members, key=lambda value: str(value["metadata"]["name"]))
    pool = Pool(*key, members, total == members[0]["spec"]["pool"].get("resourceSliceCount", 1))
    for value in members:
        spec = value["spec"]
        for counters in spec.get("sharedCounters") or ():
            pool.counters[counters["name"]] = {
                name: Quantity.parse(item["value"]) for name, item in (counters.get("counters") or {}).items()
            }
        for device in spec.get("devices") or ():
            if not spec.get("perDeviceNodeSelection") or _reaches(device, node):
                pool.devices.append(Device((*key, device["name"]), device, pool))
    names = [device.id for device in pool.devices]
    pool.invalid = len(set(names)) != len(names)
    return pool


def counter(device: Device, counter_set: str, name: str) -> Quantity:
    """What a device takes of a counter it shares with others of its pool."""
    for item in device.value.get("consumesCounters") or ():
        if item["counterSet"] == counter_set and name in (item.get("counters") or {}):
            return Quantity.parse(item["counters"][name]["value"])
    return ZERO


def consumed_capacity(wanted: str | None, offered: Mapping[str, Any]) -> Quantity | None:
    """The capacity that a request consumes under the device's policy; None if the policy forbids it."""
    policy = offered.get("requestPolicy") or {}
    if wanted is None:
        return Quantity.parse(policy.get("default", offered["value"]))
    amount = Quantity.parse(wanted)
    if "default" in policy and amount == Quantity.parse(policy["default"]):
        return amount
    if "validRange" in policy:
        return _in_range(amount, policy["validRange"])
    values = [Quantity.parse(text) for text in policy.get("validValues") or ()]
    return amount if not values else next((value for value in values if not value < amount), None)


def _in_range(amount: Quantity, valid: Mapping[str, Any]) -> Quantity | None:
    least = Quantity.parse(valid["min"]) if "min" in valid else ZERO
    if amount < least:
        amount = least
    elif "step" in valid:
        step = Quantity.parse(valid["step"]).value()
        steps = -(-(amount.value() - least.value()) // step)
        amount = Quantity.of(least.value() + steps * step)
    return None if "max" in valid and Quantity.parse(valid["max"]) < amount else amount


def lookup_attribute(device: Device, name: str | None) -> Any:
    """An attribute by its full name; the driver's own may leave its domain out."""
    attributes = device.value.get("attributes") or {}
    text = name or ""
    domain, _, short = text.partition("/")
    item = attributes.get(text) or (attributes.get(short) if domain == device.id[0] else None)
    return None if item is None else tuple(sorted(item.items()))
