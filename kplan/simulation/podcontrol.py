"""How controllers create and delete pods: with Events about it, in batches that double as long as all goes well.

Upstream: pkg/controller/controller_utils.go (RealPodControl), pkg/controller/replicaset/replica_set.go (slowStartBatch)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import ready_since
from kplan.apiserver.client import Client
from kplan.apiserver.errors import StatusError
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import Instant, from_datetime, rfc3339, seconds
from kplan.simulation.reconciler import DONE, Context, Result

NAMESPACE_TERMINATING = "NamespaceTerminating"


def create_pod(context: Context, pod: Json, owner: Json, pattern: tuple[Json, str] | None = None) -> Json:
    """Create a pod and record an Event about its owner, for a refusal as well. Raises StatusError.

    ``pattern`` is the template and the owner's uid, if pods of them differ in nothing but their names.
    """
    context.allowance.take()
    try:
        made = context.client.create(pod, pattern)
    except StatusError as refusal:
        if not is_namespace_terminating(refusal):
            context.event(owner, "Warning", "FailedCreate", f"Error creating: {refusal.message}")
        raise
    context.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {made['metadata']['name']}")
    return made


def availability_check(minimum: int, status: Mapping[str, Any], pods: Iterable[Json], now: Instant) -> Result:
    """Look again when the next ready pod has been ready for ``minimum`` seconds; not at all if every ready one has.

    Upstream: pkg/controller/controller_utils.go (FindMinNextPodAvailabilityCheck)
    """
    if not minimum or (status.get("readyReplicas") or 0) == (status.get("availableReplicas") or 0):
        return DONE
    due = [from_datetime(since) + seconds(minimum) for since in map(ready_since, pods) if since is not None]
    waits = [when - now for when in due if when > now]
    return Result(requeue_after=min(waits, default=seconds(minimum)))


def delete_pod(context: Context, pod: Json, owner: Json) -> None:
    """Delete a pod and record an Event about its owner; one that is gone already is left alone. Raises StatusError."""
    name = pod["metadata"]["name"]
    try:
        context.client.delete(ObjectKey("", "Pod", pod["metadata"].get("namespace", ""), name))
    except StatusError as refusal:
        if refusal.code == 404:
            return
        context.event(owner, "Warning", "FailedDelete", f"Error deleting: {refusal.message}")
        raise
    context.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")


def disruption_target(context: Context, pod: Json, reason: str, message: str) -> Json:
    """The condition that says why a pod is about to go; without a reason, that it is not any more."""
    made = {
        "type": "DisruptionTarget",
        "status": "True" if reason else "False",
        "lastTransitionTime": rfc3339(context.now),
    }
    generation = pod["metadata"].get("generation")
    if generation and context.does(Behaviour.OBSERVED_GENERATION):
        made["observedGeneration"] = generation
    return {**made, "reason": reason, "message": message} if reason else made


def is_namespace_terminating(refusal: StatusError) -> bool:
    """Whether the namespace is terminating, so that a retry cannot succeed."""
    return any(cause.type == NAMESPACE_TERMINATING for cause in refusal.causes)


@contextmanager
def unless_terminating() -> Iterator[None]:
    """Write into a namespace, and pass over the refusal if that is terminating. Raises StatusError for any other."""
    try:
        yield
    except StatusError as refusal:
        if not is_namespace_terminating(refusal):
            raise


def create_all(client: Client, values: Iterable[Json]) -> bool:
    """Create objects one by one; False at the first that is refused because its namespace is terminating.

    Raises StatusError.
    """
    for value in values:
        try:
            client.create(value)
        except StatusError as refusal:
            if not is_namespace_terminating(refusal):
                raise
            return False
    return True


def slow_start(count: int, act: Callable[[int], object], initial: int = 1) -> tuple[int, StatusError | None]:
    """Act on 0..count in batches of 1, 2, 4...; stop after a batch with a refusal. Returns
    successes and the first refusal.

    Within a batch the last one goes first: that is how upstream's scheduler of goroutines starts
    what is spawned together.
    """
    done, position, size = 0, 0, min(count, initial)
    while size > 0:
        batch = range(position, position + size)
        refusals = []
        for index in (batch[-1], *batch[:-1]):
            try:
                act(index)
            except StatusError as refusal:
                refusals.append(refusal)
            else:
                done += 1
        if refusals:
            return done, refusals[0]
        position += size
        size = min(2 * size, count - position)
    return done, None
