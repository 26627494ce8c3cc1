"""What becomes of pods: created, deleted, evicted or moved, and on which node."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from kplan.api.core import Pod
from kplan.api.gvk import ObjectKey
from kplan.plan.effect import PodEffect, PodOutcome
from kplan.plan.effects.share import Share

_EVICTIONS: Final = frozenset({"Preempted", "TaintManagerEviction", "Evicted"})
"""Reasons of the Events by which somebody says that it takes a pod from its node."""


def pod_effects(share: Share) -> Iterator[PodEffect]:
    """The pods that came and went; one that was replaced under its name did both."""
    evictions = {entry.object: entry.message for entry in share.events if entry.reason in _EVICTIONS}
    homes = _new_homes(share)
    for key in _pods(share):
        before, after = share.before(key, Pod), share.after(key, Pod)
        if before and after and before.metadata.uid == after.metadata.uid:
            continue
        if after:
            yield PodEffect(
                key.name, key.namespace, PodOutcome.CREATED, after.spec.node_name, why_pending(after)
            )
        if before:
            outcome = _gone(before, homes) if key in evictions else PodOutcome.DELETED
            yield PodEffect(key.name, key.namespace, outcome, before.spec.node_name, evictions.get(key, ""))


def why_pending(pod: Pod) -> str:
    """Why the scheduler found no node for a pod; empty where it did, or has not tried."""
    if pod.spec.node_name:
        return ""
    return next((one.message for one in pod.status.conditions if one.type == "PodScheduled"), "")


def _pods(share: Share) -> Iterator[ObjectKey]:
    return (key for key in share.touched if (key.group, key.kind) == ("", "Pod"))


def _new_homes(share: Share) -> Mapping[str, Collection[str]]:
    """The nodes of the new pods of each controller, by its uid."""
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for key in _pods(share):
        pod = share.after(key, Pod) if key not in share.outcome.prior else None
        if pod and pod.spec.node_name and _controller(pod):
            homes[_controller(pod)].add(pod.spec.node_name)
    return homes


def _gone(pod: Pod, homes: Mapping[str, Collection[str]]) -> PodOutcome:
    new = homes.get(_controller(pod), ())
    return PodOutcome.MOVED if new and pod.spec.node_name not in new else PodOutcome.EVICTED


def _controller(pod: Pod) -> str:
    return next((owner.uid for owner in pod.metadata.owner_references if owner.controller), "")
