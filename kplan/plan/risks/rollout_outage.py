"""While pods are replaced, there is a time when none of them is ready.

Requests fail until a new pod is ready, although every pod is fine before and after.

Fix: let new pods start before old ones stop: ``strategy: RollingUpdate`` with ``maxSurge`` of at least 1 and
``maxUnavailable`` below the number of replicas; give a StatefulSet a second replica. Where a volume or a port keeps two
pods from running side by side, plan for the outage.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from kplan.api import intstr
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.action import Action
from kplan.plan.inventory import selector_of_labels
from kplan.plan.progress import WORKLOADS, progress_of, ready_of
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.served_ports import SlicesOf, ready_in, service_of
from kplan.simulation.timeline import EntryType, TimelineEvent
from kplan.state.store import Store

_LOST_PORT: Final = ": its target port is a name that no ready pod has before new pods are there (a number as targetPort is served by both)"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look for workloads, and for Services with other pods, that had ready pods, have some in the end,
    and none between.
    """
    replaced = {one.change.object for one in changes if one.change.action is Action.REPLACE}
    down: list[Json] = []
    for key in _without_ready_pods(outcome):
        after = outcome.final.get(key)
        end = progress_of(after) if after is not None else None
        if after is not None and end is not None:
            down.append(after)
            why = _why(after, end.desired, Identity.of(after) in replaced)
            yield Found(Identity.of(after), f"has 0 of {end.desired} pods ready for a while{why}")
    yield from _services(outcome, down)


def _without_ready_pods(outcome: Outcome) -> Sequence[ObjectKey]:
    """The workloads that had ready pods, have some in the end, and had none at some time between."""
    found: dict[ObjectKey, int] = {}
    asked: dict[ObjectKey, bool] = {}
    for kind in WORKLOADS:
        for entry in outcome.timeline.writes_of(*kind):
            if entry.object not in asked:
                asked[entry.object] = _serves_before_and_after(entry.object, outcome)
            if not asked[entry.object] or entry.object in found:
                continue
            if entry.entry_type is EntryType.DELETED or ready_of(kind, entry.value or {}) == 0:
                found[entry.object] = entry.id
    return sorted(found, key=found.__getitem__)


def _serves_before_and_after(key: ObjectKey, outcome: Outcome) -> bool:
    """Whether a workload that nobody controls has ready pods in the beginning and in the end."""
    before, after = outcome.prior.get(key), outcome.final.get(key)
    if before is None or after is None or controller_of(after) is not None:
        return False
    start, end = progress_of(before), progress_of(after)
    return bool(start and end and start.ready and end.ready)


def _services(outcome: Outcome, told: Sequence[Json]) -> Iterator[Found]:
    """The Services that have no ready endpoint for a while, without those whose workload is reported."""
    for key in _without_endpoints(outcome):
        service = outcome.final.get(key)
        selector = selector_of_labels(fields(service, "spec", "selector")) if service is not None else None
        labels = [
            fields(one, "spec", "template", "metadata", "labels")
            for one in told
            if text(one, "metadata", "namespace") == key.namespace
        ]
        if service is not None and selector is not None and not any(map(selector.matches, labels)):
            why = _LOST_PORT if _loses_ports(key, outcome) else ""
            yield Found(Identity.of(service), f"has no ready endpoint for a while{why}")


def _loses_ports(key: ObjectKey, outcome: Outcome) -> bool:
    """Whether there are ready pods behind a Service that for a while have none of its ports."""
    entries = outcome.timeline.writes_of("discovery.k8s.io", "EndpointSlice")
    ready = (
        one.value for one in entries if one.value and service_of(one.value) == key and ready_in(one.value)
    )
    return any(not _holds_ports(value, outcome.final) for value in ready)


def _without_endpoints(outcome: Outcome) -> Sequence[ObjectKey]:
    """The Services that had ready addresses, have some in the end, and had none after an instant between."""
    entries = _of_emptied(outcome)
    if not entries:
        return []
    services = {service_of(entry.value) for entry in entries if entry.value}
    slices, found = _slices(outcome.prior, services), dict[ObjectKey, None]()
    served = {service for service, counts in slices.items() if any(counts.values())}
    touched: set[ObjectKey] = set()
    for place, entry in enumerate(entries):
        assert entry.value is not None
        gone = entry.entry_type is EntryType.DELETED
        service = service_of(entry.value)
        slices[service][entry.object] = 0 if gone else _served(entry.value, outcome.final)
        touched.add(service)
        if place + 1 == len(entries) or entries[place + 1].when != entry.when:
            found |= {key: None for key in sorted(touched & served) if not any(slices[key].values())}
            touched.clear()
    return [key for key in found if any(slices[key].values())]


def _of_emptied(outcome: Outcome) -> Sequence[TimelineEvent]:
    """What happened to the slices of Services of which one was empty or deleted at some time; most never have one."""
    entries = outcome.timeline.writes_of("discovery.k8s.io", "EndpointSlice")
    emptied = {
        service_of(entry.value)
        for entry in entries
        if entry.value and (entry.entry_type is EntryType.DELETED or not _served(entry.value, outcome.final))
    }
    return [entry for entry in entries if emptied and entry.value and service_of(entry.value) in emptied]


def _slices(store: Store, services: Collection[ObjectKey]) -> defaultdict[ObjectKey, dict[ObjectKey, int]]:
    """How many ready addresses each slice of some Services has."""
    found, slices = defaultdict[ObjectKey, dict[ObjectKey, int]](dict), SlicesOf(store)
    for service in services:
        found[service] = {store.key_of(value): _served(value, store) for value in slices.service(service)}
    return found


def _served(endpoint_slice: Json, store: Store) -> int:
    """How many ready addresses of a slice somebody can connect to: without a port none."""
    return ready_in(endpoint_slice) if _holds_ports(endpoint_slice, store) else 0


def _holds_ports(endpoint_slice: Json, store: Store) -> bool:
    """Whether a slice has ports, or is of a Service that has none either."""
    if items(endpoint_slice, "ports"):
        return True
    return not items(store.get(service_of(endpoint_slice)) or {}, "spec", "ports")


def _why(workload: Json, desired: int, replaced: bool) -> str:
    if replaced:
        return ": it is deleted and created anew"
    if text(workload, "spec", "strategy", "type") == "Recreate":
        return ": strategy Recreate stops all old pods before it starts new ones"
    # a DaemonSet rounds up, where a Deployment rounds down
    on_nodes = text(workload, "kind") == "DaemonSet"
    allowed = fields(workload, "spec", "updateStrategy" if on_nodes else "strategy", "rollingUpdate").get(
        "maxUnavailable"
    )
    told = allowed is not None and (desired > 1 or not on_nodes)
    if told and intstr.scaled_value(allowed, desired, round_up=on_nodes) >= desired:
        return f": maxUnavailable {allowed} lets all pods go at once"
    return ": its only pod stops before the new one starts" if desired == 1 else ""


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {type: %s}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:%s"}]}
"""

RISK = Risk(
    code="PLN013",
    name="rollout-outage",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT % ("Recreate", 1), applied=_DEPLOYMENT % ("Recreate", 2)),
    safe=Example(prior=_DEPLOYMENT % ("RollingUpdate", 1), applied=_DEPLOYMENT % ("RollingUpdate", 2)),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",),
)
