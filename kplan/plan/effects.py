"""What controllers, scheduler and kubelets did because of a change, read from its share of the timeline."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.action import Action
from kplan.plan.change import Identity
from kplan.plan.model import Consequence, Effects, EndpointEffect, PodEffect, Rollout, Step
from kplan.simulation.clock import SECOND
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import Happening, TimelineEvent
from kplan.state.store import Store

_WORKLOADS = {
    "Deployment": "readyReplicas",
    "ReplicaSet": "readyReplicas",
    "ReplicationController": "readyReplicas",
    "StatefulSet": "readyReplicas",
    "DaemonSet": "numberReady",
}
_UPDATED = {
    "Deployment": "updatedReplicas",
    "StatefulSet": "updatedReplicas",
    "DaemonSet": "updatedNumberScheduled",
}
_BOOKKEEPING = frozenset(
    {"Event", "Pod", "EndpointSlice", "Endpoints", "Lease", "Node", "ControllerRevision"}
)
_STEPS = frozenset(
    {
        "ScalingReplicaSet",
        "SuccessfulCreate",
        "SuccessfulDelete",
        "ReplicaSetCreateError",
        "Completed",
        "Suspended",
        "Resumed",
    }
)
_GENERATED = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')
"""A generated pod name: one refusal is told once, not once a try."""
_EVICTIONS = frozenset({"Preempted", "TaintManagerEviction", "Evicted"})


def effects_of(
    key: ObjectKey | None, share: Sequence[TimelineEvent], outcome: Outcome, written: Collection[ObjectKey]
) -> Effects:
    """Read a share of the timeline; ``key`` is the object whose change it goes back to."""
    touched = dict.fromkeys(entry.object for entry in share)
    rollouts = tuple(_rollouts(touched, share, outcome))
    refusals = dict.fromkeys(
        _GENERATED.sub(r'"\1*"', entry.message) for entry in share if entry.happening is Happening.REFUSED
    )
    overcome = bool(rollouts) and all(rollout.finished for rollout in rollouts)
    return Effects(
        consequences=tuple(_consequences(touched, outcome, written)),
        pods=tuple(_pods(key, touched, share, outcome)),
        rollouts=rollouts,
        endpoints=tuple(_endpoints(touched, share, outcome)),
        refusals=() if overcome else tuple(refusals),
    )


def identity_of(value: Json) -> Identity:
    """An object's name in the plan."""
    metadata = value.get("metadata") or {}
    return Identity(
        str(value.get("apiVersion") or ""), str(value.get("kind") or ""),
        str(metadata.get("namespace") or ""), str(metadata.get("name") or ""),
    )  # fmt: skip


def _consequences(
    touched: Mapping[ObjectKey, None], outcome: Outcome, written: Collection[ObjectKey]
) -> Iterator[Consequence]:
    for other in touched:
        if other in written or other.kind in _BOOKKEEPING:
            continue
        before, after = outcome.prior.get(other), outcome.final.get(other)
        if before is None and after is None:
            continue
        if before is None or after is None:
            action = Action.CREATE if before is None else Action.DELETE
            yield Consequence(identity_of(after or before or {}), action, _scale(before, after))
        elif before.get("spec") != after.get("spec"):
            yield Consequence(identity_of(after), Action.UPDATE, _scale(before, after))


def _scale(before: Json | None, after: Json | None) -> str:
    counts = [(value.get("spec") or {}).get("replicas") for value in (before, after) if value is not None]
    if not counts or any(count is None for count in counts):
        return ""
    if len(counts) == 2:
        return f"from {counts[0]} to {counts[1]} pods" if counts[0] != counts[1] else ""
    return f"{counts[0]} pods" if before is None else ""


def _pods(
    key: ObjectKey | None, touched: Mapping[ObjectKey, None], share: Sequence[TimelineEvent], outcome: Outcome
) -> Iterator[PodEffect]:
    evictions = {entry.object: entry for entry in share if entry.reason in _EVICTIONS}
    homes = _new_homes(touched, outcome)
    for pod in touched:
        if pod.kind != "Pod" or pod.group:
            continue
        before, after = outcome.prior.get(pod), outcome.final.get(pod)
        if after is not None and (before is None or _uid(before) != _uid(after)) and pod != key:
            yield PodEffect(pod.name, pod.namespace, "created", _node(after), _why_pending(after))
        if before is not None and (after is None or _uid(before) != _uid(after)) and pod != key:
            eviction = evictions.get(pod)
            if eviction is None:
                yield PodEffect(pod.name, pod.namespace, "deleted", _node(before))
            else:
                moved = _node(before) not in homes.get(_controller(before), {_node(before)})
                yield PodEffect(
                    pod.name, pod.namespace, "moved" if moved else "evicted", _node(before), eviction.message
                )
    if key is not None and key.kind == "Pod":
        before, placed = outcome.prior.get(key), outcome.final.get(key)
        if placed is not None and (before is None or _uid(before) != _uid(placed)):
            yield PodEffect(key.name, key.namespace, "created", _node(placed), _why_pending(placed))
            if before is not None:
                yield PodEffect(key.name, key.namespace, "deleted", _node(before))


def _new_homes(touched: Mapping[ObjectKey, None], outcome: Outcome) -> dict[str, set[str]]:
    homes: dict[str, set[str]] = {}
    for pod in touched:
        after = outcome.final.get(pod) if pod.kind == "Pod" and pod not in outcome.prior else None
        if after is not None and _node(after):
            homes.setdefault(_controller(after), set()).add(_node(after))
    return homes


def _rollouts(
    touched: Mapping[ObjectKey, None], share: Sequence[TimelineEvent], outcome: Outcome
) -> Iterator[Rollout]:
    for workload in touched:
        field = _WORKLOADS.get(workload.kind)
        after = outcome.final.get(workload)
        if field is None or after is None or _controller(after):
            continue
        mine = [entry for entry in share if entry.object == workload]
        steps = tuple(
            Step(round((entry.when - outcome.started) / SECOND, 3), entry.message)
            for entry in mine
            if entry.happening is Happening.EVENT and entry.reason in _STEPS
        )
        if not steps:
            continue
        before = outcome.prior.get(workload)
        ready = [_count(entry.value, field) for entry in mine if entry.value is not None]
        first = _count(before, field)
        yield Rollout(
            identity_of(after), steps, _desired(after), first, min([first, *ready] if before is not None else [0]),
            _count(after, field), _count(after, _UPDATED.get(workload.kind, field)),
        )  # fmt: skip


def _desired(value: Json) -> int:
    spec, status = value.get("spec") or {}, value.get("status") or {}
    count = spec.get("replicas", status.get("desiredNumberScheduled", 0))
    return count if isinstance(count, int) else 0


def _count(value: Json | None, field: str) -> int:
    count = ((value or {}).get("status") or {}).get(field) or 0
    return count if isinstance(count, int) else 0


def _endpoints(
    touched: Mapping[ObjectKey, None], share: Sequence[TimelineEvent], outcome: Outcome
) -> Iterator[EndpointEffect]:
    services: dict[tuple[str, str], None] = {}
    for slice_key in touched:
        value = outcome.final.get(slice_key) or outcome.prior.get(slice_key)
        if slice_key.kind == "EndpointSlice" and value is not None:
            services[(slice_key.namespace, _service_of(value))] = None
    for namespace, name in services:
        key = ObjectKey("", "Service", namespace, name)
        service = outcome.final.get(key) or outcome.prior.get(key)
        if service is None:
            continue
        before, after = ready_addresses(outcome.prior, key), ready_addresses(outcome.final, key)
        counts = [
            _ready(entry.value) if entry.happening is not Happening.DELETED else 0
            for entry in share
            if entry.object.kind == "EndpointSlice" and entry.value and _service_of(entry.value) == name
        ]
        lowest = min([before, after, *counts]) if before else 0
        if (before, lowest, after) != (before, before, before) or before == 0:
            yield EndpointEffect(identity_of(service), before, lowest, after)


def ready_addresses(store: Store, service: ObjectKey) -> int:
    """How many ready addresses a Service's EndpointSlices hold."""
    slices = store.list("discovery.k8s.io", "EndpointSlice", service.namespace)
    return sum(_ready(value) for value in slices if _service_of(value) == service.name)


def _ready(value: Json) -> int:
    return sum(
        len(endpoint.get("addresses") or ())
        for endpoint in value.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
    )


def _service_of(value: Json) -> str:
    return str(((value.get("metadata") or {}).get("labels") or {}).get("kubernetes.io/service-name") or "")


def _node(pod: Json) -> str:
    return str((pod.get("spec") or {}).get("nodeName") or "")


def _uid(value: Json) -> str:
    return str((value.get("metadata") or {}).get("uid") or "")


def _controller(value: Json) -> str:
    owners = (value.get("metadata") or {}).get("ownerReferences") or ()
    return next((str(owner.get("uid")) for owner in owners if owner.get("controller")), "")


def _why_pending(pod: Json) -> str:
    if _node(pod):
        return ""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return next(
        (str(one.get("message") or "") for one in conditions if one.get("type") == "PodScheduled"), ""
    )
