"""What becomes of pods: created, deleted, evicted or moved, and on which node."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from typing import Final

from kplan.api.conditions import find
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.api.pods import is_terminating, node_of
from kplan.plan.change import Identity
from kplan.plan.effect import PodEffect, PodOutcome
from kplan.plan.effects.share import Share
from kplan.plan.leaving import seconds_tolerated
from kplan.plan.obstacle import why_held, why_stuck
from kplan.plan.preemption import REASON, preemptors
from kplan.plan.reading import condition_message, items, text
from kplan.simulation.timeline import TimelineEvent

_EVICTIONS: Final = frozenset({REASON, "TaintManagerEviction", "Evicted"})
"""Reasons of the Events by which somebody says that it takes a pod from its node."""
_FOR_EVER: Final = "it has no controller, so nothing creates it anew"


def pod_effects(share: Share, changed: ObjectKey | None = None) -> Iterator[PodEffect]:
    """The pods that were created and deleted; one replaced under its own name is both."""
    evictions = _evictions(share, {key for key in _pods(share) if share.before(key)})
    homes = _new_homes(share)
    for key in _pods(share):
        before, after = share.before(key), share.after(key)
        if before and after and _uid(before) == _uid(after):
            if key in share.went and is_terminating(after):
                outcome = _gone(before, homes) if key in evictions else PodOutcome.DELETED
                yield PodEffect(key.name, key.namespace, outcome, node_of(before), _why_it_stays(after))
            elif key in share.placed and node_of(after):
                why = why_stuck(after, share.outcome.final)
                yield PodEffect(key.name, key.namespace, PodOutcome.SCHEDULED, node_of(after), why)
            elif _images(before) != _images(after):
                why = why_stuck(after, share.outcome.final)
                yield PodEffect(key.name, key.namespace, PodOutcome.RESTARTED, node_of(after), why)
            continue
        if not before and not after and (node := _ended_with_its_job(key, share, changed)):
            yield PodEffect(key.name, key.namespace, PodOutcome.CREATED, node)
            yield PodEffect(key.name, key.namespace, PodOutcome.DELETED, node)
        if after and key in share.came:
            why = why_pending(after) or _why_alone(after, share)
            yield PodEffect(key.name, key.namespace, PodOutcome.CREATED, node_of(after), why)
        if before and key in share.went:
            outcome = _gone(before, homes) if key in evictions else PodOutcome.DELETED
            why = evictions.get(key, "")
            if outcome is PodOutcome.EVICTED and after is None and controller_of(before) is None:
                why = f"{why}; {_FOR_EVER}" if why else _FOR_EVER
            yield PodEffect(key.name, key.namespace, outcome, node_of(before), why)


def _evictions(share: Share, pods: Container[ObjectKey]) -> Mapping[ObjectKey, str]:
    """Which of these pods were evicted, with the reason; ``kubectl drain`` gives none."""
    told = [entry for entry in share.events if entry.reason in _EVICTIONS]
    takers = preemptors(share.outcome) if any(entry.reason == REASON for entry in told) else {}
    found = {entry.object: _said(entry, takers.get(entry.object), share) for entry in told}
    for entry in share.events:
        if entry.value is not None and entry.object in pods:
            target = find(items(entry.value, "status", "conditions"), "DisruptionTarget")
            if target and target.get("status") == "True":
                gone = target.get("reason") == "DeletionByPodGC"
                found.setdefault(entry.object, "its node is gone" if gone else "")
    return found


def _said(entry: TimelineEvent, taker: Identity | None, share: Share) -> str:
    """The message of an eviction Event without names and uids of single pods, so that equal ones can be grouped."""
    if entry.reason == "TaintManagerEviction":
        pod = share.before(entry.object)
        seconds = None if pod is None else seconds_tolerated(pod, share.outcome.final)
        if seconds:
            return f"it tolerates a taint of its node for no more than {seconds} s"
        return "it does not tolerate a taint of its node"
    if taker is not None and entry.reason == REASON:
        return f"preempted by {taker.title}, whose priority is higher"
    return entry.message


def _why_it_stays(pod: Json) -> str:
    """Why a pod that is deleted is there in the end."""
    held = ", ".join(items(pod, "metadata", "finalizers"))
    if held:
        return f"stays Terminating until somebody removes finalizer {held}"
    return "stays Terminating until its node is back or deleted"


def _why_alone(pod: Json, share: Share) -> str:
    """Why a pod that no rollout waits for does not get on."""
    reference = controller_of(pod)
    if reference is None:
        return why_stuck(pod, share.outcome.final)
    return why_held(pod, share.outcome.final) if reference.get("kind") == "Job" else ""


def _images(pod: Json) -> list[str]:
    """The images of the containers that run as long as the pod."""
    init = [one for one in items(pod, "spec", "initContainers") if one.get("restartPolicy") == "Always"]
    return [text(one, "image") for one in (*init, *items(pod, "spec", "containers"))]


def why_pending(pod: Json) -> str:
    """Why the scheduler found no node for a pod; empty if it did, or has not tried."""
    return "" if node_of(pod) else condition_message(pod, "PodScheduled")


def _pods(share: Share) -> Iterator[ObjectKey]:
    return (key for key in share.touched if (key.group, key.kind) == ("", "Pod"))


def _ended_with_its_job(key: ObjectKey, share: Share, job: ObjectKey | None) -> str:
    """The node of a pod that was deleted with its Job; empty for any other that came and went."""
    if job is None or job.kind != "Job" or key not in share.came or share.after(job) is not None:
        return ""
    pods = (entry.value for entry in reversed(share.events) if entry.object == key and entry.value)
    pod = next(pods, None)
    owner = controller_of(pod) if pod is not None else None
    return node_of(pod) if pod is not None and owner and owner_key(owner, key.namespace) == job else ""


def _new_homes(share: Share) -> Mapping[str, Collection[str]]:
    """The nodes of the new pods of each controller, by its uid."""
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for key in _pods(share):
        before, pod = share.before(key), share.after(key)
        came = pod is not None and (before is None or _uid(before) != _uid(pod))
        if pod and came and node_of(pod) and _controller(pod):
            homes[_controller(pod)].add(node_of(pod))
    return homes


def _gone(pod: Json, homes: Mapping[str, Collection[str]]) -> PodOutcome:
    new = homes.get(_controller(pod), ())
    return PodOutcome.MOVED if new and node_of(pod) not in new else PodOutcome.EVICTED


def _uid(value: Json) -> str:
    return text(value, "metadata", "uid")


def _controller(pod: Json) -> str:
    reference = controller_of(pod)
    return text(reference, "uid") if reference else ""
