"""The strategy of custom resources: one a served version of a definition.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go
"""

from functools import partial

from kplan.api.object import Json
from kplan.apiserver.customresource import validation
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    count_generation,
    keep,
    only_status_without_metadata,
)
from kplan.schema.crd import CustomKind


def strategy_for(kind: CustomKind) -> Strategy:
    """Make the strategy of a custom kind."""
    return Strategy(
        kind.resource.group,
        kind.resource.kind,
        partial(validation.validate, kind=kind),
        partial(validation.validate_update, kind=kind),
        prepare_for_create=partial(_create, kind),
        prepare_for_update=partial(_update, kind),
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=partial(validation.validate_status_update, kind=kind),
        allow_unconditional_update=False,
    )


def _create(kind: CustomKind, obj: Json, _context: Context) -> None:
    if kind.status:
        obj.pop("status", None)
    obj["metadata"]["generation"] = 1


def _update(kind: CustomKind, new: Json, old: Json, _context: Context) -> None:
    if kind.status:
        keep(new, old, "status")
    if {**new, "metadata": None} != {**old, "metadata": None}:
        count_generation(new, old)
