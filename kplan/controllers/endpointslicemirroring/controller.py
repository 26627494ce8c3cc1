"""The loop that mirrors Endpoints of Services without selectors: their slices come, change and go with them.

Upstream: pkg/controller/endpointslicemirroring/{endpointslicemirroring_controller,reconciler,events}.go
"""

from collections.abc import Iterable, Sequence

from kplan.api.endpointslices import MANAGED_BY_LABEL, SERVICE_LABEL
from kplan.api.metadata import annotations_of, labels_of
from kplan.api.object import Json
from kplan.controllers.endpointslicemirroring.desired import MAX_ENDPOINTS, Desired, desired_slices
from kplan.controllers.endpointslicemirroring.slices import KIND, MANAGER, changes_for, delete, write
from kplan.selectors.labels import Selector
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import SECOND
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
)

_SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror"
_LEADER = "control-plane.alpha.kubernetes.io/leader"


class EndpointSliceMirroringController:
    """Keeps the slices of Endpoints that people or other programs write."""

    name = "endpoint-slice-mirroring-controller"
    backoff = Backoff(SECOND, 100 * SECOND)

    def __init__(self) -> None:
        self._writing = False
        self.watches = (
            Watch("", "Service", _of_service),
            Watch("", "Endpoints", _of_endpoints),
            Watch(*KIND, self._of_slice),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the slices of Endpoints where they should be (syncEndpoints)."""
        cache = context.cache
        endpoints, service = cache.find(request), cache.find(_service_of(request))
        existing = _slices_of(request, cache)
        self._writing = True
        try:
            if endpoints is None or not _is_to_mirror(endpoints) or service is None or _selects(service):
                delete(context.client, existing)
            else:
                desired = desired_slices(endpoints)
                _tell(context, endpoints, desired)
                write(context.client, endpoints, changes_for(endpoints, desired, existing))
        finally:
            self._writing = False
        return DONE

    def _of_slice(self, event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        """The Endpoints of a slice that somebody else wrote, now and before (EndpointSliceTracker)."""
        if self._writing:
            return ()
        now, before = event.value, event.previous
        if before is None or event.type is not EventType.MODIFIED:
            return _mirrored_by(event.key, now)
        if labels_of(now) == labels_of(before) and (
            labels_of(now).get(MANAGED_BY_LABEL) != MANAGER or _generation(now) == _generation(before)
        ):
            return ()
        return [*_mirrored_by(event.key, now), *_mirrored_by(event.key, before)]


def _of_service(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The Endpoints of a Service that has no selector, or had none."""
    if event.type is EventType.MODIFIED and event.previous is not None:
        if _selects(event.value) == _selects(event.previous):
            return ()
    elif _selects(event.value):
        return ()
    key = ObjectKey("", "Endpoints", event.key.namespace, event.key.name)
    return () if cache.find(key) is None else (key,)


def _of_endpoints(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Endpoints of a Service without a selector; with one, and without a Service, nothing is mirrored."""
    service = cache.find(_service_of(event.key))
    return () if service is None or _selects(service) else (event.key,)


def _mirrored_by(key: ObjectKey, item: Json) -> Iterable[Request]:
    labels = labels_of(item)
    if labels.get(MANAGED_BY_LABEL) != MANAGER or not labels.get(SERVICE_LABEL):
        return ()
    return (ObjectKey("", "Endpoints", key.namespace, labels[SERVICE_LABEL]),)


def _generation(item: Json) -> object:
    return item["metadata"].get("generation")


def _service_of(endpoints: ObjectKey) -> ObjectKey:
    return ObjectKey("", "Service", endpoints.namespace, endpoints.name)


def _selects(service: Json) -> bool:
    return bool(service["spec"].get("selector"))


def _is_to_mirror(endpoints: Json) -> bool:
    """Whether Endpoints are mirrored: unless a label says no,
    or programs elect their leader with them (shouldMirror).
    """
    return labels_of(endpoints).get(_SKIP_LABEL) != "true" and _LEADER not in annotations_of(endpoints)


def _slices_of(endpoints: ObjectKey, cache: Cache) -> Sequence[Json]:
    wanted = Selector.from_set({SERVICE_LABEL: endpoints.name, MANAGED_BY_LABEL: MANAGER})
    return cache.selected(*KIND, endpoints.namespace, wanted)


def _tell(context: Context, endpoints: Json, desired: Desired) -> None:
    """Record what of Endpoints cannot be mirrored."""
    if desired.invalid:
        text = f"Skipped {desired.invalid} invalid IP addresses when mirroring to EndpointSlices"
        context.event(endpoints, "Warning", "InvalidIPAddress", text)
    if desired.excess:
        most = f"A max of {MAX_ENDPOINTS} addresses can be mirrored to EndpointSlices per Endpoints subset."
        skipped = desired.invalid + desired.excess
        text = f"{most} {skipped} addresses were skipped"
        context.event(endpoints, "Warning", "TooManyAddressesToMirror", text)
