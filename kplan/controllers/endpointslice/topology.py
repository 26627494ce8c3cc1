"""Topology aware hints: endpoints are told to zones in the proportion of the zones' processors.

A zone that has too few endpoints is lent some of another's; where no fair share exists there are no hints at all.

Upstream: staging/src/k8s.io/endpointslice/topologycache/{topologycache,utils,sliceinfo,event}.go
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from kplan.api import conditions
from kplan.api.endpointslices import endpoints_of, hinted_zones_of, is_ready_endpoint
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import annotations_of, labels_of
from kplan.api.nodes import allocatable_of
from kplan.api.object import Json
from kplan.api.quantity import milli_value
from kplan.controllers.endpointslice.endpoint import ZONE_LABEL
from kplan.controllers.endpointslice.slices import Changes, bare
from kplan.namedtuples import NamedTuple

OVERLOAD_THRESHOLD = 0.2
"""How much more than its share an endpoint may have to bear."""
_EXCLUDED = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_ON, _OFF = "TopologyAwareHintsEnabled", "TopologyAwareHintsDisabled"


class Event(NamedTuple):
    """An Event about the Service."""

    type: str
    reason: str
    message: str


class Share(NamedTuple):
    """How many endpoints a zone may have."""

    maximum: int
    desired: float


class Topology:
    """What is known of zones, and which Services have how many hints for each."""

    def __init__(self) -> None:
        self._ratios: dict[str, float] = {}
        self._hints: dict[ObjectKey, dict[str, Counter[str]]] = {}
        self._populated: set[ObjectKey] = set()

    def set_nodes(self, nodes: Iterable[Json]) -> None:
        """Take the zones' shares of all processors from the nodes (SetNodes)."""
        cpu: Counter[str] = Counter()
        for node in nodes:
            labels = labels_of(node)
            if any(name in labels for name in _EXCLUDED) or not conditions.is_true(node, "Ready"):
                continue
            zone = labels.get(ZONE_LABEL)
            amount = milli_value(allocatable_of(node).get("cpu", "0"))
            if not zone or not amount:
                cpu.clear()
                break
            cpu[zone] += amount
        total = cpu.total()
        self._ratios = {zone: cpu[zone] / total for zone in sorted(cpu)} if len(cpu) > 1 else {}

    @property
    def in_use(self) -> bool:
        """Whether any Service has hints by zone."""
        return bool(self._hints)

    @property
    def services(self) -> Iterable[ObjectKey]:
        """The Services that have hints by zone."""
        return tuple(self._hints)

    def has_hints(self, service: ObjectKey) -> bool:
        """Whether the Service has hints by zone."""
        return service in self._populated

    def overloaded(self) -> Iterator[ObjectKey]:
        """The Services of which a zone has too few endpoints (GetOverloadedServices)."""
        for service, families in self._hints.items():
            if any(self._is_overloaded(zones) for zones in families.values()):
                yield service

    def forget(self, service: ObjectKey, family: str) -> None:
        """The Service has no hints (RemoveHints)."""
        self._hints.get(service, {}).pop(family, None)
        if not self._hints.get(service):
            self._hints.pop(service, None)
        self._populated.discard(service)

    def add_hints(
        self,
        service: ObjectKey,
        family: str,
        changes: Changes,
        unchanged: Sequence[Json],
        *,
        known: bool = False,
    ) -> Event | None:
        """Hint every ready endpoint of the changed slices, and of those that must change for it (AddHints).

        ``known`` if the Service had hints already before anybody looked.
        """
        every = [*changes.create, *changes.update, *unchanged]
        shares, refusal = self._shares(sum(1 for item in every for _ in _ready(item)))
        hinted: Counter[str] = Counter()
        for item in [] if refusal else unchanged:
            counted = _hints_of(item, hinted, shares)
            if counted is None:
                changes.update.append(dict(item))
            else:
                hinted.update(counted)
        if not refusal:
            refusal = _allot([*changes.create, *changes.update], hinted, shares)
        if refusal:
            self.forget(service, family)
            strip(changes, unchanged)
            return Event("Warning", _OFF, f"{refusal}, addressType: {family}")
        before = known or service in self._populated
        self._hints.setdefault(service, {})[family] = hinted
        self._populated.add(service)
        if before:
            return None
        return Event("Normal", _ON, f"Topology Aware Hints has been enabled, addressType: {family}")

    def _shares(self, endpoints: int) -> tuple[dict[str, Share], str]:
        """What each zone should have of so many endpoints, or why there is no fair share (getAllocations)."""
        counts = f"({endpoints} endpoints, {len(self._ratios)} zones)"
        if not self._ratios:
            text = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
            return {}, text
        if len(self._ratios) > endpoints:
            return {}, f"Insufficient number of endpoints {counts}"
        desired = {zone: ratio * endpoints for zone, ratio in self._ratios.items()}
        minimum = {zone: _least(share) for zone, share in desired.items()}
        spare = endpoints - sum(minimum.values())
        if spare < 0:
            text = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"
            return {}, f"{text} {counts}"
        return {
            zone: Share(minimum[zone] + spare, max(desired[zone], float(minimum[zone]))) for zone in desired
        }, ""

    def _is_overloaded(self, zones: Counter[str]) -> bool:
        if not zones:
            return False
        if not self._ratios:
            return True
        total = zones.total()
        return any(
            zone not in zones or zones[zone] < _least(total * ratio) for zone, ratio in self._ratios.items()
        )


def wants_hints(service: Json) -> bool:
    """Whether the annotation asks for hints by zone; the older one counts first (hintsEnabled)."""
    annotations = annotations_of(service)
    mode = annotations.get("service.kubernetes.io/topology-mode")
    return annotations.get("service.kubernetes.io/topology-aware-hints", mode) in ("Auto", "auto")


def strip(changes: Changes, unchanged: Sequence[Json]) -> None:
    """Take the hints off, also of slices that would not change otherwise (RemoveHintsFromSlices)."""
    for item in unchanged:
        known = any(item is one for one in changes.update)
        if not known and any(one.get("hints") for one in endpoints_of(item)):
            changes.update.append(dict(item))
    for item in (*changes.create, *changes.update):
        item["endpoints"] = [bare(one) for one in endpoints_of(item)]


def _least(share: float) -> int:
    return ceil(share * (1 / (1 + OVERLOAD_THRESHOLD)))


def _ready(item: Json) -> Iterator[Json]:
    return (one for one in endpoints_of(item) if is_ready_endpoint(one))


def _hints_of(item: Json, hinted: Counter[str], shares: dict[str, Share]) -> Counter[str] | None:
    """A slice's hints by zone; None if they no longer will do (getHintsByZone)."""
    found: Counter[str] = Counter()
    for endpoint in _ready(item):
        zones = hinted_zones_of(endpoint)
        if not zones or any(zone not in shares for zone in zones):
            return None
        found.update(zones)
    if any(count + hinted[zone] > shares[zone].maximum for zone, count in found.items()):
        return None
    return found


def _allot(slices: Sequence[Json], hinted: Counter[str], shares: dict[str, Share]) -> str:
    """Hint the endpoints of these slices: their own zones first, then those that lack some; else why not."""
    for item in slices:
        endpoints = []
        for endpoint in endpoints_of(item):
            if not is_ready_endpoint(endpoint):
                endpoints.append(endpoint)
                continue
            zone = endpoint.get("zone")
            if not zone:
                return "One or more endpoints do not have a zone specified"
            hinted[zone] += 1
            endpoints.append(_hinted(endpoint, zone))
        item["endpoints"] = endpoints
    giving, receiving = _exchange(hinted, shares)
    _redistribute(slices, giving, receiving, hinted)
    return "" if hinted else "No hints allocated for zones"


def _hinted(endpoint: Json, zone: str) -> Json:
    return {**endpoint, "hints": {"forZones": [{"name": zone}]}}


def _exchange(hinted: Counter[str], shares: dict[str, Share]) -> tuple[Counter[str], Counter[str]]:
    """How many endpoints each zone gives away or is given (getGivingAndReceivingZones)."""
    over = {zone: hinted[zone] - share.desired for zone, share in shares.items()}
    lack = {zone: -amount for zone, amount in over.items()}
    giving: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    while True:
        giver, surplus = max(over.items(), key=lambda pair: pair[1], default=("", 0.0))
        taker, need = max(lack.items(), key=lambda pair: pair[1], default=("", 0.0))
        if (surplus < 1.0 and need < 1.0) or surplus < 0.5 or need < 0.5:
            return giving, receiving
        giving[giver] += 1
        over[giver] -= 1
        receiving[taker] += 1
        lack[taker] -= 1


def _redistribute(
    slices: Sequence[Json], giving: Counter[str], receiving: Counter[str], hinted: Counter[str]
) -> None:
    """Lend endpoints of zones that have too many (redistributeHints)."""
    for item in slices:
        for place, endpoint in enumerate(item["endpoints"]):
            taker = next((zone for zone in sorted(receiving) if receiving[zone] > 0), "")
            zone = endpoint.get("zone", "")
            if not taker or not is_ready_endpoint(endpoint) or giving[zone] <= 0:
                continue
            item["endpoints"][place] = _hinted(endpoint, taker)
            giving[zone] -= 1
            receiving[taker] -= 1
            hinted[taker] += 1
            hinted[zone] -= 1
