"""The slices that the controller keeps for each Service, found at the first look and followed by what the watch tells.

Upstream: none; a real controller lists the slices of the namespace and tests their labels at every look.
"""

from collections.abc import Iterable

from kplan.api.endpointslices import endpoint_ports_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.controllers.endpointslice.backends import port_key
from kplan.controllers.endpointslice.endpoint import MANAGED_BY_LABEL, MANAGER, SERVICE_LABEL
from kplan.selectors.labels import Selector
from kplan.simulation.reconciler import Cache, EventType, ObjectKey, Request, WatchEvent
from kplan.simulation.servicepods import Followed

KIND = ("discovery.k8s.io", "EndpointSlice")


class OwnSlices:
    """The slices of every Service that was looked at."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, Followed] = {}
        self._port_keys: dict[ObjectKey, tuple[list[Json], str]] = {}

    def services_of(self, event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        """The Service of a slice that somebody deleted; a watch of slices asks for it."""
        service, before = _service_of(event.key, event.value), event.previous
        if before is not None and labels_of(before) != labels_of(event.value):
            self.forget(service)  # who joins late comes between those that are known
            self.forget(_service_of(event.key, before))
        elif service in self._known:
            self._known[service].follow(event)
        if event.type is not EventType.DELETED:
            return ()
        self._port_keys.pop(event.key, None)
        return () if service is None else (service,)

    def look(self, service: ObjectKey, cache: Cache) -> list[Json]:
        """The slices of a Service in the order in which they came."""
        known = self._known.get(service)
        if known is None or known.cache is not cache:
            wanted = Selector.from_set({SERVICE_LABEL: service.name, MANAGED_BY_LABEL: MANAGER})
            found = cache.selected(*KIND, service.namespace, wanted)
            known = self._known[service] = Followed(cache, KIND, found)
        return [*known.objects.values()]

    def port_key(self, item: Json) -> str:
        """What is equal for slices with equal sets of ports, worked out again where the ports are others."""
        key, ports = key_of(item), endpoint_ports_of(item)
        known = self._port_keys.get(key)
        if known is None or known[0] is not ports:
            known = self._port_keys[key] = (ports, port_key(ports))
        return known[1]

    def forget(self, service: ObjectKey | None) -> None:
        """Find the slices of a Service anew at the next look."""
        if service is not None:
            self._known.pop(service, None)


def key_of(item: Json) -> ObjectKey:
    """The key of a slice."""
    return ObjectKey(*KIND, item["metadata"]["namespace"], item["metadata"]["name"])


def _service_of(key: ObjectKey, item: Json) -> ObjectKey | None:
    labels = labels_of(item)
    if labels.get(MANAGED_BY_LABEL) != MANAGER:
        return None
    return ObjectKey("", "Service", key.namespace, labels.get(SERVICE_LABEL, ""))
