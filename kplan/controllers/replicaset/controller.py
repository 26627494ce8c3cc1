"""ReplicaSets and ReplicationControllers: as many pods as they say, adopted, released, made and deleted.

Upstream: pkg/controller/replicaset/{replica_set,replica_set_utils}.go, pkg/controller/replication/
"""

from collections import Counter
from collections.abc import Sequence

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import (
    deletion_order,
    is_active,
    is_available,
    node_of,
    ready_since,
)
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.workloadspec import min_ready_seconds_of, replicas_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.replicaset.owned import Owned, OwnedPods
from kplan.schema.changes.behaviours import Behaviour
from kplan.selectors.labels import Selector
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it
from kplan.simulation.clock import Instant, as_datetime, from_datetime, rfc3339, seconds
from kplan.simulation.podcontrol import (
    create_pod,
    delete_pod,
    is_namespace_terminating,
    slow_start,
)
from kplan.simulation.reconciler import (
    DONE,
    Context,
    Request,
    Result,
    Watch,
    itself,
)

BURST = 500
"""Most pods made or deleted in one sync."""

_FAILURE = "ReplicaFailure"


class ReplicaSetController:
    """Keeps the number of pods right; ``kind`` is ReplicaSet or ReplicationController."""

    def __init__(self, group: str = "apps", kind: str = "ReplicaSet") -> None:
        self.group, self.kind = group, kind
        self.name = "replicaset-controller" if group else "replication-controller"
        self._owned = OwnedPods()
        self.watches = (
            Watch(group, kind, itself),
            Watch(
                "",
                "Pod",
                its_controller_or_whoever_selects_it(group, kind, self.selector),
                controllers=(group, kind),
            ),
        )

    def selector(self, owner: Json) -> Selector:
        """Which pods the owner wants to have."""
        wanted = owner["spec"].get("selector")
        return Selector.stored_label_selector(wanted) if self.group else Selector.stored_set(wanted)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the number of pods where it should be and report (syncReplicaSet)."""
        owner = context.cache.find(request)
        if owner is None:
            self._owned.forget(request)
            return DONE
        selector = self.selector(owner)
        owned = context.cache.controlled_by(owner["metadata"]["uid"], "", "Pod")
        orphans = context.cache.orphans("", "Pod", request.namespace, selector)
        look = self._owned.look(request, owner, selector, owned)
        terminating = sum([one.leaving for one in look])
        if orphans or not all(one.kept for one in look if one.active):
            active = [pod for pod in (*owned, *orphans) if is_active(pod)]
            look = self._owned.look(request, owner, selector, claim_all(context, owner, selector, active))
        else:
            look = [one for one in look if one.active]
        pods = [one.pod for one in look]
        refusal = None
        if owner["metadata"].get("deletionTimestamp") is None:
            refusal = self._manage(context, owner, pods)
        counted = terminating if self.group and context.does(Behaviour.TERMINATING_REPLICAS) else None
        status = _status(owner, look, counted, refusal, context.now)
        owner = _write(context, owner, status)
        if refusal is not None:
            raise refusal
        return _next_check(owner, pods, context.now)

    def _manage(self, context: Context, owner: Json, pods: Sequence[Json]) -> StatusError | None:
        diff = len(pods) - replicas_of(owner)
        if diff < 0:
            if not context.allowance.covers(owner, -diff):
                return None
            return _create(context, owner, min(-diff, BURST))
        if diff > 0:
            ranks = self._ranks(context, owner, pods)
            return _delete(context, owner, to_delete(pods, min(diff, BURST), ranks, context.now))
        return None

    def _ranks(self, context: Context, owner: Json, pods: Sequence[Json]) -> dict[str, int]:
        """How many active pods of the same origin share each pod's node: crowded ones go first."""
        related = self._related(context, owner)
        crowd = Counter(node_of(pod) for pod in related if is_active(pod))
        return {pod["metadata"]["uid"]: crowd[node_of(pod)] for pod in pods}

    def _related(self, context: Context, owner: Json) -> list[Json]:
        reference = controller_of(owner)
        siblings: Sequence[Json] = [owner]
        if reference is not None:
            siblings = context.cache.controlled_by(reference["uid"], self.group, self.kind)
        return [
            pod for rs in siblings for pod in context.cache.controlled_by(rs["metadata"]["uid"], "", "Pod")
        ]


def to_delete(pods: Sequence[Json], count: int, ranks: dict[str, int], now: Instant) -> list[Json]:
    """The pods to go; an order is worked out only where some stay."""
    if count >= len(pods):
        return list(pods)
    return deletion_order(pods, as_datetime(now), ranks)[:count]


def _create(context: Context, owner: Json, count: int) -> StatusError | None:
    template = owner["spec"]["template"]
    pod, pattern = pod_from_template(template, owner), (template, owner["metadata"]["uid"])

    def create(_index: int) -> None:
        try:
            create_pod(context, pod, owner, pattern)
        except StatusError as refusal:
            if not is_namespace_terminating(refusal):
                raise

    return slow_start(count, create)[1]


def _delete(context: Context, owner: Json, pods: Sequence[Json]) -> StatusError | None:
    first = None
    for pod in pods:
        try:
            delete_pod(context, pod, owner)
        except StatusError as refusal:
            first = first or refusal
    return first


def _status(
    owner: Json,
    pods: Sequence[Owned],
    terminating: int | None,
    refusal: StatusError | None,
    now: Instant,
) -> Json:
    """Count; a failure is remembered with the text of its first occurrence (calculateStatus)."""
    minimum, when = min_ready_seconds_of(owner), as_datetime(now)
    before = conditions.of(owner)
    ready = [one.pod for one in pods if one.ready]
    status: Json = {
        "replicas": len(pods),
        "fullyLabeledReplicas": sum([one.labelled for one in pods]),
        "readyReplicas": len(ready),
        "availableReplicas": sum(is_available(pod, minimum, when) for pod in ready)
        if minimum
        else len(ready),
        "conditions": before,
    }
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    failed = conditions.find(before, _FAILURE)
    if refusal is not None and failed is None:
        reason = "FailedCreate" if len(pods) < replicas_of(owner) else "FailedDelete"
        new = {
            "type": _FAILURE, "status": "True", "lastTransitionTime": rfc3339(now),
            "reason": reason, "message": refusal.message,
        }  # fmt: skip
        status["conditions"] = [*before, new]
    elif refusal is None and failed is not None:
        status["conditions"] = conditions.without(before, _FAILURE)
    return status


def _write(context: Context, owner: Json, status: Json) -> Json:
    """Write a status that says something new."""
    old = status_of(owner)
    generation = owner["metadata"].get("generation", 0)
    seen = generation == (old.get("observedGeneration") or 0)
    if seen and all(
        (old.get(name) or 0) == (item or 0) for name, item in status.items() if name != "conditions"
    ):
        same = conditions.listed(old) == status["conditions"]
        if same and ("terminatingReplicas" in old) == ("terminatingReplicas" in status):
            return owner
    return context.client.update_status({**owner, "status": {**status, "observedGeneration": generation}})


def _next_check(owner: Json, pods: Sequence[Json], now: Instant) -> Result:
    """Look again when the next ready pod has been ready for long enough."""
    minimum, status = min_ready_seconds_of(owner), status_of(owner)
    if not minimum or (status.get("readyReplicas") or 0) == (status.get("availableReplicas") or 0):
        return DONE
    due = [from_datetime(since) + seconds(minimum) for since in map(ready_since, pods) if since is not None]
    waits = [when - now for when in due if when > now]
    return Result(requeue_after=min(waits, default=seconds(minimum)))
