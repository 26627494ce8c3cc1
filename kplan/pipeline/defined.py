"""Definitions of custom resources that are there without being given:
those of the stored state, and of catalogues of schemas.
"""

from typing import TYPE_CHECKING

from kplan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kplan.api.object import Json, Object


def definitions(directory: str) -> "Sequence[Json]":
    """The CustomResourceDefinitions of the stored state, if there is one. Raises UsageError if it is damaged."""
    from kplan.state import home

    if home.find(directory) is None:
        return ()
    from pathlib import Path

    from kplan.state.sources import sqlite

    stored = sqlite.find(Path(directory))
    try:
        found = stored.definitions() if stored else ()
    except ValueError as error:
        raise UsageError(f"the stored state is damaged: {error}") from error
    if not all(isinstance(one, dict) for one in found):
        raise UsageError("the stored state is damaged: a CustomResourceDefinition in it is no object")
    return found


def catalogued(folders: "Iterable[str]", objects: "Iterable[Object]") -> "list[Json]":
    """Definitions of the kinds of objects, of folders that hold JSON schemas."""
    from kplan.inputs.catalogues import schemas
    from kplan.schema.jsonschemas import definition_of

    by_kind: dict[tuple[str, str], list[tuple[str, Json]]] = {}
    for one in schemas(folders, (item.gvk for item in objects if "." in item.gvk.group)):
        by_kind.setdefault((one.group, one.kind), []).append((one.version, one.schema))
    return [definition_of(*kind, versions) for kind, versions in by_kind.items()]
