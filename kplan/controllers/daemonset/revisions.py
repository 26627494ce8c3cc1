"""The revisions of a DaemonSet: the present template's, and those before it.

Upstream: pkg/controller/daemon/update.go (constructHistory, snapshot, cleanupHistory)
"""

from collections.abc import Iterable, Sequence

from kplan.api.metadata import labels_of, status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of, new_controller_ref, with_owner
from kplan.api.podtemplate.equality import semantically_equal
from kplan.api.podtemplate.hash import pod_template_hash
from kplan.api.revisions import POD_REVISION_LABEL, number, oldest_first, template_of, template_patch
from kplan.api.workloadspec import template_labels_of
from kplan.apiserver.errors import StatusError
from kplan.selectors.labels import Selector
from kplan.simulation.reconciler import Context, ObjectKey


def construct(context: Context, owner: Json, pods: Sequence[Json], version: str) -> tuple[Json, list[Json]]:
    """The current revision, made if it is missing, and the old ones."""
    current: list[Json] = []
    old: list[Json] = []
    for revision in _controlled(context, owner):
        (current if _matches(owner, revision) else old).append(_labelled(context, revision))
    wanted = max(map(number, old), default=0) + 1
    if not current:
        return _snapshot(context, owner, wanted, version), old
    kept = _deduplicate(context, current, pods)
    if number(kept) < wanted:
        kept = context.client.update({**kept, "revision": wanted})
    return kept, old


def hash_of(revision: Json) -> str:
    """The hash that pods of this revision carry."""
    return str(labels_of(revision).get(POD_REVISION_LABEL) or "")


def clean_up(context: Context, owner: Json, old: Iterable[Json], pods: Iterable[Json]) -> None:
    """Delete the oldest revisions beyond the history limit that no pod lives by."""
    old, limit = oldest_first(old), owner["spec"].get("revisionHistoryLimit")
    surplus = len(old) - (10 if limit is None else limit)
    live = {labels_of(pod).get(POD_REVISION_LABEL) for pod in pods}
    for revision in old:
        if surplus > 0 and hash_of(revision) not in live:
            _delete(context, revision)
            surplus -= 1


def _controlled(context: Context, owner: Json) -> list[Json]:
    selector = Selector.from_label_selector(owner["spec"].get("selector"))
    found = []
    for revision in context.cache.list("apps", "ControllerRevision", owner["metadata"]["namespace"]):
        controller = controller_of(revision)
        matches = selector.matches(labels_of(revision))
        if controller is None and matches:
            found.append(context.client.update(with_owner(revision, new_controller_ref(owner))))
        elif controller is not None and controller.get("uid") == owner["metadata"]["uid"] and matches:
            found.append(revision)
    return found


def _matches(owner: Json, revision: Json) -> bool:
    return semantically_equal(template_of(revision), owner["spec"]["template"])


def _labelled(context: Context, revision: Json) -> Json:
    metadata = revision["metadata"]
    labels = labels_of(revision)
    if POD_REVISION_LABEL in labels:
        return revision
    labels = {**labels, POD_REVISION_LABEL: metadata["name"]}
    return context.client.update({**revision, "metadata": {**metadata, "labels": labels}})


def _snapshot(context: Context, owner: Json, wanted: int, version: str) -> Json:
    template, collisions = owner["spec"]["template"], status_of(owner).get("collisionCount")
    digest, owner_meta = pod_template_hash(template, version, collisions), owner["metadata"]
    labels = template_labels_of(template)
    metadata: Json = {
        "name": f"{owner_meta['name']}-{digest}",
        "namespace": owner_meta["namespace"],
        "labels": {**labels, POD_REVISION_LABEL: digest},
        "ownerReferences": [new_controller_ref(owner)],
    }
    if owner_meta.get("annotations"):
        metadata["annotations"] = dict(owner_meta["annotations"])
    revision: Json = {
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata,
        "data": template_patch(template), "revision": wanted,
    }  # fmt: skip
    try:
        return context.client.create(revision)
    except StatusError as refusal:
        if refusal.reason != "AlreadyExists":
            raise
        present = context.client.get(
            ObjectKey("apps", "ControllerRevision", metadata["namespace"], metadata["name"])
        )
        if _matches(owner, present):
            return present
        status = {**status_of(owner), "collisionCount": (collisions or 0) + 1}
        context.client.update_status({**owner, "status": status})
        raise


def _deduplicate(context: Context, current: Sequence[Json], pods: Sequence[Json]) -> Json:
    """Keep the latest of several revisions with the current template, and label all pods with its hash."""
    kept = max(current, key=number)
    if len(current) == 1:
        return kept
    for pod in pods:
        metadata = pod["metadata"]
        if labels_of(pod).get(POD_REVISION_LABEL) != hash_of(kept):
            patch = {"metadata": {"labels": {POD_REVISION_LABEL: hash_of(kept)}}}
            context.client.merge_patch(ObjectKey("", "Pod", metadata["namespace"], metadata["name"]), patch)
    for revision in current:
        if revision is not kept:
            _delete(context, revision)
    return kept


def _delete(context: Context, revision: Json) -> None:
    metadata = revision["metadata"]
    context.client.delete(ObjectKey("apps", "ControllerRevision", metadata["namespace"], metadata["name"]))
