"""Ranges of service addresses: they are ready when they are there, and stay until no Service needs them.

Upstream: pkg/controller/servicecidrs/servicecidrs_controller.go
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from kplan.api import conditions
from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant, rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    Request,
    Result,
    Watch,
    WatchEvent,
    deletions,
)

_KIND: Final = ("networking.k8s.io", "ServiceCIDR")
_FINALIZER: Final = "networking.k8s.io/service-cidr-finalizer"
_GRACE: Instant = 10 * SECOND
"""How long a deleted range is still kept, so that nobody takes an address from it meanwhile."""
_IN_USE: Final = (
    "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR"
)


class ServiceCIDRController:
    """Holds ranges with a finalizer, and says whether they are ready."""

    name = "service-cidr-controller"

    def __init__(self) -> None:
        self.watches = (Watch(*_KIND, _all), Watch("", "Service", _all, heeds=deletions, finds=_KIND))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring one range where it should be (sync)."""
        found = context.cache.find(request)
        if found is None:
            return DONE
        held = found["metadata"].get("finalizers") or []
        deleted = found["metadata"].get("deletionTimestamp")
        if deleted is None:
            if _FINALIZER not in held:
                patch = {"metadata": {"finalizers": [*held, _FINALIZER]}}
                found = context.client.merge_patch(request, patch)
            _tell(context, found, "True", "", "Kubernetes Service CIDR is ready")
        elif _is_needed(found, context.cache):
            _tell(context, found, "False", "Terminating", _IN_USE)
        elif (left := parse_instant(deleted) + _GRACE - context.now) > 0:
            return Result(requeue_after=left)
        elif _FINALIZER in held:
            kept = [name for name in held if name != _FINALIZER]
            context.client.merge_patch(request, {"metadata": {"finalizers": kept or None}})
        return DONE


def _tell(context: Context, found: Json, status: str, reason: str, message: str) -> None:
    present = conditions.of(found)
    told = {"status": status, "reason": reason, "message": message}
    known = conditions.find(present, "Ready") or {}
    if {name: known.get(name) for name in told} != told:
        made = {"type": "Ready", **told, "lastTransitionTime": rfc3339(context.now)}
        status_now = {**status_of(found), "conditions": conditions.put(present, made)}
        context.client.update_status({**found, "status": status_now})


def _is_needed(found: Json, cache: Cache) -> bool:
    """Whether a Service has an address of the range that no other range contains (canDeleteCIDR)."""
    name, mine = found["metadata"]["name"], _ranges(found)
    others = [
        each for item in cache.list(*_KIND) if item["metadata"]["name"] != name for each in _ranges(item)
    ]
    addresses = [
        ip_address(text)
        for service in cache.list("", "Service")
        for text in spec_of(service).get("clusterIPs") or [spec_of(service).get("clusterIP")]
        if text not in {None, "", "None"}
    ]
    return any(
        any(address in each for each in mine) and not any(address in each for each in others)
        for address in addresses
    )


def _ranges(found: Json) -> list[IPv4Network | IPv6Network]:
    return [ip_network(text) for text in spec_of(found).get("cidrs") or ()]


def _all(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Every range: which of them contains an address, or another one, is not known before."""
    if event.type is EventType.DELETED or event.key.kind == _KIND[1]:
        return [key for key, _ in cache.items(*_KIND)]
    return ()
