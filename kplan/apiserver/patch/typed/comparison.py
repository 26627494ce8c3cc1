"""What the second of two values changed.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/compare.go
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kplan.apiserver.patch.field_set import FieldSet, Path, Step
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.typed.shapes import MISSING, StepError, TypedError, form_of, member_shape, step_of
from kplan.schema.merge import ListShape, Shape


@dataclass(slots=True)
class Comparison:
    """What the second of two values changed."""

    removed: FieldSet = field(default_factory=FieldSet)
    modified: FieldSet = field(default_factory=FieldSet)
    added: FieldSet = field(default_factory=FieldSet)

    @property
    def is_same(self) -> bool:
        """Whether the second value is the first one, as far as fields go."""
        return not (self.removed or self.modified or self.added)

    def filtered(self, keep: Callable[[FieldSet], FieldSet]) -> "Comparison":
        """Pass each of the three through a filter."""
        return Comparison(keep(self.removed), keep(self.modified), keep(self.added))


def equal(left: Any, right: Any) -> bool:
    """Compare two values; integers and floats compare as numbers."""
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and left.keys() == right.keys()
            and all(equal(v, right[k]) for k, v in left.items())
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(equal, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def compare(shape: Shape, left: Any, right: Any) -> Comparison:
    """Compare two values of one type."""
    comparison = Comparison()
    _compare(shape, left, right, (), comparison)
    return comparison


def _compare(shape: Shape, left: Any, right: Any, path: Path, out: Comparison) -> None:
    """Compare in the form of either side: a map that became a string is modified and lost its members."""
    kinds = [form_of(shape, side) for side in (left, right) if side is not MISSING]
    for kind in dict.fromkeys(kinds):
        leaf = not _compare_inside(shape, kind, left, right, path, out)
        if leaf and len(kinds) == 2 and not equal(left, right):
            out.modified.insert(path)
    if left is MISSING:
        out.added.insert(path)
    elif right is MISSING:
        out.removed.insert(path)


def _compare_inside(shape: Shape, kind: str, left: Any, right: Any, path: Path, out: Comparison) -> bool:
    """Compare member by member; False if the value is a leaf: a scalar, something atomic, or empty on both sides."""
    if kind == "map" and shape.map and not shape.map.atomic:
        lhs, rhs = (side if isinstance(side, dict) else {} for side in (left, right))
        for key in {**lhs, **rhs}:
            member = member_shape(shape.map, key)
            if member is not None:
                _compare(member, lhs.get(key, MISSING), rhs.get(key, MISSING), (*path, field_step(key)), out)
        return bool(lhs or rhs)
    if kind == "list" and shape.list and shape.list.associative:
        before, after = (side if isinstance(side, list) else [] for side in (left, right))
        _compare_items(shape.list, before, after, path, out)
        return bool(before or after)
    return False


def _compare_items(shape: ListShape, left: list[Any], right: list[Any], path: Path, out: Comparison) -> None:
    """Items are compared by identity; repeated ones as if they were one atomic list."""
    before, after = _grouped(shape, left), _grouped(shape, right)
    for step in {**before, **after}:
        old, new = before.get(step, []), after.get(step, [])
        place = (*path, step)
        if len(old) <= 1 and len(new) <= 1:
            _compare(shape.element, old[0] if old else MISSING, new[0] if new else MISSING, place, out)
        elif len(old) >= 2 and len(new) >= 2:
            if not equal(old, new):
                out.modified.insert(place)
        elif len(old) >= 2:
            if new:
                _compare(shape.element, MISSING, new[0], place, out)
            out.removed.insert(place)
        else:
            if old:
                _compare(shape.element, old[0], MISSING, place, out)
            out.added.insert(place)


def _grouped(shape: ListShape, items: list[Any]) -> dict[Step, list[Any]]:
    groups: dict[Step, list[Any]] = {}
    for item in items:
        try:
            groups.setdefault(step_of(shape, item), []).append(item)
        except StepError as error:
            raise TypedError(str(error)) from error
    return groups
