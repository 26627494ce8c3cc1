"""Finished Jobs with a time to live are deleted when it is over.

Upstream: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant
from kplan.simulation.reconciler import DONE, Cache, Context, EventType, Request, Result, Watch, WatchEvent


class TTLAfterFinishedController:
    """Deletes Jobs some time after they finished."""

    name = "ttl-after-finished-controller"

    def __init__(self) -> None:
        self.watches = (Watch("batch", "Job", _with_ttl),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Delete a Job whose time is over, with its pods (processJob)."""
        job = context.cache.find(request)
        if job is None or job["metadata"].get("deletionTimestamp") is not None:
            return DONE
        finished, ttl = finished_at(job), job["spec"].get("ttlSecondsAfterFinished")
        if finished is None or ttl is None:
            return DONE
        left = finished + ttl * SECOND - context.now
        if left > 0:
            return Result.due(left)
        context.client.delete(request, propagation="Foreground", uid=job["metadata"]["uid"])
        return DONE


def finished_at(job: Json) -> Instant | None:
    """When the Job completed or failed, or None."""
    for kind in ("Complete", "Failed"):
        end = conditions.of_type(job, kind)
        if end is not None and end.get("status") == "True" and end.get("lastTransitionTime"):
            return parse_instant(end["lastTransitionTime"])
    return None


def _with_ttl(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    gone = event.type is EventType.DELETED
    return (event.key,) if not gone and event.value["spec"].get("ttlSecondsAfterFinished") is not None else ()
