"""Rolling back by the deprecated annotation: the template of an earlier revision becomes the Deployment's again.

Upstream: pkg/controller/deployment/rollback.go
"""

import re

from kplan.api.metadata import annotations_of, labels_of, with_annotations
from kplan.api.object import Json
from kplan.api.podtemplate.equality import HASH_LABEL, equal_ignore_hash
from kplan.controllers.deployment.replicasets import (
    OWN_ANNOTATIONS,
    ROLLBACK_TO,
    last_revision,
    revision_of,
)
from kplan.controllers.deployment.sync import Sync
from kplan.simulation.reconciler import DONE, Result

_NUMBER = re.compile(r"[+-]?\d+", re.ASCII)


def wanted(deployment: Json) -> int | None:
    """The revision asked for; 0 means the one before; None if nothing is asked."""
    text = annotations_of(deployment).get(ROLLBACK_TO, "")
    return int(text) if _NUMBER.fullmatch(text) else None


def roll_back(sync: Sync) -> Result:
    """Go back to the revision asked for, and clear the request."""
    revision = wanted(sync.deployment) or last_revision(sync.all)
    if revision == 0:
        sync.event("DeploymentRollbackRevisionNotFound", "Unable to find last revision.", "Warning")
        return _clear(sync, sync.deployment)
    for rs in sync.all:
        if revision_of(rs) == revision:
            return _to_template(sync, rs, revision)
    text = "Unable to find the revision to rollback to."
    sync.event("DeploymentRollbackRevisionNotFound", text, "Warning")
    return _clear(sync, sync.deployment)


def _to_template(sync: Sync, rs: Json, revision: int) -> Result:
    deployment, name = sync.deployment, sync.deployment["metadata"]["name"]
    if equal_ignore_hash(deployment["spec"]["template"], rs["spec"]["template"]):
        text = f'The rollback revision contains the same template as current deployment "{name}"'
        sync.event("DeploymentRollbackTemplateUnchanged", text, "Warning")
        return _clear(sync, deployment)
    own = {key: text for key, text in annotations_of(deployment).items() if key in OWN_ANNOTATIONS}
    copied = {key: text for key, text in annotations_of(rs).items() if key not in OWN_ANNOTATIONS}
    changed = with_annotations(deployment, own | copied)
    _clear(sync, {**changed, "spec": {**changed["spec"], "template": _plain(rs["spec"]["template"])}})
    sync.event("DeploymentRollback", f'Rolled back deployment "{name}" to revision {revision}')
    return DONE


def _plain(template: Json) -> Json:
    labels = {key: text for key, text in labels_of(template).items() if key != HASH_LABEL}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def _clear(sync: Sync, deployment: Json) -> Result:
    kept = {key: text for key, text in annotations_of(deployment).items() if key != ROLLBACK_TO}
    sync.deployment = sync.context.client.update(with_annotations(deployment, kept))
    return DONE
