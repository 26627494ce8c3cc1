"""Which form of its shape a value has, and how an item of a list is identified.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/helpers.go
"""

from typing import Any, Final

from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.field_set import Step, item_key, item_value
from kplan.schema.merge import ListShape, MapShape, Shape

MISSING: Final = object()


class TypedError(Exception):
    """A value does not fit its type; the text lists every problem."""


class StepError(Exception):
    """A list item cannot be identified."""


def form_of(shape: Shape, value: Any) -> str:
    """Which of the shape's forms applies: the value's own if the shape has it, else the first of map, scalar, list."""
    if isinstance(value, dict):
        fits = "map" if shape.map else ""
    elif isinstance(value, list):
        fits = "list" if shape.list else ""
    else:
        fits = "scalar" if shape.scalar and value is not None and value is not MISSING else ""
    return fits or ("map" if shape.map else "scalar" if shape.scalar else "list" if shape.list else "")


_NO_SET_ITEM: Final = {
    dict: "associative list without keys has an element that's a map type",
    list: "not supported: associative list with lists as elements",
    type(None): "associative list without keys has an element that's an explicit null",
}


def step_of(shape: ListShape, item: Any) -> Step:
    """How an item of a set or of a map-list is identified; key fields left out take their default."""
    if not shape.keys:
        if problem := _NO_SET_ITEM.get(type(item)):
            raise StepError(problem)
        return item_value(item)
    if not isinstance(item, dict):
        what = "a null element" if item is None else "non-map elements"
        raise StepError(f"associative list with keys may not have {what}")
    fields = shape.element.map.fields if shape.element.map else {}
    pairs = []
    for key in shape.keys:
        if key in item:
            pairs.append((key, item[key]))
        elif key in fields and fields[key].default is not None:
            pairs.append((key, fields[key].default))
    if not pairs:
        keys = "[" + " ".join(map(go_quote, shape.keys)) + "]"
        raise StepError(
            f"associative list with keys has an element that omits all key fields {keys} "
            "(and doesn't have default values for any key fields)"
        )
    return item_key(pairs)


def member_shape(shape: MapShape, key: str) -> Shape | None:
    """The shape of a member; None if the schema does not declare it."""
    return shape.fields[key].shape if key in shape.fields else shape.element


def step_or_none(shape: ListShape, item: Any) -> Step | None:
    """How an item is identified; None if it cannot be."""
    try:
        return step_of(shape, item)
    except StepError:
        return None
