"""Drops fields whose feature gate is off in an older minor, unless the old object has them."""

from typing import Final

from kplan.api.object import Json
from kplan.api.workloads import group_kind, pod_template
from kplan.apiserver.older.places import places
from kplan.fieldpath import FieldPath
from kplan.schema.changes.gates import Gate, off_by_default

_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")


def drop_disabled_fields(obj: Json, old: Json | None, minor: int) -> None:
    """Drop the fields of gates that the minor has off by default."""
    for gate in off_by_default(minor):
        if old is not None and _found(old, gate):
            continue
        if gate.volume:
            _drop_volumes(obj, gate.volume)
        for parent, name, _ in _found(obj, gate):
            del parent[name]


def fields_of(obj: Json, gate: Gate) -> list[FieldPath]:
    """The fields of an object that a gate is about."""
    return [path for _, _, path in _found(obj, gate)]


def _found(obj: Json, gate: Gate) -> list[tuple[Json, str, FieldPath]]:
    found = []
    for row in gate.paths:
        path, _, kept = row.partition("!")
        found += [one for one in places(obj, gate.kinds, path) if not kept or str(one[0][one[1]]) != kept]
    return found


def _drop_volumes(obj: Json, source: str) -> None:
    """Drop the volumes with a source, and what mounts them."""
    template = pod_template(obj, group_kind(obj))
    spec = template.value.get("spec") if template else None
    if not isinstance(spec, dict):
        return
    gone = {volume.get("name") for volume in spec.get("volumes") or () if source in volume}
    if not gone:
        return
    _keep(spec, "volumes", "name", gone)
    for field in _CONTAINERS:
        for container in spec.get(field) or ():
            _keep(container, "volumeMounts", "name", gone)


def _keep(parent: Json, field: str, key: str, gone: set[str | None]) -> None:
    if field in parent:
        parent[field] = [item for item in parent[field] if item.get(key) not in gone]
        if not parent[field]:
            del parent[field]
