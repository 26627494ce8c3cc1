"""Drops what an older minor drops because its gate is off there, unless the old object has it."""

from kplan.api.object import Json
from kplan.apiserver.older.places import places
from kplan.schema.changes.gates import Gate, off_by_default


def drop_disabled_fields(obj: Json, old: Json | None, minor: int) -> None:
    """Drop the fields of gates that the minor has off by default."""
    for gate in off_by_default(minor):
        if old is None or not any(_found(old, gate)):
            for parent, name in _found(obj, gate):
                del parent[name]


def _found(obj: Json, gate: Gate) -> list[tuple[Json, str]]:
    found = []
    for row in gate.paths:
        path, _, kept = row.partition("!")
        found += [
            (parent, name)
            for parent, name, _ in places(obj, gate.kinds, path)
            if not kept or parent[name] != kept
        ]
    return found
