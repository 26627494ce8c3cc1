"""The scheduler at work in a cluster: it watches what changes, schedules one pod at a time, and reports.

It reaches the cluster only through the client; what it remembers (its cache and queue) follows from what it watched.

Upstream: pkg/scheduler/eventhandlers.go, pkg/scheduler/schedule_one.go
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.client import Client
from kplan.apiserver.errors import StatusError
from kplan.scheduler.cache import Cache
from kplan.scheduler.decision import Decision
from kplan.scheduler.events import ClusterEvent
from kplan.scheduler.framework import registered_events
from kplan.scheduler.podinfo import PodInfo, only_status_changed, signature
from kplan.scheduler.pods_at_rest import PodsAtRest
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.queue import QueuedPod, SchedulingQueue
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.status import SUCCESS, Status
from kplan.schema import releases
from kplan.schema.changes.behaviours import Behaviour
from kplan.selectors.services import selector_of
from kplan.simulation.cache import Cache as SharedCache
from kplan.simulation.clock import MILLISECOND, SECOND, rfc3339
from kplan.simulation.reconciler import DONE, Context, EventType, Result, Watch, WatchEvent

NEXT_POD: Final = "next"
"""The one request there is: place the next pod."""
_NOTE_LIMIT: Final = 1024
_RETRY: Final = SECOND
_JUDGED_ONE_BY_ONE: Final = 10_000
"""How many nodes and pods are looked at one by one before arrays are made of them."""
_STORAGE: Final = (
    ("", "PersistentVolumeClaim"),
    ("", "PersistentVolume"),
    ("storage.k8s.io", "StorageClass"),
    ("storage.k8s.io", "CSINode"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "CSIStorageCapacity"),
    ("storage.k8s.io", "VolumeAttachment"),
)
_DEVICES: Final = (
    ("resource.k8s.io", "ResourceClaim"),
    ("resource.k8s.io", "ResourceSlice"),
    ("resource.k8s.io", "DeviceClass"),
)
_OWNERS: Final = (
    ("", "Service"),
    ("", "ReplicationController"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
)


class SchedulerActor:
    """Binds pods to nodes."""

    name = "default-scheduler"

    def __init__(
        self, profiles: Mapping[str, Profile] | None = None, version: str = releases.DEFAULT
    ) -> None:
        chosen = profiles or {DEFAULT.scheduler_name: DEFAULT}
        self.schedulers = {name: Scheduler(one.of_release(version)) for name, one in chosen.items()}
        self.cache = Cache(incremental=False)
        self._judged = 0
        # as upstream, there is one queue, ordered as the first profile says
        first = next(iter(self.schedulers.values())).framework
        events = {
            plugin.name: registered_events(plugin)
            for scheduler in self.schedulers.values()
            for plugin in scheduler.framework.plugins
        }
        self.queue = SchedulingQueue(first.queue_sorts[0].sort_key, events)
        self._stale_nodes = True
        self._events: list[ClusterEvent] = []
        self._shared: SharedCache | None = None
        """What is at rest and was not looked at yet."""
        self._sums: Any = None
        """What pods take at rest, where that is known."""
        self._at_rest: PodsAtRest | None = None
        self.watches: Sequence[Watch] = (
            Watch("", "Pod", self._pod_changed),
            Watch("", "Node", self._node_changed),
            Watch("", "Namespace", self._namespace_changed),
            Watch("policy", "PodDisruptionBudget", self._budget_changed),
            *(Watch(group, kind, self._storage_changed) for group, kind in _STORAGE),
            *(Watch(group, kind, self._devices_changed) for group, kind in _DEVICES),
            *(Watch(group, kind, self._owner_changed) for group, kind in _OWNERS),
        )

    # -- what it watches -------------------------------------------------------------------------------------------
    def _pod_changed(self, event: WatchEvent, shared: SharedCache) -> Iterable[str]:
        if self._shared is not None:
            self._take_over(event)
        if self._at_rest is not None:
            self._at_rest.see(event, self.cache)
            if not self.cache.has_unseen:
                self._at_rest = None
        key, value = (event.key.namespace, event.key.name), event.value
        gone = event.type is EventType.DELETED or _finished(value)
        known = self.cache.pod(*key)
        if known is not None and not gone and only_status_changed(known, value):
            return self._requests()  # which most of what happens to pods comes to
        self.cache.objects = _Objects(shared)
        if value["spec"].get("nodeName"):
            self.queue.remove(key)
            self._bound_changed(key, value, known, gone=gone)
        elif gone:
            self._forget(key)
        elif known is None and value["spec"].get("schedulerName", self.name) in self.schedulers:
            self._waiting_changed(value)
        return self._requests()

    def _bound_changed(self, key: tuple[str, str], value: Json, known: PodInfo | None, *, gone: bool) -> None:
        if gone:
            self._forget(key)
            if known is not None:
                self._events.append(ClusterEvent.POD_DELETED)
        elif known is None:
            pod = self.cache.parser.parse(value)
            self.cache.add_pod(pod, pod.node_name)
            self._events.append(ClusterEvent.POD_BOUND)
        else:
            self._bound_again(known, self.cache.parser.again(known, value))

    def _bound_again(self, known: PodInfo, pod: PodInfo) -> None:
        if (known.template, known.terminating, known.requests) == (
            pod.template,
            pod.terminating,
            pod.requests,
        ):
            known.last = pod.value
            return
        self.cache.remove_pod(*known.key)
        self.cache.add_pod(pod, pod.node_name)
        self._events += [ClusterEvent.POD_RELABELLED, ClusterEvent.POD_SCALED_DOWN]

    def _waiting_changed(self, value: Json) -> None:
        pod = self.cache.parser.parse(value)
        known = self.queue.waiting(pod.key)
        if (
            known is not None
            and signature(known.value) == signature(value)
            and known.terminating == pod.terminating
        ):
            pod.nominated = pod.nominated or known.nominated
            self.queue.update(pod)
            if _annotations(known.value) == _annotations(value) or not self.queue.may_help(
                pod.key, ClusterEvent.WAITING_POD_UPDATED
            ):
                return
        self.queue.add(pod, gated_by=self._scheduler(pod).pre_enqueue(pod, self.cache).plugin)
        if pod.nominated:
            self.cache.nominate(pod, pod.nominated)

    def _forget(self, key: tuple[str, str]) -> None:
        waiting = self.queue.waiting(key)
        if waiting is not None:
            self.cache.drop_nomination(waiting)
        self.queue.remove(key)
        self.cache.remove_pod(*key)

    def _node_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        before = event.previous
        if event.type is not EventType.MODIFIED or before is None:
            change = ClusterEvent.NODE_ADDED if event.type is EventType.ADDED else ClusterEvent.NODE_UPDATED
        elif _scheduling_properties(before) != _scheduling_properties(event.value):
            change = ClusterEvent.NODE_UPDATED
        elif _other_properties(before) != _other_properties(event.value):
            change = ClusterEvent.NODE_UPDATED_OTHERWISE
        else:
            return ()
        self._stale_nodes = True
        self._events.append(change)
        return self._requests()

    def _namespace_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, ClusterEvent.NAMESPACE, ("metadata", "labels"))

    def _storage_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, ClusterEvent.STORAGE, ())

    def _devices_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, ClusterEvent.DEVICES, ())

    def _owner_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        """What is known of pods holds on where none of those read belongs to this controller; a Service may select any."""
        owner = (event.value["apiVersion"], event.key.kind, event.key.name)
        if event.key.kind != "Service" and not self.cache.parser.has_read_of(event.key.namespace, owner):
            return self._requests()
        return self._other_changed(event, None, ("spec", "selector"))

    def _budget_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, None, ("status", "disruptionsAllowed"))

    def _other_changed(
        self, event: WatchEvent, kind: ClusterEvent | None, part: tuple[str, ...]
    ) -> Iterable[str]:
        """Another kind changed; where only one part of it matters, changes of the rest are no news."""
        before = event.previous
        if (
            part
            and event.type is EventType.MODIFIED
            and before is not None
            and (
                before.get(part[0]) is event.value.get(part[0])
                or _part(before, part) == _part(event.value, part)
            )
        ):
            return ()
        self.cache.invalidate(counts=kind is ClusterEvent.NAMESPACE, resources=kind is ClusterEvent.DEVICES)
        if kind is not None:
            self._events.append(kind)
        return self._requests()

    def _requests(self) -> Iterable[str]:
        return (NEXT_POD,) if self._events or len(self.queue) else ()

    def follow(self, shared: SharedCache) -> Iterable[str]:
        """Take over nodes and pods, where a pod waits; otherwise when something happens to a pod."""
        self._shared = shared
        self.cache.objects = _Objects(shared)
        pods = PodsAtRest(shared)
        if pods.waiting:
            return self._take_over()
        self._at_rest = pods if self._sums is not None else None
        return ()

    def begin_with(self, sums: Any, moved: Sequence[WatchEvent]) -> None:
        """Know what the pods of nodes take, so that pods need no looking at; where pods moved, they do."""
        self._sums = None if any(event.key[:2] == ("", "Pod") for event in moved) else sums

    def sums(self) -> Any:
        """What the pods of each node take."""
        if self._shared is not None:
            return self._sums
        return {node: use.to_json() for node, use in self.cache.uses().items()}

    def _take_over(self, event: WatchEvent | None = None) -> Iterable[str]:
        """Look at everything as it was before the event; where no pod waits, pods are all there is to know."""
        shared, self._shared = self._shared, None
        found: dict[str, None] = {}
        if shared is None:
            return found
        if self._at_rest is not None and self._at_rest.take(self._sums, self.cache):
            return found
        for watch in self.watches if event is None else self.watches[:1]:
            for key, value in shared.items(watch.group, watch.kind):
                before = event.previous if event is not None and key == event.key else value
                if before is not None:
                    told = WatchEvent(0, EventType.ADDED, key, before)
                    found.update(dict.fromkeys(watch.requests(told, shared)))
        if event is not None:
            self._events.clear()
        return found

    # -- what it does ----------------------------------------------------------------------------------------------
    def reconcile(self, request: str, context: Context) -> Result:
        """Place the next pod."""
        del request
        self._handle_events(context)
        queued = self.queue.pop(context.now)
        if queued is not None:
            self._schedule(queued, context)
        return Result(requeue_after=MILLISECOND) if len(self.queue) else DONE

    def _handle_events(self, context: Context) -> None:
        if self._stale_nodes:
            self._stale_nodes = False
            self.cache.set_nodes(context.cache.list("", "Node"))
        events, self._events = self._events, []
        for event in dict.fromkeys(events):
            self.queue.move_pods(event, context.now)
            for pod in self.queue.gated(event):
                self.queue.add(pod, gated_by=self._scheduler(pod).pre_enqueue(pod, self.cache).plugin)

    def _scheduler(self, pod: PodInfo) -> Scheduler:
        return self.schedulers[pod.value["spec"].get("schedulerName", self.name)]

    def _schedule(self, queued: QueuedPod, context: Context) -> None:
        pod = queued.pod
        if pod.terminating:
            text = f"skip schedule deleting pod: {pod.namespace}/{pod.name}"
            context.event(pod.value, "Warning", "FailedScheduling", text)
            return
        scheduler = self._scheduler(pod)
        self._count_up()
        decision = scheduler.commit(self.cache, scheduler.schedule_one(self.cache, pod))
        if decision.node:
            self._bind(scheduler, queued, decision, context)
        else:
            self._fail(queued, decision, context)

    def _count_up(self) -> None:
        """Arrays repay what it takes to load them where much is judged; the answers are the same."""
        if not self.cache.incremental:
            self._judged += len(self.cache.nodes) + self.cache.pods_seen
            if self._judged > _JUDGED_ONE_BY_ONE:
                self.cache.use_arrays()

    def _bind(self, scheduler: Scheduler, queued: QueuedPod, decision: Decision, context: Context) -> None:
        pod, framework = queued.pod, scheduler.framework
        try:
            waiting = self._pre_bind(scheduler, decision, context.client)
            if not waiting.ok:
                self._retry_later(queued, (waiting.plugin,), context)
                return
            framework.binds[0].bind(context.client, pod, decision.node)
        except StatusError as refusal:
            self._retry_later(queued, (), context)
            if refusal.code not in (404, 409):
                raise
            return
        text = f"Successfully assigned {pod.namespace}/{pod.name} to {decision.node}"
        context.event(pod.value, "Normal", "Scheduled", text)

    def _retry_later(self, queued: QueuedPod, refused_by: Sequence[str], context: Context) -> None:
        """The pod could not be bound yet: it is tried again after a pause."""
        self.cache.remove_pod(*queued.pod.key)
        self.queue.add_unschedulable(queued, refused_by)
        context.queue.add_after(NEXT_POD, _RETRY)

    def _pre_bind(self, scheduler: Scheduler, decision: Decision, client: Client) -> Status:
        """Have written what must be in the cluster first; the first plug-in that cannot go on yet decides."""
        cycle = decision.cycle
        assert cycle is not None  # a decision for a node comes out of a cycle
        for plugin in scheduler.framework.pre_binds:
            if scheduler.framework.applies(plugin, decision.pod.template):
                status = plugin.pre_bind(client, cycle.state(), decision.pod, decision.node)
                if not status.ok:
                    return status.by(plugin.name)
        return SUCCESS

    def _fail(self, queued: QueuedPod, decision: Decision, context: Context) -> None:
        pod = queued.pod
        self.queue.add_unschedulable(queued, decision.refused_by)
        context.event(pod.value, "Warning", "FailedScheduling", _truncated(decision.message))
        nominated = decision.nomination.node if decision.nomination is not None else pod.nominated
        self._report(pod, decision.message, nominated, context)
        if decision.nomination is not None:
            for victim in decision.nomination.victims:
                self._evict(victim, pod, decision.nomination.node, context)

    def _report(self, pod: PodInfo, message: str, nominated: str, context: Context) -> None:
        """Write the condition and the nomination, unless both stand there already."""
        key = ObjectKey("", "Pod", pod.namespace, pod.name)
        current = context.client.find(key)
        if current is None:
            return
        status = current.get("status") or {}
        fresh = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        if context.does(Behaviour.OBSERVED_GENERATION) and current["metadata"].get("generation"):
            fresh["observedGeneration"] = current["metadata"]["generation"]
        conditions = list(status.get("conditions") or ())
        old = next((item for item in conditions if item.get("type") == "PodScheduled"), None)
        same = old is not None and all(old.get(name) == text for name, text in fresh.items())
        if same and status.get("nominatedNodeName", "") == nominated:
            return
        since = (
            old["lastTransitionTime"]
            if old and old.get("status") == "False" and "lastTransitionTime" in old
            else rfc3339(context.now)
        )
        entry = {**fresh, "lastTransitionTime": since}
        conditions = (
            [entry if item is old else item for item in conditions]
            if old is not None
            else [*conditions, entry]
        )
        context.client.merge_patch(
            key, {"status": {"conditions": conditions, "nominatedNodeName": nominated or None}}, "status"
        )

    def _evict(self, victim: PodInfo, pod: PodInfo, node: str, context: Context) -> None:
        key = ObjectKey("", "Pod", victim.namespace, victim.name)
        current = context.client.find(key)
        if current is None or "deletionTimestamp" in current["metadata"]:
            return
        scheduler_name = pod.value["spec"].get("schedulerName", self.name)
        entry = {
            "type": "DisruptionTarget",
            "status": "True",
            "lastTransitionTime": rfc3339(context.now),
            "reason": "PreemptionByScheduler",
            "message": f"{scheduler_name}: preempting to accommodate a higher priority pod",
        }
        others = [
            item
            for item in (current.get("status") or {}).get("conditions") or ()
            if item.get("type") != "DisruptionTarget"
        ]
        context.client.merge_patch(key, {"status": {"conditions": [*others, entry]}}, "status")
        context.client.delete(key)
        context.event(current, "Normal", "Preempted", f"Preempted by pod {pod.uid} on node {node}")


class _Objects:
    """Other kinds, from the cache that all actors share."""

    def __init__(self, shared: SharedCache) -> None:
        self._shared = shared

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """One object, or None."""
        return self._shared.find(ObjectKey(group, kind, namespace, name))

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """All objects of a kind, in order of creation."""
        return self._shared.list(group, kind, namespace)

    def services(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Json]:
        """The Services of a namespace that select labels, in order of creation."""
        keys = self._shared.selecting("", "Service", namespace, selector_of, (labels,))
        return [service for key in keys if (service := self._shared.find(key)) is not None]


def _finished(value: Json) -> bool:
    return (value.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _scheduling_properties(value: Json) -> tuple[Any, ...]:
    """The parts of a node that the default plug-ins read."""
    spec, status = value.get("spec") or {}, value.get("status") or {}
    kept = (spec.get("taints"), spec.get("unschedulable"), status.get("allocatable"), status.get("images"))
    return (value["metadata"].get("labels"), *kept, status.get("declaredFeatures"))


def _other_properties(value: Json) -> tuple[Any, ...]:
    """What other plug-ins may read of a node and its heartbeat leaves alone."""
    conditions = (value.get("status") or {}).get("conditions") or ()
    return _annotations(value), [(item.get("type"), item.get("status")) for item in conditions]


def _annotations(value: Json) -> Json:
    return value["metadata"].get("annotations") or {}


def _part(value: Json, path: tuple[str, ...]) -> Any:
    current: Any = value
    for name in path:
        current = (current or {}).get(name)
    return current


def _truncated(message: str) -> str:
    """Events hold so many bytes and no more."""
    encoded = message.encode()
    return (
        message
        if len(encoded) <= _NOTE_LIMIT
        else encoded[: _NOTE_LIMIT - 4].decode(errors="ignore") + " ..."
    )
