"""Load balancers: Services that ask for one get an address of a pool, as MetalLB's layer 2 mode hands them out.

Upstream: staging/src/k8s.io/cloud-provider/controllers/service/controller.go
"""

from collections.abc import Iterable

from kplan.api.addresspool import Pool
from kplan.api.metadata import annotations_of, status_of
from kplan.api.object import Json
from kplan.api.serviceports import ingress_of
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
    itself,
)

IP_ANNOTATIONS = ("metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs")


class ServiceLoadBalancerController:
    """Gives addresses of a pool to Services of type LoadBalancer."""

    name = "service-controller"

    def __init__(self, pool: str) -> None:
        self._pool = Pool.parse(pool)
        self.watches = (Watch("", "Service", itself), Watch("", "Service", _waiting))

    def reconcile(self, request: Request, context: Context) -> Result:
        """Give a Service its address, or take it back (syncService)."""
        service = context.cache.find(request)
        if service is None:
            return DONE
        spec, status = service["spec"], status_of(service)
        present = ingress_of(service)
        if spec.get("type") != "LoadBalancer" or service["metadata"].get("deletionTimestamp") is not None:
            if present:
                context.client.update_status({**service, "status": {**status, "loadBalancer": {}}})
            return DONE
        if spec.get("loadBalancerClass") or present:
            return DONE
        address, problem = self._choose(context, service)
        if problem:
            text = f'Failed to allocate IP for "{request.namespace}/{request.name}": {problem}'
            context.event(service, "Warning", "AllocationFailed", text)
            return DONE
        ingress = [{"ip": address, "ipMode": "VIP"}]
        context.client.update_status({**service, "status": {**status, "loadBalancer": {"ingress": ingress}}})
        context.event(service, "Normal", "IPAllocated", f'Assigned IP ["{address}"]')
        return DONE

    def _choose(self, context: Context, service: Json) -> tuple[str, str]:
        """The address that is wanted, or the first free one; or why there is none."""
        taken = {
            item.get("ip"): f"{other['metadata']['namespace']}/{other['metadata']['name']}"
            for other in context.cache.list("", "Service")
            for item in ingress_of(other)
        }
        wanted = _wanted(service)
        if not wanted:
            free = next((address for address in self._pool if address not in taken), "")
            return free, "" if free else "no available IPs"
        if wanted not in self._pool:
            return "", f'["{wanted}"] is not allowed in config'
        if wanted in taken:
            name = f"{service['metadata']['namespace']}/{service['metadata']['name']}"
            return "", f'can\'t change sharing key for "{name}", address also in use by {taken[wanted]}'
        return wanted, ""


def _wanted(service: Json) -> str:
    notes = annotations_of(service)
    asked = next((notes[name] for name in IP_ANNOTATIONS if name in notes), "")
    return str(asked or service["spec"].get("loadBalancerIP") or "")


def _waiting(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """When an address comes back, Services that wait for one are looked at."""
    freed = event.type is EventType.DELETED or (event.previous is not None and ingress_of(event.previous))
    if not freed:
        return ()
    return [
        ObjectKey("", "Service", service["metadata"]["namespace"], service["metadata"]["name"])
        for service in cache.list("", "Service")
        if service["spec"].get("type") == "LoadBalancer" and not ingress_of(service)
    ]
