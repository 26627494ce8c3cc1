"""The EndpointSlice loop: for each Service, its pods by address family and port set, and the slices that say so.

Upstream: pkg/controller/endpointslice/endpointslice_controller.go, staging/src/k8s.io/endpointslice/reconciler.go
"""

from collections.abc import Iterable, Sequence

from kplan.api import conditions
from kplan.api.endpointslices import endpoint_ports_of, endpoints_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.pods import node_of
from kplan.api.serviceports import families, selects_pods, takes_part
from kplan.apiserver.errors import StatusError
from kplan.controllers.endpointslice.backends import Backends, Look, port_key
from kplan.controllers.endpointslice.endpoint import (
    MANAGED_BY_LABEL,
    MANAGER,
    SERVICE_LABEL,
    new_slice,
)
from kplan.controllers.endpointslice.slices import Changes, fill
from kplan.controllers.endpointslice.topology import Topology, wants_hints
from kplan.selectors.labels import Selector
from kplan.selectors.services import pods_of
from kplan.simulation.podcontrol import is_namespace_terminating
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
    label_sides,
)
from kplan.simulation.triggertimes import TriggerTimes, stamped

_ZONE = "topology.kubernetes.io/zone"
_SLICE = ("discovery.k8s.io", "EndpointSlice")


class EndpointSliceController:
    """Keeps the slices of every Service that selects pods."""

    name = "endpoint-slice-controller"

    def __init__(self) -> None:
        self._topology = Topology()
        self._triggers = TriggerTimes()
        self._backends = Backends()
        self._nodes_differ = True
        self.watches = (
            Watch("", "Node", self._overloaded),
            Watch("", "Service", itself),
            Watch("", "Pod", services_of_pod),
            Watch(*_SLICE, _service_of_slice),
        )

    def unfinished(self) -> Iterable[Request]:
        """The Services with hints by zone: what becomes of the nodes concerns them."""
        return self._topology.services

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring a Service's slices where they should be (syncService, Reconcile)."""
        service = context.cache.find(request)
        if service is None or not selects_pods(service):
            if service is None:
                self._forget(request)
            return DONE
        selector = Selector.stored_set(service["spec"]["selector"])
        pods = context.cache.selected("", "Pod", request.namespace, selector)
        changed = self._triggers.look(request, service, pods)
        existing = _own_slices(context, request)
        wanted = families(service)
        stray = [item for item in existing if item["addressType"] not in wanted]
        missing: list[str] = []
        for family in wanted:
            same = [item for item in existing if item["addressType"] == family]
            missing += self._reconcile_family(context, service, pods, same, family, changed)
        for item in stray:
            context.client.delete(_key(item))
        if missing:
            raise StatusError(500, "InternalError", "; ".join(missing))
        return DONE

    def _reconcile_family(
        self, context: Context, service: Json, pods: Sequence[Json], existing: Sequence[Json], family: str,
        changed: str,
    ) -> list[str]:  # fmt: skip
        """Reconcile one address family; the answer names pods that had to be skipped."""
        uid, by_topology = service["metadata"]["uid"], wants_hints(service)
        foreign = [item for item in existing if not _owned_by(item, uid)]
        by_ports: dict[str, list[Json]] = {}
        for item in existing:
            if _owned_by(item, uid):
                by_ports.setdefault(port_key(endpoint_ports_of(item)), []).append(item)
        look = self._backends.look(_key_of(service), family)
        desired, ports, skipped = _desired(context, service, pods, family, look, hinted=not by_topology)
        changes = Changes(delete=list(foreign))
        for key, endpoints in desired.items():
            empty = new_slice(service, family, ports[key])
            changes.add(fill(by_ports.get(key, ()), endpoints, empty, hints_count=not by_topology))
        changes.delete += [item for key, items in by_ports.items() if key not in desired for item in items]
        if len(changes.delete) == len(existing) and not changes.create:
            _keep_placeholder(changes, new_slice(service, family, []))
        self._hint(context, service, family, changes, existing, by_topology=by_topology)
        _write(context, service, changes, changed)
        return skipped

    def _hint(
        self, context: Context, service: Json, family: str, changes: Changes, existing: Sequence[Json],
        *, by_topology: bool,
    ) -> None:  # fmt: skip
        """Add hints by zone where the annotation asks for them, and record where that starts, fails or ends."""
        key = _key_of(service)
        if by_topology:
            names = {item["metadata"].get("name") for item in (*changes.update, *changes.delete)}
            unchanged = [item for item in existing if item["metadata"]["name"] not in names]
            if self._nodes_differ:
                self._topology.set_nodes(context.cache.list("", "Node"))
                self._nodes_differ = False
            hinted = any(one.get("hints") for item in existing for one in endpoints_of(item))
            event = self._topology.add_hints(key, family, changes, unchanged, known=hinted)
            if event is not None:
                context.event(service, *event)
        elif self._topology.has_hints(key):
            self._topology.forget(key, family)
            text = f"Topology Aware Hints has been disabled, addressType: {family}"
            context.event(service, "Warning", "TopologyAwareHintsDisabled", text)

    def _forget(self, service: ObjectKey) -> None:
        self._triggers.forget(service)
        for family in ("IPv4", "IPv6"):
            self._topology.forget(service, family)
            self._backends.forget(service, family)

    def _overloaded(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """After a change of the zones, the Services of which one has too few endpoints."""
        if event.previous is not None and event.type is not EventType.DELETED:
            before, after = event.previous, event.value
            if conditions.is_true(before, "Ready") == conditions.is_true(after, "Ready") and (
                labels_of(before).get(_ZONE) == labels_of(after).get(_ZONE)
            ):
                return ()
        self._nodes_differ = True
        if not self._topology.in_use:
            return ()
        self._topology.set_nodes(cache.list("", "Node"))
        self._nodes_differ = False
        return list(self._topology.overloaded())


def _desired(
    context: Context, service: Json, pods: Sequence[Json], family: str, look: Look, *, hinted: bool
) -> tuple[dict[str, list[Json]], dict[str, list[Json]], list[str]]:
    endpoints: dict[str, list[Json]] = {}
    ports: dict[str, list[Json]] = {}
    skipped = []
    for pod in pods:
        if not takes_part(pod, terminating=True):
            continue
        node = context.cache.find(ObjectKey("", "Node", "", node_of(pod)))
        backend = look.at(pod, node, service, family, hinted=hinted)
        ports.setdefault(backend.port_key, backend.ports)
        found = endpoints.setdefault(backend.port_key, [])
        if node is None and not service["spec"].get("publishNotReadyAddresses"):
            name, owner = pod["metadata"]["name"], service["metadata"]
            text = f"skipping Pod {name} for Service {owner['namespace']}/{owner['name']}: Node {node_of(pod)} Not Found"
            skipped.append(text)
            continue
        if backend.endpoint["addresses"]:
            found.append(backend.endpoint)
    return endpoints, ports, skipped


def _keep_placeholder(changes: Changes, placeholder: Json) -> None:
    """A Service without endpoints has one empty slice."""
    if len(changes.delete) == 1:
        only = changes.delete[0]
        same = labels_of(only) == placeholder["metadata"]["labels"]
        if same and not only.get("endpoints") and not only.get("ports"):
            changes.delete.clear()
            return
    changes.create.append(placeholder)


def _write(context: Context, service: Json, changes: Changes, changed: str) -> None:
    """Reuse what would be deleted for what would be created, then write."""
    uid, kept = service["metadata"]["uid"], []
    for old in changes.delete:
        if changes.create and _owned_by(old, uid):
            new = changes.create.pop()
            metadata = {**old["metadata"], "labels": new["metadata"]["labels"]}
            changes.update.append(
                {**old, "metadata": metadata, "endpoints": new["endpoints"], "ports": new["ports"]}
            )
        else:
            kept.append(old)
    if service["metadata"].get("deletionTimestamp") is None:
        for item in changes.create:
            try:
                context.client.create(stamped(item, changed))
            except StatusError as refusal:
                if not is_namespace_terminating(refusal):
                    raise
                return
    for item in changes.update:
        context.client.update(stamped(item, changed))
    for item in kept:
        context.client.delete(_key(item))


def _own_slices(context: Context, request: ObjectKey) -> list[Json]:
    wanted = Selector.from_set({SERVICE_LABEL: request.name, MANAGED_BY_LABEL: MANAGER})
    return list(context.cache.selected(*_SLICE, request.namespace, wanted))


def _owned_by(item: Json, uid: str) -> bool:
    return any(ref.get("uid") == uid for ref in owners_of(item))


def _key_of(service: Json) -> ObjectKey:
    return ObjectKey("", "Service", service["metadata"]["namespace"], service["metadata"]["name"])


def _key(item: Json) -> ObjectKey:
    return ObjectKey(*_SLICE, item["metadata"]["namespace"], item["metadata"]["name"])


def services_of_pod(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The Services that select the pod, now or before."""
    return cache.selecting("", "Service", event.key.namespace, pods_of, label_sides(event))


def _service_of_slice(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A slice that somebody else changed or deleted."""
    labels = labels_of(event.value)
    if event.type is not EventType.DELETED or labels.get(MANAGED_BY_LABEL) != MANAGER:
        return ()
    return (ObjectKey("", "Service", event.key.namespace, labels.get(SERVICE_LABEL, "")),)
