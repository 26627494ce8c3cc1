"""What the scheduler makes of changes in the cluster: its cache follows them, and pods that
wait are told what may help.

Upstream: pkg/scheduler/eventhandlers.go
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.scheduler.cache import Cache
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.framework import registered_events
from kplan.scheduler.hints import Hints
from kplan.scheduler.nodechanges import has_other_images, node_changes
from kplan.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from kplan.scheduler.podinfo import PodInfo, is_alike, only_status_changed
from kplan.scheduler.pods_at_rest import PodsAtRest
from kplan.scheduler.queue import SchedulingQueue
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.shared_objects import SharedObjects
from kplan.simulation.cache import Cache as SharedCache
from kplan.simulation.reconciler import Context, EventType, Watch, WatchEvent

NEXT_POD: Final = "next"
"""The one request there is: place the next pod."""
_STORAGE: Final = {
    ("", "PersistentVolumeClaim"): ClusterEvent.CLAIM_ADDED,
    ("", "PersistentVolume"): ClusterEvent.VOLUME,
    ("storage.k8s.io", "StorageClass"): ClusterEvent.STORAGE_CLASS,
    ("storage.k8s.io", "CSINode"): ClusterEvent.CSI_NODE,
    ("storage.k8s.io", "CSIDriver"): ClusterEvent.STORAGE,
    ("storage.k8s.io", "CSIStorageCapacity"): ClusterEvent.STORAGE,
    ("storage.k8s.io", "VolumeAttachment"): ClusterEvent.STORAGE,
}
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


class EventHandlers:
    """What is known of the cluster, and which pods wait; both follow from what is watched."""

    def __init__(self, schedulers: Mapping[str, Scheduler], default: str) -> None:
        """Pods that name no scheduler are those of ``default``."""
        self._schedulers = schedulers
        self._default = default
        self.cache = Cache(incremental=False)
        # as upstream, there is one queue, ordered as the first profile says
        first = next(iter(schedulers.values())).framework
        events = {
            plugin.name: registered_events(plugin)
            for scheduler in schedulers.values()
            for plugin in scheduler.framework.plugins
        }
        self.queue = SchedulingQueue(first.queue_sorts[0].sort_key, events)
        self._hints = Hints(
            plugin for scheduler in schedulers.values() for plugin in scheduler.framework.plugins
        )
        self.binding: dict[tuple[str, str], PodInfo] = {}
        """Pods that have a place and wait for what must be there before they are bound."""
        self.gone: list[PodInfo] = []
        """Those of them that were deleted meanwhile."""
        self._stale_nodes = True
        self._news: dict[ClusterEvent, list[News]] = {}
        """What happened since the pods that wait were told; of nodes as JSON, as most of it is never asked about."""
        self._shared: SharedCache | None = None
        """What is at rest and was not looked at yet."""
        self._sums: Any = None
        """What pods take at rest, if that is known."""
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

    # -- what happened ---------------------------------------------------------------------------------------------
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
            self.cache.start_pod(known, (value.get("status") or {}).get("startTime") or "")
            return self._requests()  # which most of what happens to pods comes to
        self.cache.objects = SharedObjects(shared)
        if value["spec"].get("nodeName"):
            self.queue.remove(key)
            self._bound_changed(key, value, known, gone=gone)
            self._note_bound(key, event)
        elif gone:
            self._forget(key)
        elif known is None and value["spec"].get("schedulerName", self._default) in self._schedulers:
            self._waiting_changed(value)
        return self._requests()

    def _bound_changed(self, key: tuple[str, str], value: Json, known: PodInfo | None, *, gone: bool) -> None:
        if gone:
            self._forget(key)
            if known is not None:
                self._note(ClusterEvent.POD_DELETED, known, None)
        elif known is None:
            pod = self.cache.parser.parse(value)
            self.cache.add_pod(pod, pod.node_name)
        else:
            self._bound_again(known, self.cache.parser.again(known, value))

    def _note_bound(self, key: tuple[str, str], event: WatchEvent) -> None:
        """A pod that has a node now, whoever bound it, may help those that wait for company."""
        before, pod = event.previous, self.cache.pod(*key)
        new = before is None or not before["spec"].get("nodeName")
        if new and pod is not None and self.queue.has_refused:
            self._note(ClusterEvent.POD_BOUND, None, pod)

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
        # one that is only marked for deletion takes its room until it is gone
        if known.template != pod.template:
            self._note(ClusterEvent.POD_RELABELLED, known, pod)
        if known.requests != pod.requests:
            self._note(ClusterEvent.POD_SCALED_DOWN, known, pod)

    def _waiting_changed(self, value: Json) -> None:
        pod = self.cache.parser.parse(value)
        known = self.queue.waiting(pod.key)
        if known is not None and is_alike(known.value, value) and known.terminating == pod.terminating:
            pod.nominated = pod.nominated or known.nominated
            self.queue.update(pod)
            if annotations_of(known.value) == annotations_of(value) or not self.queue.may_help(
                pod.key, ClusterEvent.WAITING_POD_UPDATED
            ):
                return
        self.queue.add(pod, gated_by=self.scheduler_of(pod).pre_enqueue(pod, self.cache).plugin)
        if pod.nominated:
            self.cache.nominate(pod, pod.nominated)

    def _forget(self, key: tuple[str, str]) -> None:
        waiting = self.queue.waiting(key)
        if waiting is not None:
            self.cache.drop_nomination(waiting)
        if key in self.binding:
            self.gone.append(self.binding.pop(key))
        self.queue.remove(key)
        self.cache.remove_pod(*key)

    def _node_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        before = event.previous
        if event.type is EventType.DELETED:
            self._note(ClusterEvent.NODE_DELETED, event.value, None)
        elif event.type is EventType.ADDED or before is None:
            self._note(ClusterEvent.NODE_ADDED, None, event.value)
        else:
            changes = node_changes(before, event.value)
            if not changes and not has_other_images(before, event.value):
                return ()
            for change in changes:
                self._note(change, before, event.value)
        self._stale_nodes = True
        return self._requests()

    def _namespace_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, ClusterEvent.NAMESPACE, ("metadata", "labels"))

    def _storage_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        kind: ClusterEvent | None = _STORAGE[event.key[:2]]
        if kind is ClusterEvent.CLAIM_ADDED and event.type is EventType.MODIFIED:
            kind = ClusterEvent.CLAIM_UPDATED
        # of attachments the end is good news, of everything else it is not
        if (event.type is EventType.DELETED) != (event.key.kind == "VolumeAttachment"):
            kind = None
        return self._other_changed(event, kind, ())

    def _devices_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, ClusterEvent.DEVICES, ())

    def _owner_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        """What is known of pods holds on if none of those read belongs to this controller; a Service may select any."""
        owner = (event.value["apiVersion"], event.key.kind, event.key.name)
        if event.key.kind != "Service" and not self.cache.parser.has_read_of(event.key.namespace, owner):
            return self._requests()
        return self._other_changed(event, None, ("spec", "selector"))

    def _budget_changed(self, event: WatchEvent, _shared: SharedCache) -> Iterable[str]:
        return self._other_changed(event, None, ("status", "disruptionsAllowed"))

    def _other_changed(
        self, event: WatchEvent, kind: ClusterEvent | None, part: tuple[str, ...]
    ) -> Iterable[str]:
        """Another kind changed; if only one part of it matters, changes of the rest are no news."""
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
            gone = event.type is EventType.DELETED
            self._note(kind, event.value if gone else before, None if gone else event.value)
        return self._requests()

    def _note(self, event: ClusterEvent, before: Any, after: Any) -> None:
        self._news.setdefault(event, []).append(News(before, after))

    def _requests(self) -> Iterable[str]:
        return (NEXT_POD,) if self._news or self.gone or len(self.queue) else ()

    def move_pods(self, context: Context) -> None:
        """Tell the pods that wait what happened since they were told."""
        if self._stale_nodes:
            self._stale_nodes = False
            self.cache.set_nodes(context.cache.list("", "Node"))
        told, self._news = self._news, {}
        for event, news in told.items():
            if self.queue.has_refused:
                self.queue.move_pods(event, context.now, self._hints.about(event, news, self.cache))
                if event is ClusterEvent.NAMESPACE:
                    self.queue.try_when_left(InterPodAffinity.name, context.now)
            for pod in self.queue.gated(event):
                self.queue.add(pod, gated_by=self.scheduler_of(pod).pre_enqueue(pod, self.cache).plugin)

    def scheduler_of(self, pod: PodInfo) -> Scheduler:
        """The scheduler that a pod names. Raises KeyError for one that kplan does not run."""
        return self._schedulers[pod.value["spec"].get("schedulerName", self._default)]

    # -- what is at rest -------------------------------------------------------------------------------------------
    def follow(self, shared: SharedCache) -> Iterable[str]:
        """Take over nodes and pods, if a pod waits; otherwise when something happens to a pod."""
        self._shared = shared
        self.cache.objects = SharedObjects(shared)
        pods = PodsAtRest(shared)
        if pods.waiting:
            return self._take_over()
        self._at_rest = pods if self._sums is not None else None
        return ()

    def begin_with(self, sums: Any, moved: Sequence[WatchEvent]) -> None:
        """Know what the pods of nodes take, so that pods need no looking at; if pods moved, they do."""
        self._sums = None if any(event.key[:2] == ("", "Pod") for event in moved) else sums

    def sums(self) -> Any:
        """What the pods of each node take."""
        if self._shared is not None:
            return self._sums
        return {node: use.to_json() for node, use in self.cache.uses().items()}

    def _take_over(self, event: WatchEvent | None = None) -> Iterable[str]:
        """Look at everything as it was before the event; if no pod waits, pods are all there is to know."""
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
            self._news.clear()
        return found


def _finished(value: Json) -> bool:
    return (value.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _part(value: Json, path: tuple[str, ...]) -> Any:
    current: Any = value
    for name in path:
        current = (current or {}).get(name)
    return current
