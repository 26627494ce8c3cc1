"""What stops a workload: the pods that are not ready, and the last event that says why.

Upstream: pkg/controller/statefulset/stateful_set_control.go (a pod that is not ready holds all that come after it)
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.namedtuples import NamedTuple
from kplan.plan.effect import alike
from kplan.plan.endings import held_back, how_it_ends
from kplan.plan.owned import OwnedPod, events_of, last_seen, newest_replica_set, pods_of
from kplan.plan.reading import condition_message, fields, items, message_of, number, text
from kplan.plan.reasons import Reasons, reasons_of
from kplan.state.store import Store

_SAYS_NOTHING: Final = re.compile(r"Error: (ErrImagePull|ImagePullBackOff)$|Back-off pulling image ")
"""Events that only repeat that something failed; another event says what."""
_STARTS_AGAIN: Final = re.compile("Back-off restarting failed container")
_OF_POD: Final = re.compile(r' in pod \S+\([0-9a-f-]+\)$|(?<=\()pod: "[^"]*", ')
_NO_PORT: Final = re.compile(r'strconv\.Atoi: parsing "(.+)": invalid syntax$')
"""How the kubelet says that a probe names a port that is not there."""
_RUNNING: Final = (("initContainers", "initContainerStatuses"), ("containers", "containerStatuses"))
"""The container lists of a pod, in starting order, with the fields of their statuses."""
_MOST_NAMES: Final = 10_000
"""Names of its own that are looked for: a StatefulSet may ask for more pods than there is room to write down."""
_GENERATED: Final = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')


class Obstacle(NamedTuple):
    """What stops a workload, in one line; empty if nothing tells."""

    why: str = ""
    refused: bool = False
    """Whether the API server refuses its pods."""
    unscheduled: bool = False
    """Whether it waits for a pod that has no node."""
    taken: str = ""
    """The pod of somebody else, or of nobody, that has the name of one of its own."""
    reasons: Reasons = frozenset()
    """The distinct reasons."""


def obstacle(workload: Json, store: Store) -> Obstacle:
    """Why a workload does not get further."""
    return next((one for one in _obstacles(workload, store) if one.why), Obstacle())


def _obstacles(workload: Json, store: Store) -> Iterator[Obstacle]:
    """What may stop it, the likeliest first."""
    pods = pods_of(workload, store)
    yield Obstacle(_paused(workload), reasons=frozenset({"paused"}))
    yield Obstacle(_held(workload, pods), reasons=frozenset({"held by a pod of an older template"}))
    if taken := _taken_name(workload, pods, store):
        why = f"pod {taken} does not belong to it and has the name of one of its pods"
        yield Obstacle(why, taken=taken, reasons=frozenset({"name taken"}))
    if refusal := _refused(workload, store):
        yield Obstacle(refusal, refused=True, reasons=frozenset({alike(refusal)}))
    waiting = [pod for pod in pods if not pod.ready]
    for pod in waiting:
        if why := _why_not_ready(pod.value, store):
            alike_pods = (one.value for one in waiting if one.updated is pod.updated)
            reasons = frozenset().union(*(reasons_of(one, store) for one in alike_pods))
            yield Obstacle(why, unscheduled=not node_of(pod.value), reasons=reasons)


def why_failing(pod: Json, store: Store) -> str:
    """The last event that says why a pod is not ready; else what its status says."""
    warnings = [one for one in events_of(pod, store) if text(one, "type") == "Warning"]
    telling = [one for one in warnings if not _SAYS_NOTHING.match(text(one, "message"))]
    if telling or warnings:
        message = message_of(max(telling or warnings, key=last_seen))
        if _STARTS_AGAIN.match(message):
            return _OF_POD.sub("", message) + _how_it_ends(pod, store)
        return _NO_PORT.sub(r"\g<0> (no port of the container has the name \1)", _OF_POD.sub("", message))
    return _waiting(pod) or _unready(pod)


def _how_it_ends(pod: Json, store: Store) -> str:
    """How a container ends that is held back before each start."""
    ends = (f" (CrashLoopBackOff: {how_it_ends(pod, one, store)})" for one in held_back(pod))
    return next(ends, "")


def why_stuck(pod: Json, store: Store) -> str:
    """Why a pod on a node does not get on; empty if it is ready, has succeeded, goes, or nothing is the matter."""
    if conditions.is_true(pod, "Ready") or pod["metadata"].get("deletionTimestamp") is not None:
        return ""
    phase = text(pod, "status", "phase")
    if phase == "Failed":
        return f"it failed: {why_failed(pod)}"
    return "" if phase == "Succeeded" or not text(pod, "spec", "nodeName") else why_failing(pod, store)


def why_held(pod: Json, store: Store) -> str:
    """Why a pod on a node does not come to run its containers;
    one that runs and is not ready does what a Job wants of it.
    """
    held = _waiting(pod) or text(pod, "status", "phase") == "Pending"
    return why_stuck(pod, store) if held and text(pod, "status", "phase") != "Failed" else ""


def why_failed(pod: Json) -> str:
    """The message of a failed pod, or of its first container that did not succeed."""
    said = ": ".join(filter(None, (text(pod, "status", "reason"), message_of(fields(pod, "status")))))
    for status in (
        *items(pod, "status", "initContainerStatuses"),
        *items(pod, "status", "containerStatuses"),
    ):
        code = number(status, "state", "terminated", "exitCode")
        if not said and code:
            return f"container {status.get('name')} ended with exit code {code}"
    return said or "its containers did not succeed"


def _why_not_ready(pod: Json, store: Store) -> str:
    why = why_failing(pod, store)
    return f"pod {text(pod, 'metadata', 'name')}: {why}" if why else ""


def _waiting(pod: Json) -> str:
    """What a container waits for; for a pod without a node the scheduler's message."""
    unscheduled = conditions.of_type(pod, "PodScheduled")
    if unscheduled and unscheduled.get("status") == "False":
        return message_of(unscheduled)
    for status in (
        *items(pod, "status", "initContainerStatuses"),
        *items(pod, "status", "containerStatuses"),
    ):
        waiting = fields(status, "state", "waiting")
        if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
            return ": ".join(filter(None, (text(waiting, "reason"), message_of(waiting))))
    return ""


def _unready(pod: Json) -> str:
    """A running container that is not ready, else a readiness gate, else what the pod's condition says."""
    for listed, statuses in _RUNNING:
        probed = {one["name"] for one in items(pod, "spec", listed) if one.get("readinessProbe")}
        lasting = {one["name"] for one in items(pod, "spec", listed) if _lasts(one, listed)}
        for status in items(pod, "status", statuses):
            name = status.get("name")
            if name in lasting and not status.get("ready") and fields(status, "state", "running"):
                why = ": its readiness probe does not succeed" if name in probed else ""
                return f"container {name} runs but is not ready{why}"
    return _closed_gate(pod) or condition_message(pod, "Ready")


def _closed_gate(pod: Json) -> str:
    """The readiness gate of a pod whose containers are ready that keeps it from being so."""
    gates = [one.get("conditionType") for one in items(pod, "spec", "readinessGates")]
    closed = [one for one in gates if not conditions.is_true(pod, str(one))]
    if not closed or not conditions.is_true(pod, "ContainersReady"):
        return ""
    return f"its readiness gate {closed[0]} is not True: whoever is to set that condition has not"


def _lasts(container: Json, listed: str) -> bool:
    """Whether a container is to run as long as its pod: a sidecar is an init container that is started again."""
    return listed == "containers" or container.get("restartPolicy") == "Always"


def _paused(workload: Json) -> str:
    """A paused rollout: a new template is not rolled out, but the number of pods follows ``replicas``."""
    stopped = fields(workload, "spec").get("paused") is True and _is_short(workload)
    return "the Deployment is paused (kubectl rollout resume)" if stopped else ""


def _held(workload: Json, pods: Iterable[OwnedPod]) -> str:
    """The pod of an older template that a StatefulSet waits for without end, and the way out."""
    ordered = text(workload, "spec", "podManagementPolicy") == "OrderedReady"
    if text(workload, "kind") != "StatefulSet" or not ordered:
        return ""
    for pod in pods:
        if not pod.ready and not pod.updated and pod.value["metadata"].get("deletionTimestamp") is None:
            name, namespace = pod.value["metadata"]["name"], pod.value["metadata"]["namespace"]
            return (
                f"pod {name} has an older template and is not ready, and with OrderedReady the StatefulSet waits for "
                f"it: delete it (kubectl delete pod {name} -n {namespace})"
            )
    return ""


def _taken_name(workload: Json, pods: Iterable[OwnedPod], store: Store) -> str:
    """The pod of somebody else, or of nobody, whose name a pod of a StatefulSet is to have."""
    if text(workload, "kind") != "StatefulSet":
        return ""
    own = {text(pod.value, "metadata", "name") for pod in pods}
    first = number(workload, "spec", "ordinals", "start")
    wanted = range(first, first + number(workload, "spec", "replicas", default=1))
    if len(own) >= len(wanted):
        return ""
    names = (f"{text(workload, 'metadata', 'name')}-{ordinal}" for ordinal in wanted[:_MOST_NAMES])
    namespace = text(workload, "metadata", "namespace")
    return next(
        (one for one in names if one not in own and ObjectKey("", "Pod", namespace, one) in store), ""
    )


def _refused(workload: Json, store: Store) -> str:
    """What the API server said to the creation of the workload's pods, if it is short of them."""
    creator = newest_replica_set(workload, store) if text(workload, "kind") == "Deployment" else workload
    if creator is None or not _is_short(creator):
        return ""
    refusals = [one for one in events_of(creator, store) if text(one, "reason") == "FailedCreate"]
    last = max(refusals, key=last_seen, default={})
    return _GENERATED.sub(r'"\1*"', message_of(last))


def _is_short(creator: Json) -> bool:
    wanted = number(creator, "spec", "replicas", default=number(creator, "status", "desiredNumberScheduled"))
    have = number(creator, "status", "replicas", default=number(creator, "status", "currentNumberScheduled"))
    return have < wanted


def last_event(value: Json, store: Store) -> Json | None:
    """The newest Event about an object."""
    return max(events_of(value, store), key=last_seen, default=None)
