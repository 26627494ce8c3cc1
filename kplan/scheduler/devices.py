"""Devices for claims: which pools a node can reach, which devices match, and a choice that meets every request.

A search with backtracking over pools, slices and devices in upstream's order, so that the first solution is upstream's.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/structured/internal
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.selectors.nodes import NodeSelector
from kplan.selectors.taints import HARD, tolerates

if TYPE_CHECKING:
    from kplan.apiserver.cel.environment import Program

MOST_DEVICES: Final = 32
"""How many devices one claim can hold."""
_ZERO: Final = Quantity.parse("0")

DeviceId = tuple[str, str, str]
"""Driver, pool and device."""


class AllocationError(Exception):
    """Something about a claim, class or pool is wrong; the text is upstream's."""


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
    """A driver's devices under one name, as one node sees them."""

    driver: str
    name: str
    slices: list[Json]
    complete: bool
    invalid: bool = False
    devices: list[Device] = field(default_factory=list)
    counters: dict[str, dict[str, Quantity]] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
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
                    used[name] = used.get(name, _ZERO) + Quantity.parse(amount)
            else:
                self.devices.add(device)

    def uses(self, device: DeviceId) -> bool:
        """Whether any part of a device is taken."""
        return device in self.devices or device in self.capacity


@dataclass(slots=True)
class Request:
    """One request of a claim, or one of its alternatives, against one node."""

    name: str
    value: Mapping[str, Any]
    klass: Json
    number: int = 1
    everything: list[Device] | None = None
    """The devices of a request for all of them."""


Results = list[Json]


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


class Selectors:
    """CEL conditions on devices, compiled once and answered once a device."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}

    def match(self, device: Device, selectors: Sequence[Mapping[str, Any]], whose: str) -> bool:
        """Whether a device meets every condition. Raises AllocationError."""
        from kplan.apiserver.cel.environment import CompileError  # noqa: PLC0415 - clusters without devices need no CEL
        from kplan.apiserver.cel.values import CelError  # noqa: PLC0415

        for index, selector in enumerate(selectors):
            text = (selector.get("cel") or {}).get("expression", "")
            try:
                if self._program(text).run({"device": device_variable(device)}) is not True:
                    return False
            except CompileError as error:
                raise AllocationError(f"{whose}: selector #{index}: CEL compile error: {error}") from error
            except CelError as error:
                raise AllocationError(f"{whose}: selector #{index}: CEL runtime error: {error}") from error
        return True

    def _program(self, text: str) -> "Program":
        from kplan.apiserver.cel.environment import Environment  # noqa: PLC0415
        from kplan.apiserver.cel.types import DYN  # noqa: PLC0415

        if text not in self._programs:
            self._programs[text] = Environment({"device": DYN}).compile(text)
        return self._programs[text]


class _Domains(dict[str, Any]):
    """Attributes by domain; a domain without any is an empty map, not an error."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __missing__(self, key: str) -> dict[str, Any]:
        return {}

    def get(self, key: str, default: Any = None) -> Any:
        del default
        return self[key]


def device_variable(device: Device) -> dict[str, Any]:
    """What CEL sees as ``device``."""
    from kplan.apiserver.cel.kubernetes import QuantityValue  # noqa: PLC0415

    driver = device.id[0]
    attributes, capacity = _Domains(), _Domains()
    for name, item in (device.value.get("attributes") or {}).items():
        domain, _, short = name.rpartition("/")
        attributes.setdefault(domain or driver, {})[short] = attribute(item)
    for name, item in (device.value.get("capacity") or {}).items():
        domain, _, short = name.rpartition("/")
        capacity.setdefault(domain or driver, {})[short] = QuantityValue(Quantity.parse(item["value"]))
    return {
        "driver": driver,
        "allowMultipleAllocations": device.shared,
        "attributes": attributes,
        "capacity": capacity,
    }


def attribute(item: Mapping[str, Any]) -> Any:
    """The value of a device attribute, whatever its kind."""
    if "version" in item:
        from kplan.apiserver.cel.kubernetes import KUBERNETES  # noqa: PLC0415

        return KUBERNETES.functions["semver"](item["version"])
    return next((item[kind] for kind in ("string", "int", "bool") if kind in item), None)


class Allocator:
    """Finds devices for the claims of one pod on one node after another."""

    def __init__(self, slices: Sequence[Json], classes: Mapping[str, Json], taken: Taken) -> None:
        self.slices = slices
        self.classes = classes
        self.taken = taken
        self.selectors = Selectors()

    def allocate(self, node: NodeInfo, claims: Sequence[Json]) -> list[Results] | None:
        """Results claim by claim, or None where the node cannot serve them all. Raises AllocationError."""
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
            raise AllocationError("invalid resource pools were encountered")
        return None

    # -- reading requests ------------------------------------------------------------------------------------------
    def _alternatives(self, claim: Json, item: Mapping[str, Any]) -> Iterator[Request]:
        if "exactly" in item:
            yield self._request(claim, item["exactly"], item["name"])
        for choice in item.get("firstAvailable") or ():
            yield self._request(claim, choice, f"{item['name']}/{choice['name']}")

    def _request(self, claim: Json, value: Mapping[str, Any], name: str) -> Request:
        klass = self.allocator.classes.get(value.get("deviceClassName", ""))
        where = f"claim {claim['metadata'].get('namespace')}/{claim['metadata']['name']}, request {name}"
        if klass is None:
            raise AllocationError(
                f"{where}: could not retrieve device class {value.get('deviceClassName', '')}"
            )
        request = Request(name, value, klass, int(value.get("count") or 1))
        if value.get("allocationMode") == "All":
            request.everything = list(self._all(claim, request, where))
            request.number = len(request.everything)
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
        key = (id(request), device.id)
        if key not in self.matches:
            whose = f"claim {claim['metadata'].get('namespace')}/{claim['metadata']['name']}"
            klass = request.klass
            of_class = (klass.get("spec") or {}).get("selectors") or ()
            match = self.allocator.selectors.match
            self.matches[key] = match(device, of_class, f"class {klass['metadata']['name']}") and match(
                device, request.value.get("selectors") or (), whose
            )
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
        if choice.everything is not None and not choice.everything:
            return False
        if found >= choice.number:
            return self._serve(claim, request + 1)
        if len(self.results[claim]) + choice.number - found > MOST_DEVICES:
            return False
        if choice.everything is not None:
            device = choice.everything[found]
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
        if not admin and (device.id in self.allocator.taken.devices or self.using[device.id]):
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
        """What a request takes of a device's capacity; None where that is not there."""
        offered = device.value.get("capacity") or {}
        wanted = (choice.value.get("capacity") or {}).get("requests") or {}
        if any(name not in offered for name in wanted):
            return None
        consumed = {}
        for name, item in offered.items():
            amount = consumed_capacity(wanted.get(name), item)
            if amount is None:
                return None
            used = self.allocator.taken.capacity.get(device.id, {}).get(name, _ZERO)
            for other in self.consuming[device.id]:
                used = used + other.get(name, _ZERO)
            if Quantity.parse(item["value"]) < used + amount:
                return None
            consumed[name] = amount
        return consumed

    def _counters_left(self, device: Device) -> bool:
        """Whether the shared counters of the pool still cover a device."""
        wanted = device.value.get("consumesCounters")
        if not wanted or (
            device.shared and (self.allocator.taken.uses(device.id) or self.consuming[device.id])
        ):
            return True
        pool = device.pool
        busy = [other for other in pool.devices if self.allocator.taken.uses(other.id) or self._mine(other)]
        for counter_set in wanted:
            available = pool.counters.get(counter_set["counterSet"], {})
            for name, item in (counter_set.get("counters") or {}).items():
                used = Quantity.parse(item["value"])
                for other in busy:
                    used = used + _counter(other, counter_set["counterSet"], name)
                if available.get(name, _ZERO) < used:
                    return False
        return True

    def _mine(self, device: Device) -> bool:
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


def _counter(device: Device, counter_set: str, name: str) -> Quantity:
    for item in device.value.get("consumesCounters") or ():
        if item["counterSet"] == counter_set and name in (item.get("counters") or {}):
            return Quantity.parse(item["counters"][name]["value"])
    return _ZERO


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


def consumed_capacity(wanted: str | None, offered: Mapping[str, Any]) -> Quantity | None:
    """What a request for a capacity comes to under the device's policy; None where the policy forbids it."""
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
    least = Quantity.parse(valid["min"]) if "min" in valid else _ZERO
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
