"""What a release other than the default one reads of an object: fields it no longer has, and fields it has not yet.

Decoding follows the default release's Go types; the schemas of every release say where theirs differ.

Upstream: api/openapi-spec
"""

from typing import Any

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.fieldpath import FieldPath, Step
from kplan.namedtuples import NamedTuple
from kplan.schema.catalog import Catalog
from kplan.schema.layouts import RELEASE
from kplan.schema.structural import MismatchType, mismatches


class Trimmed(NamedTuple):
    """An object with the fields that both its release and the Go types have."""

    value: Json
    unknown: tuple[str, ...] = ()
    """Fields that the release does not know, though the Go types do."""


def older_minor(catalog: Catalog) -> int:
    """The minor of a release before the default one, such as 33; 0 for the default one and later ones."""
    minor = int(catalog.version.partition(".")[2])
    return minor if minor < int(RELEASE.partition(".")[2]) else 0


def trim_to_release(value: Json, gvk: GroupVersionKind, catalog: Catalog) -> Trimmed:
    """Leave out the fields that only the release, or only the Go types, have."""
    if catalog.version == RELEASE:
        return Trimmed(value)
    theirs, ours = _unknown(value, gvk, catalog), _unknown(value, gvk, Catalog.for_version(RELEASE))
    unknown = [path for path in theirs if path not in ours]
    for path in (*unknown, *(path for path in ours if path not in theirs)):
        value = _without(value, path.steps)
    return Trimmed(value, tuple(f'unknown field "{path}"' for path in unknown))


def _unknown(value: Json, gvk: GroupVersionKind, catalog: Catalog) -> dict[FieldPath, None]:
    schema = catalog.definitions.of(gvk)
    if schema is None:
        return {}
    found = mismatches(value, schema, catalog.definitions, status=True)
    return {one.path: None for one in found if one.type is MismatchType.UNKNOWN}


def _without(value: Any, steps: tuple[Step, ...]) -> Any:
    first, rest = steps[0], steps[1:]
    if isinstance(value, list):
        return [_without(item, rest) if index == first else item for index, item in enumerate(value)]
    if not rest:
        return {name: item for name, item in value.items() if name != first}
    return {**value, first: _without(value[first], rest)}
