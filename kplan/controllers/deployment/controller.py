"""The Deployment loop: finds the ReplicaSets, decides between scaling, rolling back and rolling out, reports.

Upstream: pkg/controller/deployment/{deployment_controller,sync}.go
"""

from collections.abc import Iterable

from kplan.api import conditions
from kplan.api.labelselectors import match_labels_of
from kplan.api.metadata import annotations_of, labels_of, status_of, with_annotations
from kplan.api.object import Json
from kplan.api.owners import controller_of, is_controlled_by, new_controller_ref
from kplan.api.podtemplate.equality import HASH_LABEL, equal_ignore_hash
from kplan.api.podtemplate.hash import pod_template_hash
from kplan.api.workloadspec import min_ready_seconds_of, replicas_of, status_count, strategy_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.deployment import rollback, rollout, scaling, status
from kplan.controllers.deployment.headway import Headways
from kplan.controllers.deployment.replicasets import (
    DESIRED_REPLICAS,
    REVISION,
    active,
    find_new,
    is_revised,
    max_revision,
    new_rs_replicas,
    others,
    replicas_annotations,
    revised_annotations,
)
from kplan.controllers.deployment.standing import Standing
from kplan.controllers.deployment.sync import Sync
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it, wanted
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
    deletions,
    itself,
)

_NAME_LENGTH = 253


class DeploymentController:
    """Keeps ReplicaSets as their Deployment wants them."""

    name = "deployment-controller"

    def __init__(self, version: str) -> None:
        self._version = version
        self._standings: dict[ObjectKey, Standing] = {}
        self._headways = Headways()
        self.watches = (
            Watch("apps", "Deployment", itself),
            Watch("apps", "ReplicaSet", its_controller_or_whoever_selects_it("apps", "Deployment")),
            Watch("", "Pod", _for_pod, heeds=deletions),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Do one step of what the Deployment needs (syncDeployment)."""
        deployment = context.cache.find(request)
        if deployment is None:
            self._standings.pop(request, None)
            self._headways.forget(request)
            return DONE
        if not deployment["spec"].get("selector"):
            return self._selects_all(deployment, context)
        return self._headways.heeded(request, deployment, self._turn(request, deployment, context))

    def _turn(self, request: ObjectKey, deployment: Json, context: Context) -> Result:
        selector, standing = wanted(deployment), self._standings.get(request)
        sets = context.cache.controlled_by(deployment["metadata"]["uid"], "apps", "ReplicaSet")
        orphans = context.cache.orphans("apps", "ReplicaSet", request.namespace, selector)
        if standing is not None and not orphans:
            rest = standing.rest(deployment, sets, context.clock.now)
            if rest is not None:
                return rest
            if standing.holds(deployment, sets):
                return self._roll(Sync(context, deployment, list(sets)), request, standing)
        claimed = claim_all(context, deployment, selector, [*sets, *orphans])
        return self._sync_all(Sync(context, deployment, claimed), request)

    def _roll(self, sync: Sync, request: Request, standing: Standing | None = None) -> Result:
        """Roll on from where every ReplicaSet is at its revision, and remember where that leads."""
        before = sync.deployment
        if standing is not None:
            new = sync.sets[standing.new]
            sync.arrange([rs for rs in sync.sets if rs is not new], new)
        result = rollout.rolling(sync)
        self._standings[request] = Standing(sync, before)
        return result

    def _sync_all(self, sync: Sync, request: Request) -> Result:
        deployment = sync.deployment
        if deployment["metadata"].get("deletionTimestamp"):
            return self._sync_status_only(sync)
        _check_paused(sync)
        if deployment["spec"].get("paused"):
            return self._sync(sync)
        if rollback.wanted(deployment) is not None:
            self._revise(sync, create=True)
            return rollback.roll_back(sync)
        settled = self._revise(sync, create=False)
        if _is_scaling_event(sync):
            return self._sync(sync)
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            return rollout.recreate(sync, lambda create: self._revise(sync, create=create))
        if settled:
            return self._roll(sync, request)
        self._revise(sync, create=True)
        return rollout.rolling(sync)

    def _selects_all(self, deployment: Json, context: Context) -> Result:
        text = "This deployment is selecting all pods. A non-empty selector is required."
        context.event(deployment, "Warning", "SelectingAll", text)
        return DONE

    def _sync_status_only(self, sync: Sync) -> Result:
        self._revise(sync, create=False)
        sync.write_status(sync.calculated_status())
        return DONE

    def _sync(self, sync: Sync) -> Result:
        """Scale, clean up if paused, report; never roll."""
        self._revise(sync, create=False)
        scaling.scale(sync)
        if sync.deployment["spec"].get("paused") and rollback.wanted(sync.deployment) is None:
            sync.clean_up()
        sync.write_status(sync.calculated_status())
        return DONE

    def _revise(self, sync: Sync, *, create: bool) -> bool:
        """Find the old ReplicaSets and the new one, with its revision; make it if it is missing and wanted.

        The answer says whether the new one was there as it should be, so that doing this again would change nothing.
        """
        existing = find_new(sync.deployment, sync.sets)
        sync.arrange(others(sync.sets, existing), existing)
        revision = max_revision(sync.old) + 1
        if existing is not None:
            sync.arrange(sync.old, self._refresh(sync, existing, revision))
        elif create:
            sync.arrange(sync.old, self._create(sync, revision))
        return existing is not None and sync.new is existing

    def _refresh(self, sync: Sync, existing: Json, revision: int) -> Json:
        revised = is_revised(sync.deployment, existing, revision)
        seconds = min_ready_seconds_of(sync.deployment)
        if not revised or min_ready_seconds_of(existing) != seconds:
            changed = with_annotations(existing, revised_annotations(sync.deployment, existing, revision))
            return sync.update({**changed, "spec": {**changed["spec"], "minReadySeconds": seconds}})
        sync.note_revision(annotations_of(existing).get(REVISION, ""))
        if (
            status.has_deadline(sync.deployment)
            and status.find_condition(sync.deployment, status.PROGRESSING) is None
        ):
            text = f'Found new replica set "{existing["metadata"]["name"]}"'
            sync.note_progress("FoundNewReplicaSet", text)
        sync.write_notes()
        return existing

    def _create(self, sync: Sync, revision: int) -> Json:
        wanted = self._new_replica_set(sync, revision)
        name = wanted["metadata"]["name"]
        try:
            made = sync.context.client.create(wanted)
        except StatusError as refusal:
            made = self._survive(sync, wanted, refusal)
        else:
            sync.sets.append(made)
            if replicas_of(made) > 0:
                sync.event("ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {replicas_of(made)}")
            if status.has_deadline(sync.deployment):
                sync.note_progress("NewReplicaSetCreated", f'Created new replica set "{name}"')
        sync.note_revision(str(revision))
        sync.write_notes()
        return made

    def _new_replica_set(self, sync: Sync, revision: int) -> Json:
        deployment, spec = sync.deployment, sync.deployment["spec"]
        template = spec["template"]
        collisions = status_of(deployment).get("collisionCount")
        digest = pod_template_hash(template, self._version, collisions)
        labels = {**labels_of(template), HASH_LABEL: digest}
        name = deployment["metadata"]["name"]
        if sync.context.does(Behaviour.CUT_REPLICA_SET_NAMES):
            name = name[: _NAME_LENGTH - 1 - len(digest)]
        selector = spec["selector"]
        selector = {**selector, "matchLabels": {**match_labels_of(selector), HASH_LABEL: digest}}
        bare: Json = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{name}-{digest}",
                "namespace": deployment["metadata"]["namespace"],
                "ownerReferences": [new_controller_ref(deployment)],
                "labels": labels,
            },
            "spec": {
                "replicas": new_rs_replicas(deployment, sync.old, 0),
                "minReadySeconds": min_ready_seconds_of(deployment),
                "selector": selector,
                "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
            },
        }
        noted = revised_annotations(deployment, bare, revision) | replicas_annotations(deployment)
        return with_annotations(bare, noted)

    def _survive(self, sync: Sync, wanted: Json, refusal: StatusError) -> Json:
        """The name is taken: by this very template, or by another one, which calls for another hash."""
        deployment, name = sync.deployment, wanted["metadata"]["name"]
        if refusal.reason == "AlreadyExists":
            key = ObjectKey("apps", "ReplicaSet", deployment["metadata"]["namespace"], name)
            present = sync.context.client.get(key)
            ours = is_controlled_by(present, deployment)
            if ours and equal_ignore_hash(present["spec"]["template"], deployment["spec"]["template"]):
                return present
            before = status_count(deployment, "collisionCount")
            sync.write_status({**status_of(deployment), "collisionCount": before + 1})
        elif not any(cause.type == "NamespaceTerminating" for cause in refusal.causes):
            text = f'Failed to create new replica set "{name}": {refusal.message}'
            if status.has_deadline(deployment):
                failed = status.condition(
                    status.PROGRESSING, "False", "ReplicaSetCreateError", text, sync.now
                )
                sync.write_status(status.set_condition(status_of(deployment), failed))
            sync.event("ReplicaSetCreateError", text, "Warning")
        raise refusal


def _is_scaling_event(sync: Sync) -> bool:
    """Whether a ReplicaSet was told another size than the Deployment has now."""
    wanted = str(replicas_of(sync.deployment))
    for rs in active(sync.all):
        mark = annotations_of(rs).get(DESIRED_REPLICAS, wanted)
        if mark != wanted and mark.isdigit():
            return True
    return False


def _check_paused(sync: Sync) -> None:
    """Say that a rollout pauses or goes on."""
    if not status.has_deadline(sync.deployment):
        return
    reason = conditions.reason(sync.deployment, status.PROGRESSING)
    paused = bool(sync.deployment["spec"].get("paused"))
    if reason == status.TIMED_OUT or paused == (reason == status.PAUSED):
        return
    chosen, text = (
        (status.PAUSED, "Deployment is paused") if paused else (status.RESUMED, "Deployment is resumed")
    )
    new = status.condition(status.PROGRESSING, "Unknown", chosen, text, sync.now)
    sync.write_status(status.set_condition(status_of(sync.deployment), new))


def _for_pod(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """A pod that goes may let a Recreate rollout continue."""
    if event.type is not EventType.DELETED:
        return ()
    reference = controller_of(event.value)
    if reference is None or reference.get("kind") != "ReplicaSet":
        return ()
    rs = cache.find(ObjectKey("apps", "ReplicaSet", event.key.namespace, reference["name"]))
    owner = controller_of(rs) if rs else None
    if owner is None:
        return ()
    key = ObjectKey("apps", "Deployment", event.key.namespace, owner["name"])
    deployment = cache.find(key)
    recreate = deployment is not None and strategy_of(deployment).get("type") == "Recreate"
    return (key,) if recreate else ()
