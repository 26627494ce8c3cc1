"""Fields taken out of a value.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/remove.go
"""

from typing import Any

from kplan.apiserver.patch.field_set import FieldSet
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.typed.shapes import form_of, member_shape, step_or_none
from kplan.schema.merge import ListShape, MapShape, Shape


def remove(shape: Shape, value: Any, fields: FieldSet) -> Any:
    """Take fields out of a value; what is emptied that way stays, empty."""
    kind = form_of(shape, value)
    if kind == "map" and shape.map:
        return _remove_members(shape.map, value, fields)
    if kind == "list" and shape.list:
        return _remove_items(shape.list, value, fields)
    return value


def _remove_members(shape: MapShape, value: Any, fields: FieldSet) -> Any:
    if not isinstance(value, dict) or not value or shape.atomic:
        return None
    kept: dict[str, Any] = {}
    matched = False
    for key, item in value.items():
        step = field_step(key)
        if step in fields.members:
            continue
        below = fields.below(step)
        member = member_shape(shape, key)
        if below and member is not None:
            matched = True
            kept[key] = _emptied(item, remove(member, item, below))
        else:
            kept[key] = item
    return kept if kept or matched else None


def _remove_items(shape: ListShape, value: Any, fields: FieldSet) -> Any:
    if not isinstance(value, list) or not value or not shape.associative:
        return None
    kept: list[Any] = []
    matched = False
    for item in value:
        step = step_or_none(shape, item)
        if step in fields.members:
            continue
        below = fields.below(step) if step else FieldSet()
        if below:
            matched = True
            kept.append(_emptied(item, remove(shape.element, item, below)))
        else:
            kept.append(item)
    return kept if kept or matched else None


def _emptied(before: Any, after: Any) -> Any:
    if after is None and isinstance(before, (dict, list)):
        return type(before)()
    return after
