"""The slices that the controller keeps for each Service, found at the first look and followed by what the watch tells.

Upstream: none; a real controller lists the slices of the namespace and tests their labels at every look.
"""

from collections.abc import Iterable, Sequence

from kplan.api.endpointslices import MANAGED_BY_LABEL, SERVICE_LABEL
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.controllers.endpointslice.backends import port_key
from kplan.controllers.endpointslice.endpoint import MANAGER
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector
from kplan.simulation.reconciler import Cache, EventType, ObjectKey, Request, WatchEvent
from kplan.simulation.servicepods import Followed

KIND = ("discovery.k8s.io", "EndpointSlice")


class _Seen(NamedTuple):
    """The parts of a slice that stay the same from one write to the next, and what is derived from them."""

    ports: list[Json] | None
    references: list[Json] | None
    port_key: str
    owners: frozenset[str | None]


class OwnSlices:
    """The slices of every Service that was looked at."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, Followed] = {}
        self._seen: dict[ObjectKey, _Seen] = {}

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
        self._seen.pop(event.key, None)
        return () if service is None else (service,)

    def look(self, service: ObjectKey, cache: Cache) -> list[tuple[ObjectKey, Json]]:
        """The slices that have the name of a Service, in the order in which they came."""
        known = self._known.get(service)
        if known is None or known.cache is not cache:
            wanted = Selector.from_set({SERVICE_LABEL: service.name, MANAGED_BY_LABEL: MANAGER})
            found = cache.selected(*KIND, service.namespace, wanted)
            known = self._known[service] = Followed(cache, KIND, found)
        return [*known.objects.items()]

    def by_ports(
        self, existing: Iterable[tuple[ObjectKey, Json]], uid: str
    ) -> tuple[dict[str, Sequence[Json]], list[Json]]:
        """The slices of the Service with this uid by their sets of ports; and those of another one of its name."""
        found: dict[str, Sequence[Json]] = {}
        foreign = []
        for key, item in existing:
            seen, ports, owners = (
                self._seen.get(key),
                item.get("ports"),
                item["metadata"].get("ownerReferences"),
            )
            if seen is None or seen.ports is not ports or seen.references is not owners:
                uids = frozenset([reference.get("uid") for reference in owners or ()])
                seen = self._seen[key] = _Seen(ports, owners, port_key(ports or ()), uids)
            if uid not in seen.owners:
                foreign.append(item)
            elif seen.port_key in found:
                found[seen.port_key] = (*found[seen.port_key], item)
            else:
                found[seen.port_key] = (item,)
        return found, foreign

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
