"""Strategies of the apiextensions.k8s.io group.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
"""

from typing import Final

from kplan.api.object import Json
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
        allow_unconditional_update=False,
        warnings=objects.for_definition,
    ),
)
