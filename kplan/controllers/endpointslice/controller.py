"""The EndpointSlice loop: for each Service, its pods by address family and port set, and the slices that say so.

Upstream: pkg/controller/endpointslice/endpointslice_controller.go, staging/src/k8s.io/endpointslice/reconciler.go
"""

from collections.abc import Iterable, Mapping, Sequence

from kplan.api import conditions
from kplan.api.endpointslices import endpoints_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.serviceports import families, selects_pods
from kplan.apiserver.errors import StatusError
from kplan.controllers.endpointslice.backends import Backends
from kplan.controllers.endpointslice.own import KIND, OwnSlices, key_of
from kplan.controllers.endpointslice.slices import Changes, fill
from kplan.controllers.endpointslice.topology import Topology, wants_hints
from kplan.namedtuples import NamedTuple
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import SECOND
from kplan.simulation.podcontrol import create_all
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
from kplan.simulation.servicepods import ServicePods
from kplan.simulation.triggertimes import TriggerTimes, stamped

_ZONE = "topology.kubernetes.io/zone"


class _Service:
    """What is known about one version of a Service; every write of it makes a new one."""

    __slots__ = ("by_topology", "families", "value")

    def __init__(self, value: Json, before: "_Service | None") -> None:
        known = {} if before is None else {one.family: one for one in before.families}
        self.value = value
        self.by_topology = wants_hints(value)
        wanted = families(value) if selects_pods(value) else ()
        self.families: Sequence[Backends] = [known.get(family) or Backends(family) for family in wanted]


class _Look(NamedTuple):
    """One look at a Service and its pods."""

    context: Context
    key: ObjectKey
    service: Json
    pods: Mapping[ObjectKey, Json]
    time: str
    """When what is new happened."""


class EndpointSliceController:
    """Keeps the slices of every Service that selects pods."""

    name = "endpoint-slice-controller"
    backoff = Backoff(SECOND, 1000 * SECOND)

    def __init__(self) -> None:
        self._topology = Topology()
        self._triggers = TriggerTimes()
        self._services: dict[ObjectKey, _Service] = {}
        self._pods = ServicePods()
        self._slices = OwnSlices()
        self._node_changes = 0
        self._nodes_differ = True
        self.watches = (
            Watch("", "Node", self._overloaded),
            Watch("", "Service", self._pods.itself),
            Watch("", "Pod", self._pods.services_of),
            Watch(*KIND, self._slices.services_of),
        )

    def unfinished(self) -> Iterable[Request]:
        """The Services with hints by zone, which depend on all nodes."""
        return self._topology.services

    def recall(self, request: Request, context: Context) -> None:
        """Know the pods of a Service, whose slices tell of them already; hints need more than that."""
        known = self._known(request, context)
        if known is None or known.by_topology:
            self.reconcile(request, context)
        elif known.families:
            self._look(known, request, context)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring a Service's slices where they should be (syncService, Reconcile)."""
        known = self._known(request, context)
        if known is None:
            self._forget(request)
        elif known.families:
            self._reconcile(known, request, context)
        return DONE

    def _known(self, request: Request, context: Context) -> _Service | None:
        """The Service as it is; None if there is none."""
        value = context.cache.find(request)
        known = self._services.get(request)
        if value is not None and (known is None or known.value is not value):
            known = self._services[request] = _Service(value, known)
        return None if value is None else known

    def _reconcile(self, known: _Service, key: ObjectKey, context: Context) -> None:
        look = self._look(known, key, context)
        existing = self._slices.look(key, context.cache)
        missing: list[str] = []
        for backends in known.families:
            same = [pair for pair in existing if pair[1]["addressType"] == backends.family]
            missing += self._reconcile_family(look, backends, same, by_topology=known.by_topology)
        wanted = [backends.family for backends in known.families]
        for slice_key, item in existing:
            if item["addressType"] not in wanted:
                context.client.delete(slice_key)
        if missing:
            raise StatusError(500, "InternalError", "; ".join(missing))

    def _look(self, known: _Service, key: ObjectKey, context: Context) -> _Look:
        """Update the endpoints of pods that have changed, in all address families;
        the changes are forgotten afterwards.
        """
        service, cache = known.value, context.cache
        pods = self._pods.look(key, service["spec"]["selector"], cache)
        changed = pods.changed()
        for backends in known.families:
            backends.look(service, pods.objects, changed, cache, self._node_changes)
        time = self._triggers.look(key, service, pods.objects, changed)
        return _Look(context, key, service, pods.objects, time)

    def _reconcile_family(
        self, look: _Look, backends: Backends, existing: Sequence[tuple[ObjectKey, Json]], *, by_topology: bool
    ) -> list[str]:  # fmt: skip
        """Reconcile one address family; the answer names pods that had to be skipped."""
        changes = Changes()
        by_ports, changes.delete = self._slices.by_ports(existing, look.service["metadata"]["uid"])
        desired, skipped = backends.by_ports(look.pods)
        for key, found in desired.items():
            empty = backends.empty_slice(key, found.ports)
            fill(changes, by_ports.pop(key, ()), found.endpoints, empty, hints_count=not by_topology)
        for items in by_ports.values():
            changes.delete += items
        if len(changes.delete) == len(existing) and not changes.create:
            _keep_placeholder(changes, backends.empty_slice("", []))
        if by_topology or self._topology.has_hints(look.key):
            self._hint(
                look, backends.family, changes, [item for _, item in existing], by_topology=by_topology
            )
        _write(look, changes)
        return skipped

    def _hint(
        self, look: _Look, family: str, changes: Changes, existing: Sequence[Json], *, by_topology: bool
    ) -> None:
        """Add hints by zone if the annotation asks for them, and record when that starts, fails or ends."""
        if by_topology:
            names = {item["metadata"].get("name") for item in (*changes.update, *changes.delete)}
            unchanged = [item for item in existing if item["metadata"]["name"] not in names]
            if self._nodes_differ:
                self._topology.set_nodes(look.context.cache.list("", "Node"))
                self._nodes_differ = False
            hinted = any(one.get("hints") for item in existing for one in endpoints_of(item))
            event = self._topology.add_hints(look.key, family, changes, unchanged, known=hinted)
            if event is not None:
                look.context.event(look.service, *event)
        else:
            self._topology.forget(look.key, family)
            text = f"Topology Aware Hints has been disabled, addressType: {family}"
            look.context.event(look.service, "Warning", "TopologyAwareHintsDisabled", text)

    def _forget(self, service: ObjectKey) -> None:
        self._services.pop(service, None)
        self._triggers.forget(service)
        self._pods.forget(service)
        self._slices.forget(service)
        for family in ("IPv4", "IPv6"):
            self._topology.forget(service, family)

    def _overloaded(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """After a change of the zones, the Services of which one has too few endpoints."""
        self._node_changes += 1
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


def _keep_placeholder(changes: Changes, placeholder: Json) -> None:
    """A Service without endpoints has one empty slice."""
    if len(changes.delete) == 1:
        only = changes.delete[0]
        same = labels_of(only) == placeholder["metadata"]["labels"]
        if same and not only.get("endpoints") and not only.get("ports"):
            changes.delete.clear()
            return
    changes.create.append({**placeholder, "endpoints": []})


def _write(look: _Look, changes: Changes) -> None:
    """Reuse what would be deleted for what would be created, then write."""
    metadata, client = look.service["metadata"], look.context.client
    kept = _reused(changes, metadata["uid"]) if changes.create and changes.delete else changes.delete
    new = changes.create if metadata.get("deletionTimestamp") is None else ()
    if not create_all(client, (stamped(item, look.time) for item in new)):
        return
    for item in changes.update:
        client.update(stamped(item, look.time))
    for item in kept:
        client.delete(key_of(item))


def _reused(changes: Changes, uid: str) -> Sequence[Json]:
    """Have what would be deleted become what would be created; what is left is deleted."""
    kept = []
    for old in changes.delete:
        if changes.create and any(reference.get("uid") == uid for reference in owners_of(old)):
            new = changes.create.pop()
            metadata = {**old["metadata"], "labels": new["metadata"]["labels"]}
            changes.update.append(
                {**old, "metadata": metadata, "endpoints": new["endpoints"], "ports": new["ports"]}
            )
        else:
            kept.append(old)
    return kept
