"""How many ready addresses stand behind each port of a Service, as its EndpointSlices say.

An address in a slice that does not hold the port is none for it: a ``targetPort`` by a name that no container has gives
slices with addresses and without that port.

Upstream: staging/src/k8s.io/endpointslice/reconciler.go, pkg/proxy/endpointslicecache.go
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Final, Self

from kplan.api.endpointslices import MANAGED_BY_LABEL, SERVICE_LABEL, endpoints_of
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.api.serviceports import ports_of
from kplan.namedtuples import NamedTuple
from kplan.plan.reading import items
from kplan.plan.touched import name_word
from kplan.state.glance import Unread
from kplan.state.store import Store

Slices = Iterable[Json]
_CONTROLLER: Final = "endpointslice-controller.k8s.io"
_SAME_NAMES: Final[Mapping[str, str]] = {}
_FEW: Final = 8
"""How many Services are looked up one by one before all slices of a namespace are grouped."""


def slices_by_service(store: Store, namespace: str = "") -> Mapping[ObjectKey, list[Json]]:
    """The EndpointSlices of each Service."""
    found: defaultdict[ObjectKey, list[Json]] = defaultdict(list)
    for value in store.list("discovery.k8s.io", "EndpointSlice", namespace):
        found[service_of(value)].append(value)
    return found


class SlicesOf:
    """The EndpointSlices of the Services of a state, which does not change.

    Texts are searched, or read and grouped if many Services of a namespace are asked about.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked = Counter[str]()
        self._grouped: dict[str, Mapping[ObjectKey, list[Json]]] = {}
        self._partly: dict[str, _Partly] = {}

    def service(self, key: ObjectKey) -> Slices:
        """Those of one Service."""
        namespace = key.namespace
        self._asked[namespace] += 1
        if self._asked[namespace] <= _FEW:
            return self._searched(key)
        if namespace not in self._grouped:
            self._grouped[namespace] = slices_by_service(self._store, namespace)
        return self._grouped[namespace].get(key, ())

    def _searched(self, key: ObjectKey) -> Slices:
        if key.namespace not in self._partly:
            self._partly[key.namespace] = _Partly.of(self._store, key.namespace)
        read, texts = self._partly[key.namespace]
        found, word = list(read.get(key, ())), name_word(key.name)
        for place, one, text in texts:
            value = self._store.get(one) if text.mentions(word) else None
            if value is not None and service_of(value) == key:
                found.append((place, value))
        return [value for _, value in sorted(found, key=itemgetter(0))]


class _Partly(NamedTuple):
    """The slices of a namespace with their places: what is read by Service, and what is still text."""

    read: Mapping[ObjectKey, Sequence[tuple[int, Json]]]
    texts: Sequence[tuple[int, ObjectKey, Unread]]

    @classmethod
    def of(cls, store: Store, namespace: str) -> Self:
        """Divide those of a state."""
        read, texts = defaultdict[ObjectKey, list[tuple[int, Json]]](list), []
        for place, (key, value) in enumerate(store.members("discovery.k8s.io", "EndpointSlice", namespace)):
            if isinstance(value, Unread):
                texts.append((place, key, value))
            else:
                read[service_of(value)].append((place, value))
        return cls(read, texts)


def service_of(endpoint_slice: Json) -> ObjectKey:
    """The Service that a slice belongs to."""
    name = labels_of(endpoint_slice).get(SERVICE_LABEL, "")
    return ObjectKey("", "Service", namespace_of(endpoint_slice), name)


def ready_by_port(service: Json, slices: Slices) -> dict[str, int]:
    """Ready addresses by the port's name, in the order of the ports; of a Service without ports under ``""``."""
    return Served(service).by_port(slices)


class _Read(NamedTuple):
    """What was read of a slice."""

    value: Json
    names: Collection[str]
    """The names of the Service's ports that it holds."""
    ready: int
    by_others: bool
    """Whether its addresses may stand in another slice as well: those that a controller makes for pods never do."""


class Served:
    """The ports of a Service, with how many ready addresses stand behind each at one time or another."""

    def __init__(self, service: Json, renamed: Mapping[str, str] = _SAME_NAMES) -> None:
        self._names = [port.get("name", "") for port in ports_of(service)]
        self._renamed = renamed
        self._known: dict[int, _Read] = {}
        """What was read of each slice; the slice is held so that no other comes to have its number."""

    def by_port(self, slices: Slices) -> dict[str, int]:
        """Ready addresses by the port's name, in the order of the ports; without ports under ``""``."""
        counts = dict.fromkeys(self._names or [""], 0)
        read = [self._known.get(id(value)) or self._read(value) for value in slices]
        if len(read) > 1 and any(one.by_others for one in read):
            return {name: distinct_ready(one.value for one in read if name in one.names) for name in counts}
        for one in read:
            for name in one.names:
                counts[name] += one.ready
        return counts

    def _read(self, value: Json) -> "_Read":
        names = self._held(value) & {*(self._names or [""])}
        by_others = labels_of(value).get(MANAGED_BY_LABEL) != _CONTROLLER
        read = self._known[id(value)] = _Read(value, names, ready_in(value), by_others)
        return read

    def _held(self, value: Json) -> set[str]:
        held = {port.get("name") or "" for port in items(value, "ports")} if self._names else {""}
        return {self._renamed.get(name, name) for name in held}


def renamed_ports(before: Json | None, after: Json) -> Mapping[str, str]:
    """The names that ports of a Service had before, with those that they have now; slices speak of both for a while."""
    old, new = ({} if one is None else _names_by_number(one) for one in (before, after))
    names = {name: new[number] for number, name in old.items() if number in new}
    return {name: now for name, now in names.items() if name not in new.values() and now not in old.values()}


def _names_by_number(service: Json) -> dict[tuple[int, str], str]:
    return {(one["port"], one.get("protocol", "TCP")): one.get("name", "") for one in ports_of(service)}


def ready_addresses(service: Json, slices: Slices) -> int:
    """How many ready addresses its best served port has."""
    return max(ready_by_port(service, slices).values())


def port_title(service: Json, name: str) -> str:
    """A port as people call it: by its name, or by its number if it has none."""
    if name:
        return name
    return next((str(port["port"]) for port in ports_of(service) if not port.get("name")), "")


def ready_in(endpoint_slice: Json) -> int:
    """How many ready addresses are in a slice."""
    ready = 0
    for endpoint in endpoint_slice.get("endpoints") or ():
        conditions = endpoint.get("conditions")
        if not conditions or conditions.get("ready") is not False:
            ready += len(endpoint.get("addresses") or ())
    return ready


def distinct_ready(slices: Slices) -> int:
    """How many ready addresses are in slices, of which one may mirror what another one says."""
    return len(
        {
            address
            for value in slices
            for endpoint in endpoints_of(value)
            if (endpoint.get("conditions") or {}).get("ready") is not False
            for address in endpoint.get("addresses") or ()
        }
    )
