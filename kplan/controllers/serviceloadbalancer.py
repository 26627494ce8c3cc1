"""Load balancers: Services that ask for one get an address of a pool, as MetalLB's controller hands them out.

Pools are what is assumed of the cluster, and its IPAddressPools; without any of them Services
wait, and nobody says why.

Upstream: staging/src/k8s.io/cloud-provider/controllers/service/controller.go, go.universe.tf/metallb
    (controller/service.go)
"""

from collections.abc import Iterable, Iterator

from kplan.api.addresspool import Pool
from kplan.api.metadata import labels_of, status_of
from kplan.api.metallb import GROUP, AddressPool, pool_of, wanted_address, wanted_pool
from kplan.api.object import Json
from kplan.api.serviceports import ingress_of
from kplan.selectors.labels import Selector
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

_FROM_POOL = "metallb.io/ip-allocated-from-pool"


class ServiceLoadBalancerController:
    """Gives addresses of pools to Services of type LoadBalancer."""

    name = "service-controller"

    def __init__(self, pool: str) -> None:
        self._assumed = [AddressPool("", Pool.parse(pool))] if pool.strip() else []
        self.watches = (
            Watch("", "Service", itself),
            Watch("", "Service", _waiting),
            Watch(GROUP, "IPAddressPool", _all_waiting),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Give a Service its address, or take it back (syncService)."""
        service = context.cache.find(request)
        pools = self._pools(context)
        if service is None or not pools:
            return DONE
        spec, status = service["spec"], status_of(service)
        present = ingress_of(service)
        if spec.get("type") != "LoadBalancer" or service["metadata"].get("deletionTimestamp") is not None:
            if present:
                context.client.update_status({**service, "status": {**status, "loadBalancer": {}}})
            return DONE
        if spec.get("loadBalancerClass") or present:
            return DONE
        address, told = _choose(context, service, pools)
        if not address:
            text = f'Failed to allocate IP for "{request.namespace}/{request.name}": {told}'
            context.event(service, "Warning", "AllocationFailed", text)
            return DONE
        if told:
            note = {"metadata": {"annotations": {_FROM_POOL: told}}}
            service = context.client.merge_patch(request, note)
        ingress = [{"ip": address, "ipMode": "VIP"}]
        context.client.update_status({**service, "status": {**status, "loadBalancer": {"ingress": ingress}}})
        context.event(service, "Normal", "IPAllocated", f'Assigned IP ["{address}"]')
        return DONE

    def _pools(self, context: Context) -> list[AddressPool]:
        """All pools, in the order in which they are tried."""
        named = [pool_of(one) for one in context.cache.list(GROUP, "IPAddressPool")]
        return [*self._assumed, *sorted(named, key=lambda pool: (pool.priority, pool.name))]


def _choose(context: Context, service: Json, pools: list[AddressPool]) -> tuple[str, str]:
    """The address that is wanted, or the first free one, and its pool; or no address, and why."""
    taken = {
        item.get("ip") or "": f"{other['metadata']['namespace']}/{other['metadata']['name']}"
        for other in context.cache.list("", "Service")
        for item in ingress_of(other)
    }
    wanted, named = wanted_address(service), wanted_pool(service)
    if named and all(pool.name != named for pool in pools):
        return "", f'unknown pool "{named}"'
    able = [pool for pool in pools if not named or pool.name == named]
    if wanted:
        pool = next((one for one in able if wanted in one.addresses), None)
        if pool is None:
            return "", f'["{wanted}"] is not allowed in config'
        if wanted in taken:
            name = f"{service['metadata']['namespace']}/{service['metadata']['name']}"
            return "", f'can\'t change sharing key for "{name}", address also in use by {taken[wanted]}'
        return wanted, pool.name
    for pool in able:
        free = pool.free(taken) if named or (pool.automatic and _is_for(pool, service, context)) else ""
        if free:
            return free, pool.name
    return "", f'no available IPs in pool "{named}"' if named else "no available IPs"


def _is_for(pool: AddressPool, service: Json, context: Context) -> bool:
    """Whether a pool is for a Service: for all, or for its namespace and its labels."""
    rules, namespace = pool.allocation, service["metadata"]["namespace"]
    if not rules:
        return True
    found = context.cache.find(ObjectKey("", "Namespace", "", namespace)) or {"metadata": {}}
    names, places = rules.get("namespaces") or (), rules.get("namespaceSelectors") or ()
    if (names or places) and namespace not in names and not _matches(places, found):
        return False
    return not rules.get("serviceSelectors") or _matches(rules["serviceSelectors"], service)


def _matches(selectors: Iterable[Json], value: Json) -> bool:
    return any(Selector.from_label_selector(one).matches(labels_of(value)) for one in selectors)


def _waiting(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """When an address comes back, Services that wait for one are looked at."""
    freed = event.type is EventType.DELETED or (event.previous is not None and ingress_of(event.previous))
    return _all_waiting(event, cache) if freed else ()


def _all_waiting(_: WatchEvent, cache: Cache) -> Iterator[Request]:
    """The Services that wait for an address."""
    for service in cache.list("", "Service"):
        if service["spec"].get("type") == "LoadBalancer" and not ingress_of(service):
            yield ObjectKey("", "Service", service["metadata"]["namespace"], service["metadata"]["name"])
