"""Claims that ask for more than their volume has: the controller leaves them to the driver, and says so.

Upstream: pkg/controller/volume/expand/expand_controller.go
"""

from collections.abc import Iterable

from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.api.quantity import Quantity
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
    modifications,
)


class VolumeExpandController:
    """Tells of claims that wait to be made larger."""

    name = "volume_expand"

    def __init__(self) -> None:
        self.watches = (Watch("", "PersistentVolumeClaim", _grown, heeds=modifications),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Say that a bound claim waits for somebody to expand its volume (syncHandler)."""
        claim = context.cache.find(request)
        if claim is None or not _is_bound(context, claim) or _wanted(claim) <= _given(claim):
            return DONE
        text = "waiting for an external controller to expand this PVC"
        context.event(claim, "Normal", "ExternalExpanding", text)
        return DONE


def _grown(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A claim that asks for more than before."""
    before = event.previous if event.type is EventType.MODIFIED else None
    return (event.key,) if before is not None and _wanted(event.value) > _wanted(before) else ()


def _wanted(claim: Json) -> Quantity:
    requests = (spec_of(claim).get("resources") or {}).get("requests") or {}
    return Quantity.parse(requests.get("storage", "0"))


def _given(claim: Json) -> Quantity:
    return Quantity.parse((status_of(claim).get("capacity") or {}).get("storage", "0"))


def _is_bound(context: Context, claim: Json) -> bool:
    name = spec_of(claim).get("volumeName") or ""
    volume = context.cache.find(ObjectKey("", "PersistentVolume", "", name)) if name else None
    reference = spec_of(volume or {}).get("claimRef") or {}
    return bool(reference.get("uid") == claim["metadata"]["uid"])
