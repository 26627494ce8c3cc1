"""The pods that Services select: found at the first look at a Service, and followed to the next ones
by what the watch tells.

Upstream: staging/src/k8s.io/endpointslice/util/controller_utils.go (podEndpointsChanged); a real controller lists the
    pods of
the namespace and tests them at every look.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.pods import is_ready
from kplan.selectors.labels import Selector
from kplan.selectors.services import pods_of
from kplan.simulation.reconciler import Cache, EventType, Request, WatchEvent

_NAMES: Final = ("hostname", "subdomain")
_ANSWERS: Final = 65_536
"""How many answers are kept at most."""


class Followed:
    """Current objects by key, in the order in which they appeared in a cache."""

    __slots__ = ("_changed", "cache", "objects")

    def __init__(self, cache: Cache, kind: tuple[str, str], found: Iterable[Json]) -> None:
        self.cache = cache
        self.objects: dict[ObjectKey, Json] = {
            ObjectKey(*kind, value["metadata"]["namespace"], value["metadata"]["name"]): value
            for value in found
        }
        self._changed: dict[ObjectKey, None] | None = None

    def follow(self, event: WatchEvent) -> None:
        """Take over a write of one that belongs here."""
        if event.type is EventType.DELETED:
            self.objects.pop(event.key, None)
        else:
            self.objects[event.key] = event.value
        if self._changed is not None:
            self._changed[event.key] = None

    def changed(self) -> Collection[ObjectKey] | None:
        """Those that came, went or were written since this was asked last; None at the first time, when all are new."""
        changed, self._changed = self._changed, {}
        return changed


def _shows(before: Json, pod: Json) -> bool:
    """Whether endpoints show a change of a pod: its phase, its node and most conditions they do not."""
    if "deletionTimestamp" in pod["metadata"] or is_ready(before) != is_ready(pod):
        return True
    old, new = before.get("status") or {}, pod.get("status") or {}
    if old.get("podIPs") != new.get("podIPs"):
        return True
    spec, earlier = pod["spec"], before["spec"]
    return spec is not earlier and any(spec.get(name) != earlier.get(name) for name in _NAMES)


class ServicePods:
    """What one controller follows: the pods of every Service it has looked at."""

    def __init__(self) -> None:
        self._known: dict[ObjectKey, Followed] = {}
        self._answers: dict[tuple[str, int], tuple[Mapping[str, str], Sequence[ObjectKey]]] = {}
        """Which Services of a namespace select labels, by their identity; they are held.

        Most writes of a pod keep them.
        """

    def services_of(self, event: WatchEvent, cache: Cache) -> Sequence[Request]:
        """The Services to look at as a pod changed that they select, now or before it was written;
        a watch of pods asks for them.
        """
        labels, before = labels_of(event.value), event.previous
        if before is not None and not event.reports and labels_of(before) != labels:
            both = (labels, labels_of(before))
            services = cache.selecting("", "Service", event.key.namespace, pods_of, both)
            for service in services:  # who joins late comes between those that are known
                self._known.pop(service, None)
            return services
        namespace = event.key.namespace
        _, services = self._answers.get((namespace, id(labels))) or self._answer(namespace, labels, cache)
        for service in services:
            if service in self._known:
                self._known[service].follow(event)
        if services and before is not None and event.type is EventType.MODIFIED:
            return services if _shows(before, event.value) else ()
        return services

    def _answer(
        self, namespace: str, labels: Mapping[str, str], cache: Cache
    ) -> tuple[Mapping[str, str], Sequence[ObjectKey]]:
        if len(self._answers) >= _ANSWERS:
            self._answers.clear()
        services = cache.selecting("", "Service", namespace, pods_of, (labels,))
        answer = self._answers[namespace, id(labels)] = (labels, services)
        return answer

    def itself(self, event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        """A Service that changed: with another spec it may select others; a watch of Services asks for it."""
        before = event.previous
        gone = event.type is EventType.DELETED
        if gone or before is None or before.get("spec") is not event.value.get("spec"):
            self._known.pop(event.key, None)
            self._answers.clear()
        return (event.key,)

    def look(self, service: ObjectKey, selector: Mapping[str, str], cache: Cache) -> Followed:
        """The pods of a Service."""
        known = self._known.get(service)
        if known is None or known.cache is not cache:
            found = cache.selected("", "Pod", service.namespace, Selector.stored_set(selector))
            known = self._known[service] = Followed(cache, ("", "Pod"), found)
        return known

    def forget(self, service: ObjectKey) -> None:
        """Forget a Service that is gone."""
        self._known.pop(service, None)
