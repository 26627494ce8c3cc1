"""Strategies of the apiextensions.k8s.io group.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
"""

from datetime import datetime
from typing import Final

from kplan.api import conditions
from kplan.api.object import Json
from kplan.apiserver import deletion, names
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    create_with_status,
    in_turn,
    only_status_without_metadata,
    update_with_status,
)
from kplan.apiserver.validation import apiextensions as validation
from kplan.apiserver.warnings import objects

GROUP: Final = "apiextensions.k8s.io"
CLEANUP: Final = "customresourcecleanup.apiextensions.k8s.io"
"""Holds a definition until its custom resources are gone."""


def note_stored_version(obj: Json, _context: Context) -> None:
    """Remember the version that objects are stored in."""
    storage = [
        version.get("name")
        for version in (obj.get("spec") or {}).get("versions") or ()
        if version.get("storage")
    ]
    status = obj["status"] = dict(obj.get("status") or {})
    stored = list(status.get("storedVersions") or ())
    if storage and storage[0] not in stored:
        status["storedVersions"] = [*stored, storage[0]]


def note_stored_version_on_update(new: Json, _old: Json, context: Context) -> None:
    """Remember the version that objects are stored in from now on."""
    note_stored_version(new, context)


def delete(definition: Json, options: DeleteOptions, now: datetime) -> Json | None:
    """Mark for deletion first, and hold until the custom resources are gone."""
    metadata, status = definition["metadata"], definition.get("status") or {}
    if metadata.get("deletionTimestamp") is not None:
        return deletion.after_delete(definition, options, now, graceful=False, default_propagation="")
    held, stamp = metadata.get("finalizers") or [], names.timestamp(now)
    if CLEANUP not in held:
        held = [*held, CLEANUP]
    pending = {
        "type": "Terminating", "status": "True", "lastTransitionTime": stamp, "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }  # fmt: skip
    told = {**status, "conditions": conditions.put(conditions.listed(status), pending)}
    return {
        **definition,
        "metadata": {**metadata, "deletionTimestamp": stamp, "finalizers": held},
        "status": told,
    }


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CustomResourceDefinition",
        validation.validate_custom_resource_definition,
        validation.validate_custom_resource_definition_update,
        prepare_for_create=in_turn(create_with_status, note_stored_version),
        prepare_for_update=in_turn(update_with_status, note_stored_version_on_update),
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=validation.validate_custom_resource_definition_status_update,
        delete_hook=delete,
        allow_unconditional_update=False,
        warnings=objects.for_definition,
    ),
)
