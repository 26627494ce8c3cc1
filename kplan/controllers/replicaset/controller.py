"""ReplicaSets and ReplicationControllers: as many pods as they say, adopted, released, made and deleted.

Upstream: pkg/controller/replicaset/replica_set.go, pkg/controller/replication/
"""

from collections import Counter
from collections.abc import Sequence

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import (
    deletion_order,
    is_active,
    node_of,
)
from kplan.api.workloadspec import min_ready_seconds_of, replicas_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.replicaset.owned import Known, Owned, OwnedPods, Pattern
from kplan.controllers.replicaset.status import report
from kplan.schema.changes.behaviours import Behaviour
from kplan.selectors.labels import Selector
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it
from kplan.simulation.clock import as_datetime
from kplan.simulation.podcontrol import (
    availability_check,
    create_pod,
    delete_pod,
    slow_start,
    unless_terminating,
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


class ReplicaSetController:
    """Keeps the number of pods right; ``kind`` is ReplicaSet or ReplicationController."""

    def __init__(self, group: str = "apps", kind: str = "ReplicaSet") -> None:
        self.group, self.kind = group, kind
        self.name = "replicaset-controller" if group else "replication-controller"
        self._owned = OwnedPods(self.selector)
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
        known = self._owned.of(request, owner)
        owned = context.cache.controlled_by(owner["metadata"]["uid"], "", "Pod")
        orphans = context.cache.orphans("", "Pod", request.namespace, known.selector)
        if not orphans and known.rests(owner, owned):
            return DONE
        look = known.look(owner, owned)
        leaving = len([one for one in look if one.leaving])
        active = [one for one in look if one.active]
        claimed = not orphans and False not in [one.kept for one in active]
        if not claimed:
            found = [pod for pod in (*owned, *orphans) if is_active(pod)]
            active = known.look(owner, claim_all(context, owner, known.selector, found))
        owner = self._adjust(context, owner, known, active, leaving)
        if min_ready_seconds_of(owner):
            ready = [one.pod for one in active]
            return availability_check(min_ready_seconds_of(owner), status_of(owner), ready, context.now)
        if claimed and len(active) == replicas_of(owner):
            known.rest(owner, owned)
        return DONE

    def _adjust(
        self, context: Context, owner: Json, known: Known, pods: Sequence[Owned], leaving: int
    ) -> Json:
        """Make or delete pods and report; the answer is the owner with its status. Raises StatusError."""
        missing, refusal = replicas_of(owner) - len(pods), None
        if owner["metadata"].get("deletionTimestamp") is not None:
            missing = 0
        if missing > 0 and context.allowance.covers(owner, missing):
            refusal = _create(context, owner, known.to_make(owner), min(missing, BURST))
        elif missing < 0:
            refusal = self._delete(context, owner, [one.pod for one in pods], min(-missing, BURST))
            # Upstream counts them when it is told of each; a rollout that looks before would take them for available.
            left = known.look(owner, context.cache.controlled_by(owner["metadata"]["uid"], "", "Pod"))
            pods, leaving = [one for one in left if one.active], len([one for one in left if one.leaving])
        counted = leaving if self.group and context.does(Behaviour.TERMINATING_REPLICAS) else None
        owner = report(context, owner, pods, counted, refusal)
        if refusal is not None:
            raise refusal
        return owner

    def _delete(self, context: Context, owner: Json, pods: Sequence[Json], count: int) -> StatusError | None:
        """Delete pods; an order is worked out only if some stay. The answer is the first refusal."""
        if count < len(pods):
            ranks = self._ranks(context, owner, pods)
            pods = deletion_order(pods, as_datetime(context.now), ranks)[:count]
        first = None
        for pod in pods:
            try:
                delete_pod(context, pod, owner)
            except StatusError as refusal:
                first = first or refusal
        return first

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


def _create(context: Context, owner: Json, made_of: tuple[Json, Pattern], count: int) -> StatusError | None:
    pod, pattern = made_of

    def create(_index: int) -> None:
        with unless_terminating():
            create_pod(context, pod, owner, pattern)

    return slow_start(count, create)[1]
