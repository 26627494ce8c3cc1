"""The fields that a value has.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/tofieldset.go
"""

from collections.abc import Callable
from typing import Any

from kplan.apiserver.patch.field_set import FieldSet, Step
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.typed.shapes import form_of, member_shape, step_or_none
from kplan.schema.merge import ListShape, MapShape, Shape


def to_field_set(shape: Shape, value: Any) -> FieldSet:
    """Every leaf and every list item of a value."""
    fields = FieldSet()
    _collect(shape, value, fields, None)
    return fields


def _collect(shape: Shape, value: Any, parent: FieldSet, step: Step | None) -> None:
    """Add a value that stands at ``step`` of ``parent`` (at its root without one)."""
    kind = form_of(shape, value)
    maps, lists = shape.map, shape.list
    if kind == "map" and maps and not maps.atomic:
        if isinstance(value, dict):
            _attach(parent, step, lambda fields: _collect_map(maps, value, fields))
    elif kind == "list" and lists and lists.associative:
        if isinstance(value, list):
            _attach(parent, step, lambda fields: _collect_list(lists, value, fields))
    elif kind and step is not None:
        parent.members.add(step)


def _attach(parent: FieldSet, step: Step | None, collect: Callable[[FieldSet], None]) -> None:
    """Collect below a step; nothing found leaves no trace."""
    if step is None:
        collect(parent)
        return
    child = FieldSet()
    collect(child)
    if child:
        parent.children[step] = child


def _collect_map(shape: MapShape, value: dict[str, Any], fields: FieldSet) -> None:
    for key, item in value.items():
        step = field_step(key)
        member = member_shape(shape, key)
        if member is not None:
            _collect(member, item, fields, step)
        if item is None or item == {} or key not in shape.fields:
            fields.members.add(step)


def _collect_list(shape: ListShape, items: list[Any], fields: FieldSet) -> None:
    steps = [step_or_none(shape, item) for item in items]
    for step, item in zip(steps, items, strict=True):
        if step is None:
            continue
        if steps.count(step) == 1:
            _collect(shape.element, item, fields, step)
        fields.members.add(step)
