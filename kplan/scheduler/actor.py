"""The scheduler at work in a cluster: it schedules one pod at a time, and reports.

It reaches the cluster only through the client; what it remembers (its cache and queue) follows from what it watched.

Upstream: pkg/scheduler/schedule_one.go
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kplan.apiserver.errors import StatusError
from kplan.scheduler.decision import Decision
from kplan.scheduler.eventhandlers import NEXT_POD, EventHandlers
from kplan.scheduler.plugins.volume_binding import VolumeBinding
from kplan.scheduler.podstatus import evict, nominate, report
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.queue import QueuedPod
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.status import SUCCESS, Status
from kplan.schema import releases
from kplan.simulation.cache import Cache
from kplan.simulation.clock import MILLISECOND, SECOND, rfc3339
from kplan.simulation.reconciler import DONE, Context, Result, WatchEvent

_NOTE_LIMIT: Final = 1024
_RETRY: Final = SECOND
_DOES_NOT_EXIST: Final = (
    'running PreBind plugin "%s": binding volumes: pod does not exist any more: pod "%s" not found'
)
_JUDGED_ONE_BY_ONE: Final = 10_000
"""How many nodes and pods, summed over all decisions, are looked at one by one before arrays are used."""


class SchedulerActor:
    """Binds pods to nodes."""

    name = "default-scheduler"

    def __init__(
        self, profiles: Mapping[str, Profile] | None = None, version: str = releases.DEFAULT
    ) -> None:
        chosen = profiles or {DEFAULT.scheduler_name: DEFAULT}
        self.schedulers = {name: Scheduler(one.of_release(version)) for name, one in chosen.items()}
        self._handlers = EventHandlers(self.schedulers, self.name)
        self.watches = self._handlers.watches
        self.cache, self.queue = self._handlers.cache, self._handlers.queue
        self._judged = 0

    def follow(self, shared: Cache) -> Iterable[str]:
        """Take over nodes and pods, if a pod waits; otherwise when something happens to a pod."""
        return self._handlers.follow(shared)

    def begin_with(self, sums: Any, moved: Sequence[WatchEvent]) -> None:
        """Know what the pods of nodes take, so that pods need no looking at; if pods moved, they do."""
        self._handlers.begin_with(sums, moved)

    def sums(self) -> Any:
        """What the pods of each node take."""
        return self._handlers.sums()

    def reconcile(self, request: str, context: Context) -> Result:
        """Place the next pod."""
        del request
        self._handlers.move_pods(context)
        if self._handlers.gone:
            self._tell_of_gone(context)
        queued = self.queue.pop(context.now)
        if queued is not None:
            self._schedule(queued, context)
        if len(self.queue):
            return Result(requeue_after=MILLISECOND)
        retry = self.queue.next_retry()
        if retry is None:
            return DONE
        instant, worth_waiting = retry
        return Result(requeue_after=instant - context.now, background=not worth_waiting)

    def _tell_of_gone(self, context: Context) -> None:
        """Say that pods were deleted before they were bound."""
        for pod in self._handlers.gone:
            text = _DOES_NOT_EXIST % (VolumeBinding.name, pod.name)
            context.event(pod.value, "Warning", "FailedScheduling", text)
        self._handlers.gone.clear()

    def _schedule(self, queued: QueuedPod, context: Context) -> None:
        pod = queued.pod
        if pod.terminating:
            text = f"skip schedule deleting pod: {pod.namespace}/{pod.name}"
            context.event(pod.value, "Warning", "FailedScheduling", text)
            return
        scheduler = self._handlers.scheduler_of(pod)
        self._count_up()
        decision = scheduler.commit(self.cache, scheduler.schedule_one(self.cache, pod))
        if decision.node:
            self._bind(scheduler, queued, decision, context)
        else:
            self._fail(queued, decision, context)

    def _count_up(self) -> None:
        """Count the nodes and pods looked at, and use arrays once there are many; the answers are the same."""
        if not self.cache.incremental:
            self._judged += len(self.cache.nodes) + self.cache.pods_seen
            if self._judged > _JUDGED_ONE_BY_ONE:
                self.cache.use_arrays()

    def _bind(self, scheduler: Scheduler, queued: QueuedPod, decision: Decision, context: Context) -> None:
        pod, framework = queued.pod, scheduler.framework
        try:
            waiting = self._pre_bind(scheduler, decision, context)
            if not waiting.ok:
                nominate(pod, decision.node, context)
                if waiting.plugin == VolumeBinding.name:
                    self._handlers.binding[pod.key] = pod
                self._retry_later(queued, (waiting.plugin,), context)
                return
            self._handlers.binding.pop(pod.key, None)
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

    def _pre_bind(self, scheduler: Scheduler, decision: Decision, context: Context) -> Status:
        """Have written what must be in the cluster first; the first plug-in that cannot go on yet decides."""
        cycle = decision.cycle
        assert cycle is not None  # a decision for a node comes out of a cycle
        for plugin in scheduler.framework.pre_binds:
            if scheduler.framework.applies(plugin, decision.pod.template):
                state = cycle.state()  # which most pods need not have
                state.now = rfc3339(context.now)
                status = plugin.pre_bind(context.client, state, decision.pod, decision.node)
                if not status.ok:
                    return status.by(plugin.name)
        return SUCCESS

    def _fail(self, queued: QueuedPod, decision: Decision, context: Context) -> None:
        pod = queued.pod
        if decision.broken:
            self.queue.add_broken(queued)
        else:
            self.queue.add_unschedulable(queued, decision.refused_by)
        context.event(pod.value, "Warning", "FailedScheduling", _truncated(decision.message))
        nominated = decision.nomination.node if decision.nomination is not None else pod.nominated
        reason = "SchedulerError" if decision.broken else "Unschedulable"
        report(pod, decision.message, nominated, context, reason)
        if decision.nomination is not None:
            for victim in decision.nomination.victims:
                evict(victim, pod, decision.nomination.node, context)


def _truncated(message: str) -> str:
    """The most bytes that the message of an Event holds."""
    encoded = message.encode()
    return (
        message
        if len(encoded) <= _NOTE_LIMIT
        else encoded[: _NOTE_LIMIT - 4].decode(errors="ignore") + " ..."
    )
