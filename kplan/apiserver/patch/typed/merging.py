"""A partial value laid over a whole one.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/merge.go
"""

from typing import Any

from kplan.apiserver.patch.field_set import Step
from kplan.apiserver.patch.typed.shapes import MISSING, StepError, TypedError, form_of, member_shape, step_of
from kplan.schema.merge import ListShape, MapShape, Shape


def merge(shape: Shape, left: Any, right: Any) -> Any:
    """Lay a partial value over a whole one; nothing is removed, and lists take the order of what is applied."""
    kind = form_of(shape, left if right is MISSING else right)
    if kind == "map" and shape.map and not shape.map.atomic:
        lhs, rhs = (side if isinstance(side, dict) else {} for side in (left, right))
        if lhs or rhs:
            return _merge_maps(shape.map, lhs, rhs)
    elif kind == "list" and shape.list and shape.list.associative:
        before, after = (side if isinstance(side, list) else [] for side in (left, right))
        if before or after:
            return _merge_lists(shape.list, before, after)
    return left if right is MISSING else right


def _merge_maps(shape: MapShape, left: dict[str, Any], right: dict[str, Any]) -> Any:
    merged: dict[str, Any] = {}
    for key in {**left, **right}:
        member = member_shape(shape, key)
        if member is None:
            raise TypedError(f".{key}: field not declared in schema")
        value = merge(member, left.get(key, MISSING), right.get(key, MISSING))
        if value is not MISSING:
            merged[key] = value
    return merged or MISSING


def _merge_lists(shape: ListShape, left: list[Any], right: list[Any]) -> Any:
    """Walk both lists; items both have come in the right one's order,
    the left one's own items stay where they stood.
    """
    before, after = _steps(shape, left), _steps(shape, right)
    held = {step: left[index] for index, step in reversed(list(enumerate(before)))}
    held.update({step: None for step in before if before.count(step) > 1})
    applied = dict(zip(after, right, strict=True))
    shared = [step for step in after if step in held]
    merged: list[Any] = []
    done: set[Step] = set()
    at_left = at_right = 0

    def take(lhs: Any, rhs: Any) -> None:
        value = merge(shape.element, lhs, rhs)
        if value is not MISSING:
            merged.append(value)

    while at_left < len(before) or at_right < len(after):
        if at_left < len(before) and at_right < len(after):
            step = before[at_left]
            if step == after[at_right]:
                done.add(step)
                take(held[step], applied[step])
                at_left, at_right = at_left + 1, at_right + 1
                shared = shared[1:]
                continue
            if step in applied and shared and shared[0] != step:
                at_left += 1
                continue
        if at_left < len(before):
            step = before[at_left]
            if step not in applied:
                take(left[at_left], MISSING)
                at_left += 1
                continue
            if step in done:
                at_left += 1
        if at_right < len(after):
            step = after[at_right]
            done.add(step)
            take(held.get(step, MISSING), applied[step])
            at_right += 1
            if shared and shared[0] == step:
                shared = shared[1:]
    return merged or MISSING


def _steps(shape: ListShape, items: list[Any]) -> list[Step]:
    try:
        return [step_of(shape, item) for item in items]
    except StepError as error:
        raise TypedError(str(error)) from error
