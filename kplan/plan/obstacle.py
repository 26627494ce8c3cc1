"""What stops a workload: the pods that are not ready, and the last event that says why.

Upstream: pkg/controller/statefulset/stateful_set_control.go (a pod that is not ready holds all that come after it)
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kplan.api import conditions
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.reading import fields, items, number, text
from kplan.state.store import Store

_REVISION: Final = "controller-revision-hash"
_REPLICA_SET_REVISION: Final = "deployment.kubernetes.io/revision"
_SAYS_NOTHING: Final = re.compile(r"Error: (ErrImagePull|ImagePullBackOff)$|Back-off pulling image ")
"""Events that only repeat that something failed; another event says what."""
_OF_POD: Final = re.compile(r" in pod \S+\([0-9a-f-]+\)$")
_GENERATED: Final = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')


class WorkloadPod(NamedTuple):
    """A pod of a workload."""

    value: Json
    updated: bool
    """Whether it is of the newest template."""

    @property
    def ready(self) -> bool:
        """Whether it is ready."""
        return conditions.is_true(self.value, "Ready")


def pods_of(workload: Json, store: Store) -> Sequence[WorkloadPod]:
    """The pods of a workload, those of the newest template first."""
    namespace, kind = text(workload, "metadata", "namespace"), text(workload, "kind")
    owners = _owners(workload, store) if kind == "Deployment" else {_uid(workload): True}
    newest = _newest_revision(workload, store) if kind in ("StatefulSet", "DaemonSet") else ""
    found = []
    for pod in store.list("", "Pod", namespace):
        reference = controller_of(pod)
        updated = owners.get(text(reference, "uid")) if reference else None
        if updated is not None:
            same = not newest or text(pod, "metadata", "labels", _REVISION) == newest
            found.append(WorkloadPod(pod, updated and same))
    return sorted(found, key=lambda pod: not pod.updated)


def obstacle(workload: Json, store: Store) -> str:
    """Why a workload does not get further, in one line; empty where nothing tells."""
    pods = pods_of(workload, store)
    said = [_paused(workload), _held(workload, pods), _refused(workload, store)]
    said += (_why_not_ready(pod.value, store) for pod in pods if not pod.ready)
    return next(filter(None, said), "")


def why_failing(pod: Json, store: Store) -> str:
    """The last event that says why a pod is not ready; else what its status says."""
    warnings = [one for one in events_of(pod, store) if text(one, "type") == "Warning"]
    telling = [one for one in warnings if not _SAYS_NOTHING.match(text(one, "message"))]
    if telling or warnings:
        message = text(max(telling or warnings, key=_last_seen), "message")
        return _OF_POD.sub("", message)
    return _waiting(pod) or _unready(pod)


def events_of(value: Json, store: Store) -> Iterator[Json]:
    """The Events about one object."""
    uid = _uid(value)
    for event in store.list("", "Event", text(value, "metadata", "namespace")):
        if text(event, "involvedObject", "uid") == uid:
            yield event


def _why_not_ready(pod: Json, store: Store) -> str:
    why = why_failing(pod, store)
    return f"pod {text(pod, 'metadata', 'name')}: {why}" if why else ""


def _waiting(pod: Json) -> str:
    """What a container waits for; what the scheduler says of a pod that has no node."""
    unscheduled = conditions.of_type(pod, "PodScheduled")
    if unscheduled and unscheduled.get("status") == "False":
        return text(unscheduled, "message")
    for status in (
        *items(pod, "status", "initContainerStatuses"),
        *items(pod, "status", "containerStatuses"),
    ):
        waiting = fields(status, "state", "waiting")
        if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
            return ": ".join(filter(None, (text(waiting, "reason"), text(waiting, "message"))))
    return ""


def _unready(pod: Json) -> str:
    """The running containers that are not ready."""
    probed = {one["name"] for one in items(pod, "spec", "containers") if one.get("readinessProbe")}
    for status in items(pod, "status", "containerStatuses"):
        if not status.get("ready") and fields(status, "state", "running"):
            why = ": its readiness probe does not succeed" if status.get("name") in probed else ""
            return f"container {status.get('name')} runs but is not ready{why}"
    return ""


def _paused(workload: Json) -> str:
    paused = fields(workload, "spec").get("paused") is True
    return "the Deployment is paused (kubectl rollout resume)" if paused else ""


def _held(workload: Json, pods: Iterable[WorkloadPod]) -> str:
    """The pod of an older template that a StatefulSet waits for in vain, and the way out."""
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


def _refused(workload: Json, store: Store) -> str:
    """What the API server said to the creation of the workload's pods, where it is short of them."""
    creators = [workload]
    if text(workload, "kind") == "Deployment":
        owners = _owners(workload, store)
        sets = store.list("apps", "ReplicaSet", text(workload, "metadata", "namespace"))
        creators = [one for one in sets if owners.get(_uid(one))]
    for creator in creators:
        refusals = [one for one in events_of(creator, store) if text(one, "reason") == "FailedCreate"]
        if refusals and _is_short(creator):
            return _GENERATED.sub(r'"\1*"', text(max(refusals, key=_last_seen), "message"))
    return ""


def _is_short(creator: Json) -> bool:
    wanted = number(creator, "spec", "replicas", default=number(creator, "status", "desiredNumberScheduled"))
    have = number(creator, "status", "replicas", default=number(creator, "status", "currentNumberScheduled"))
    return have < wanted


def _owners(deployment: Json, store: Store) -> dict[str, bool]:
    """A Deployment's ReplicaSets by uid, and whether each is the newest."""
    uid = _uid(deployment)
    own = {
        _uid(one): _revision(one)
        for one in store.list("apps", "ReplicaSet", text(deployment, "metadata", "namespace"))
        if text(controller_of(one) or {}, "uid") == uid
    }
    newest = max(own.values(), default=0)
    return {one: revision == newest for one, revision in own.items()}


def _revision(replica_set: Json) -> int:
    given = text(replica_set, "metadata", "annotations", _REPLICA_SET_REVISION)
    return int(given) if given.isdecimal() else 0


def _newest_revision(workload: Json, store: Store) -> str:
    """The hash in the labels of pods of the newest template."""
    if text(workload, "kind") == "StatefulSet":
        return text(workload, "status", "updateRevision")
    uid = _uid(workload)
    own = [
        one
        for one in store.list("apps", "ControllerRevision", text(workload, "metadata", "namespace"))
        if text(controller_of(one) or {}, "uid") == uid
    ]
    last = max(own, key=lambda one: number(one, "revision"), default={})
    return text(last, "metadata", "labels", _REVISION)


def _last_seen(event: Json) -> str:
    observed = text(event, "series", "lastObservedTime")
    return observed or text(event, "lastTimestamp") or text(event, "eventTime")


def _uid(value: Json) -> str:
    return text(value, "metadata", "uid")
