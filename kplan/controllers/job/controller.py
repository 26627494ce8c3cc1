"""The Job loop.

Upstream: pkg/controller/job/job_controller.go
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.job.backoff import Record
from kplan.controllers.job.deciding import decide
from kplan.controllers.job.managing import act
from kplan.controllers.job.pods import FINALIZER, remove_finalizer, tracked
from kplan.controllers.job.sync import BATCH_PERIOD, Sync
from kplan.controllers.job.tracking import track
from kplan.schema.changes.behaviours import Behaviour
from kplan.selectors.labels import Selector
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import SECOND, rfc3339
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

_KIND = ("batch", "Job")
MANAGED_BY = "kubernetes.io/job-controller"


class JobController:
    """Runs a Job's pods to their end and counts them."""

    name = "job-controller"
    backoff = Backoff(SECOND, 60 * SECOND)

    def __init__(self) -> None:
        self._records: dict[ObjectKey, Record] = {}
        self.watches = (
            Watch(*_KIND, _changed),
            Watch(*_KIND, _touched, BATCH_PERIOD),
            Watch("", "Pod", its_controller_or_whoever_selects_it(*_KIND), BATCH_PERIOD, controllers=_KIND),
            Watch("", "Pod", _orphans, controllers=_KIND),
        )

    def unfinished(self) -> Iterable[Request]:
        """Nothing."""
        return ()

    def reconcile(self, request: Request, context: Context) -> Result:
        """Count, decide, act, report (syncJob); a Pod request lets an orphan go."""
        if request.kind == "Pod":
            return _release_orphan(request, context)
        job = context.cache.find(request)
        if job is None:
            self._records.pop(request, None)
            return DONE
        if job["spec"].get("managedBy", MANAGED_BY) != MANAGED_BY or is_finished(job):
            self._records.pop(request, None)
            return DONE
        return self._sync(request, job, context)

    def _sync(self, request: ObjectKey, job: Json, context: Context) -> Result:
        if not job["spec"].get("selector"):
            return DONE  # the API server always gives it one: without, no pod would ever count
        sync = Sync(context, job, _pods(context, job), self._records.get(request, Record()))
        if not sync.status.get("startTime") and not sync.suspended:
            sync.status["startTime"] = rfc3339(context.now)
        decide(sync)
        refusal, changed = act(sync)
        status = sync.status
        changed |= sync.active_count != (status.get("active") or 0)
        counts = {"active": sync.active_count, "ready": sync.ready}
        if context.does(Behaviour.JOB_TERMINATING):
            counts["terminating"] = sync.terminating
        changed |= any(counts[name] != status.get(name) for name in counts if name != "active")
        status |= counts
        try:
            track(sync, needs_flush=changed)
        except StatusError:
            # While it waits to replace a pod, a Job is said to have no active ones; beside ready ones that is refused.
            if sync.wait is not None:
                context.queue.add_after(request, sync.wait, background=sync.is_endless)
            raise
        self._records[request] = sync.record
        if refusal is not None:
            raise refusal
        return Result.due(sync.wait, background=sync.is_endless) if sync.wait is not None else DONE


def is_finished(job: Json) -> bool:
    """Whether the Job has completed or failed."""
    present = conditions.of(job)
    ends = (conditions.find(present, kind) for kind in ("Complete", "Failed"))
    return any(end is not None and end.get("status") == "True" for end in ends)


def _pods(context: Context, job: Json) -> list[Json]:
    selector = Selector.from_label_selector(job["spec"].get("selector"))
    owned = context.cache.controlled_by(job["metadata"]["uid"], "", "Pod")
    orphans = context.cache.orphans("", "Pod", job["metadata"]["namespace"], selector)
    return claim_all(context, job, selector, [*owned, *orphans], (FINALIZER,))


def _changed(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A new Job or a new spec is looked at once."""
    before = event.previous
    if before is None or event.type is EventType.DELETED:
        return (event.key,)
    changed = before["metadata"].get("generation") != event.value["metadata"].get("generation")
    return (event.key,) if changed else ()


def _touched(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A mere change of status is gathered with others."""
    return () if is_finished(event.value) else (event.key,)


def _orphans(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """Pods that hold the finalizer though nobody is left to count them."""
    if event.type is EventType.DELETED or not tracked(event.value):
        return ()
    return (event.key,) if _is_orphan(event.value, cache) else ()


def _is_orphan(pod: Json, cache: Cache) -> bool:
    reference = controller_of(pod)
    if reference is None:
        return True
    if reference.get("kind") != "Job":
        return False
    job = cache.find(ObjectKey("batch", "Job", pod["metadata"]["namespace"], reference["name"]))
    if job is None or job["metadata"]["uid"] != reference.get("uid"):
        return True
    return is_finished(job) and pod["metadata"].get("deletionTimestamp") is not None


def _release_orphan(request: ObjectKey, context: Context) -> Result:
    pod = context.cache.find(request)
    if pod is not None and tracked(pod) and _is_orphan(pod, context.cache):
        remove_finalizer(context, pod)
    return DONE
