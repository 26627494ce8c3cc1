"""The StatefulSet loop: claim the pods, find the revisions, do one pass, report.

Upstream: pkg/controller/statefulset/{stateful_set,stateful_set_control}.go
"""

from collections.abc import Iterable, Sequence

from kplan.api.metadata import labels_of, status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of, new_controller_ref, with_owner
from kplan.api.podtemplate.equality import semantically_equal
from kplan.api.revisions import (
    new_revision,
    next_number,
    oldest_first,
    same,
    template_of,
    template_patch,
)
from kplan.api.workloadspec import claim_templates_of, replicas_of, template_labels_of, update_strategy_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.statefulset.identity import parent_and_ordinal, revision_of
from kplan.controllers.statefulset.update import Update, new_status
from kplan.selectors.labels import Selector
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it
from kplan.simulation.podcontrol import availability_check
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
)

_KIND = ("apps", "StatefulSet")
_COUNTS = ("replicas", "currentReplicas", "readyReplicas", "updatedReplicas", "availableReplicas")
_REVISIONS = ("currentRevision", "updateRevision")


class StatefulSetController:
    """Keeps a StatefulSet's pods, claims and revisions."""

    name = "statefulset-controller"

    def __init__(self) -> None:
        self.watches = (
            Watch(*_KIND, itself),
            Watch("", "Pod", its_controller_or_whoever_selects_it(*_KIND), controllers=_KIND),
            Watch("", "PersistentVolumeClaim", _for_claim),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Do one pass over the set (sync)."""
        owner = context.cache.find(request)
        if owner is None:
            return DONE
        selector = Selector.from_label_selector(owner["spec"].get("selector"))
        revisions = _revisions(context, owner, selector)
        pods = _pods(context, owner, selector)
        current, latest, collisions, revisions = _live(context, owner, revisions)
        update = Update(context, owner, current, latest, pods)
        refusal = update.run()
        status = _completed(owner, new_status(update, collisions))
        if _differs(owner, status):
            context.client.update_status({**owner, "status": {**status_of(owner), **status}})
        if refusal is not None:
            raise refusal
        _truncate(context, owner, pods, revisions, {current["metadata"]["name"], latest["metadata"]["name"]})
        return availability_check(update.minimum, status, pods, context.now)


def _pods(context: Context, owner: Json, selector: Selector) -> list[Json]:
    """The set's pods: those it owns, and orphans that match by labels and by name."""
    owned = context.cache.controlled_by(owner["metadata"]["uid"], "", "Pod")
    orphans = context.cache.orphans("", "Pod", owner["metadata"]["namespace"], selector)
    members = [pod for pod in (*owned, *orphans) if parent_and_ordinal(pod)[0] == owner["metadata"]["name"]]
    return claim_all(context, owner, selector, members)


def _revisions(context: Context, owner: Json, selector: Selector) -> list[Json]:
    """The set's revisions in order; orphans that match are adopted."""
    found = []
    for revision in context.cache.list("apps", "ControllerRevision", owner["metadata"]["namespace"]):
        controller = controller_of(revision)
        if controller is not None and controller.get("uid") == owner["metadata"]["uid"]:
            found.append(revision)
        elif controller is None and selector.matches(labels_of(revision)):
            adopted = with_owner(revision, new_controller_ref(owner))
            dying = owner["metadata"].get("deletionTimestamp") is not None
            found.append(revision if dying else context.client.update(adopted))
    return oldest_first(found)


def _live(context: Context, owner: Json, revisions: list[Json]) -> tuple[Json, Json, int, list[Json]]:
    """The current and the update revision, the collision count and all revisions (getStatefulSetRevisions)."""
    status, template = status_of(owner), owner["spec"]["template"]
    collisions = int(status.get("collisionCount") or 0)
    labels = template_labels_of(template)
    proposed = new_revision(owner, labels, template_patch(template), next_number(revisions), collisions)
    equal = [revision for revision in revisions if same(revision, proposed)]
    if equal and same(revisions[-1], equal[-1]):
        latest = revisions[-1]
    elif equal:
        latest = context.client.update({**equal[-1], "revision": proposed["revision"]})
        revisions = [
            latest if item["metadata"]["uid"] == latest["metadata"]["uid"] else item for item in revisions
        ]
    elif revisions and semantically_equal(template_of(revisions[-1]), template):
        latest = revisions[-1]
    else:
        latest, collisions = _create_revision(context, owner, proposed, collisions)
    named = (item for item in revisions if item["metadata"]["name"] == status.get("currentRevision"))
    return next(named, latest), latest, collisions, revisions


def _create_revision(context: Context, owner: Json, proposed: Json, collisions: int) -> tuple[Json, int]:
    """Create a revision; a name taken by other data calls for another hash."""
    while True:
        try:
            return context.client.create(proposed), collisions
        except StatusError as refusal:
            if refusal.reason != "AlreadyExists":
                raise
        metadata = proposed["metadata"]
        present = context.client.get(
            ObjectKey("apps", "ControllerRevision", metadata["namespace"], metadata["name"])
        )
        if present.get("data") == proposed["data"]:
            return present, collisions
        collisions += 1
        labels = {
            key: text for key, text in metadata["labels"].items() if key != "controller.kubernetes.io/hash"
        }
        proposed = new_revision(owner, labels, proposed["data"], proposed["revision"], collisions)


def _completed(owner: Json, status: Json) -> Json:
    """Once every pod is updated and ready, the update revision becomes the current one."""
    wanted = replicas_of(owner)
    rolling = update_strategy_of(owner).get("type") == "RollingUpdate"
    if rolling and status["updatedReplicas"] == status["readyReplicas"] == status["replicas"] == wanted:
        return {**status, "currentReplicas": wanted, "currentRevision": status["updateRevision"]}
    return status


def _differs(owner: Json, status: Json) -> bool:
    old = status_of(owner)
    if status["observedGeneration"] > (old.get("observedGeneration") or 0):
        return True
    counts = any(status[name] != (old.get(name) or 0) for name in _COUNTS)
    return counts or any(status[name] != (old.get(name) or "") for name in _REVISIONS)


def _truncate(
    context: Context, owner: Json, pods: Sequence[Json], revisions: Sequence[Json], live: set[str]
) -> None:
    """Delete the oldest revisions beyond the history limit that no pod lives by."""
    limit = owner["spec"].get("revisionHistoryLimit")
    live = live | {revision_of(pod) for pod in pods}
    history = [item for item in revisions if item["metadata"]["name"] not in live]
    if limit is None or limit < 0:
        return
    for revision in history[: max(0, len(history) - limit)]:
        metadata = revision["metadata"]
        context.client.delete(
            ObjectKey("apps", "ControllerRevision", metadata["namespace"], metadata["name"])
        )


def _for_claim(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """A claim that goes or changes its owners may let a slot be filled."""
    return [
        ObjectKey("apps", "StatefulSet", event.key.namespace, owner["metadata"]["name"])
        for owner in cache.list("apps", "StatefulSet", event.key.namespace)
        if any(
            event.key.name.startswith(f"{template['metadata']['name']}-{owner['metadata']['name']}-")
            for template in claim_templates_of(owner)
        )
    ]
