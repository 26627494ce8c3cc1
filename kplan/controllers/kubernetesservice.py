"""The Service of the API server: the API server itself makes it, and where it leads, again when they are gone.

Deviations: it looks every ten seconds of the clock, where an API server counts from its start. A state without the
EndpointSlice that an API server writes is taken to be one without an API server that does; one without nodes of a
control plane gets no endpoints.

Upstream: pkg/controlplane/controller/kubernetesservice/controller.go, pkg/controlplane/reconcilers
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_network

from kplan.api.metadata import labels_of, spec_of
from kplan.api.nodes import addresses_of
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant
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
    deletions,
)

_NAME, _NAMESPACE = "kubernetes", "default"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_PERIOD: Instant = 10 * SECOND
"""How often an API server looks (EndpointInterval)."""
_KINDS = (("", "Service"), ("", "Endpoints"), ("discovery.k8s.io", "EndpointSlice"))
_WRITTEN = ObjectKey("discovery.k8s.io", "EndpointSlice", _NAMESPACE, _NAME)
_USUAL_RANGE = "10.96.0.0/16"
_RANGE = ObjectKey("networking.k8s.io", "ServiceCIDR", "", "kubernetes")


class KubernetesServiceController:
    """Makes what is missing of the Service ``kubernetes``."""

    name = "kube-apiserver"

    def __init__(self, service: Callable[[str], Json]) -> None:
        """``service`` gives the Service at an address."""
        self._service = service
        self._look: Instant | None = None
        """When it looks next; None while nothing is known to be missing."""
        self.watches = tuple(Watch(*kind, _its_own, heeds=deletions) for kind in _KINDS)

    def reconcile(self, request: Request, context: Context) -> Result:
        """At the next look, create what is not there (UpdateKubernetesService)."""
        if request[:2] == _KINDS[0] and context.cache.find(_WRITTEN) is None:
            return DONE
        if self._look is None:
            self._look = context.now + (-context.now % _PERIOD)
        if self._look > context.now:
            return Result(requeue_after=self._look - context.now)
        self._look = None
        masters = [node for node in context.cache.list("", "Node") if _CONTROL_PLANE in labels_of(node)]
        made = (self._made(context.cache), *endpoints_of([_address(node) for node in masters]))
        for kind, value in zip(_KINDS, made, strict=False):
            if context.cache.find(ObjectKey(*kind, _NAMESPACE, _NAME)) is None:
                context.client.create(value)
        return DONE

    def _made(self, cache: Cache) -> Json:
        """The Service, at the first address of the range."""
        ranges = spec_of(cache.find(_RANGE) or {}).get("cidrs") or (_USUAL_RANGE,)
        made = self._service(str(ip_network(ranges[0])[1]))
        kept = {name: made["metadata"][name] for name in ("name", "namespace", "labels")}
        return {"apiVersion": "v1", "kind": "Service", "metadata": kept, "spec": made["spec"]}


def endpoints_of(addresses: Sequence[str]) -> Iterator[Json]:
    """Where API servers at these addresses are, as they write it themselves; nothing if there are none."""
    if not addresses:
        return
    metadata = {"name": _NAME, "namespace": _NAMESPACE}
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    skip = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    yield {
        "apiVersion": "v1", "kind": "Endpoints", "metadata": {**metadata, "labels": skip},
        "subsets": [{"addresses": [{"ip": one} for one in addresses], "ports": [port]}],
    }  # fmt: skip
    yield {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {**metadata, "labels": {"kubernetes.io/service-name": _NAME}},
        "endpoints": [{"addresses": [one], "conditions": {"ready": True}} for one in addresses], "ports": [port],
    }  # fmt: skip


def _address(node: Json) -> str:
    return next(iter(addresses_of(node, "InternalIP")), "")


def _its_own(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """What bore its name and is gone."""
    return (event.key,) if event.type is EventType.DELETED and event.key[2:] == (_NAMESPACE, _NAME) else ()
