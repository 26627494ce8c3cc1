"""The strategy of custom resources: one a served version of a definition.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go
"""

from functools import partial
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.customresource import validation
from kplan.apiserver.dns import is_qualified_name
from kplan.apiserver.field import go_quote
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    count_generation,
    keep,
    only_status_without_metadata,
)
from kplan.schema.crd import CustomKind

_FINALIZERS: Final = "metadata.finalizers"
_STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


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
        warnings=_warnings,
        validate_status_update=partial(validation.validate_status_update, kind=kind),
        allow_unconditional_update=False,
    )


def _warnings(new: Json, old: Json | None) -> list[str]:
    known = set(((old or {}).get("metadata") or {}).get("finalizers") or ())
    added = sorted(set(new["metadata"].get("finalizers") or ()) - known)
    return [text for name in added for text in _finalizer_warnings(name)]


def _finalizer_warnings(name: str) -> list[str]:
    found = [f"{_FINALIZERS}: {go_quote(name)}: {text}" for text in is_qualified_name(name)]
    if "/" not in name and name not in _STANDARD_FINALIZERS:
        path = " including a path (/)" if "." in name else ""
        found.append(
            f"{_FINALIZERS}: {go_quote(name)}: prefer a domain-qualified finalizer name{path} to avoid accidental "
            "conflicts with other finalizer writers"
        )
    return found


def _create(kind: CustomKind, obj: Json, _context: Context) -> None:
    if kind.status:
        obj.pop("status", None)
    obj["metadata"]["generation"] = 1


def _update(kind: CustomKind, new: Json, old: Json, _context: Context) -> None:
    if kind.status:
        keep(new, old, "status")
    if {**new, "metadata": None} != {**old, "metadata": None}:
        count_generation(new, old)
