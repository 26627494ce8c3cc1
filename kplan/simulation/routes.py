"""The routes of changes: whose queues a change reaches, by the kind, what was changed, and the kind of the controller.

Most watches make no request for most changes; a route leaves those out whose watch says so beforehand.

Upstream: none; every informer tells every handler there.
"""

from collections.abc import Sequence

from kplan.simulation.cache import Cache
from kplan.simulation.clock import Instant
from kplan.simulation.reconciler import Request
from kplan.simulation.watches import EVERYTHING, Change, Requests, Watch, itself, kind_of_controller
from kplan.simulation.workqueue import WorkQueue
from kplan.state.watch import EventType, WatchEvent

_Kind = tuple[str, str]
_Sort = tuple[_Kind, EventType, bool, _Kind | None]
"""What makes changes take one route: a ``Change``, and the kind of the object's controller if that matters."""


class Routes:
    """Takes changes to the queues of those who watch."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._watches: dict[_Kind, list[tuple[WorkQueue[Request], Watch]]] = {}
        self._routes: dict[_Sort, Sequence[tuple[WorkQueue[Request], Requests, Instant]]] = {}
        self._kinds_revision = cache.kinds_revision
        self._by_controller: set[_Kind] = set()
        """Kinds that somebody watches as far as its own kind controls them."""

    def add(self, queue: WorkQueue[Request], watch: Watch) -> None:
        """Let a watch make its requests in a queue."""
        kind = (watch.group, watch.kind)
        self._watches.setdefault(kind, []).append((queue, watch))
        if watch.controllers is not None:
            self._by_controller.add(kind)
        self._routes.clear()

    def tell(self, event: WatchEvent, cause: int | None) -> None:
        """Queue the requests that a change makes, with its cause."""
        key = event.key
        kind = key[:2]
        controller = kind_of_controller(event) if kind in self._by_controller else None
        sort = (kind, event.type, event.reports, controller)
        if self._kinds_revision != self._cache.kinds_revision:
            self._kinds_revision = self._cache.kinds_revision
            self._routes.clear()
        if sort not in self._routes:
            self._routes[sort] = self._route(Change(*sort[:3]), controller)
        for queue, requests, delay in self._routes[sort]:
            if requests is itself:
                queue.add_after(key, delay, cause) if delay else queue.add(key, cause)
                continue
            for request in requests(event, self._cache):
                if delay:
                    queue.add_after(request, delay, cause)
                else:
                    queue.add(request, cause)

    def signal(self, event: WatchEvent) -> None:
        """Queue the requests of those who watch this kind and no other, as if it had changed."""
        for queue, watch in self._watches.get(event.key[:2], ()):
            for request in watch.requests(event, self._cache):
                queue.add_after(request, watch.delay)

    def _route(
        self, change: Change, controller: _Kind | None
    ) -> Sequence[tuple[WorkQueue[Request], Requests, Instant]]:
        """Whom a sort of change concerns, in the order in which they joined; those who watch everything come last."""
        return [
            (queue, watch.requests, watch.delay)
            for queue, watch in (*self._watches.get(change.kind, ()), *self._watches.get(EVERYTHING, ()))
            if watch.heeds(change)
            and (watch.finds is None or self._cache.has(*watch.finds))
            and (controller is None or watch.controllers is None or watch.controllers == controller)
        ]
