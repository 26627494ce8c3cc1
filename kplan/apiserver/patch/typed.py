"""Values seen through their shape: validate, list the fields, compare, merge and remove.

The five walks of server-side apply. A missing side is MISSING, a null is None; upstream tells them apart as well.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/{validate,tofieldset,compare,merge,remove,helpers}.go
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.field_set import FieldSet, Path, Step, item_key, item_value, step_text
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.go_values import go_syntax, sprint
from kplan.schema.merge import ListShape, MapShape, Shape

MISSING: Final = object()


class TypedError(Exception):
    """A value does not fit its type; the text lists every problem."""


class _StepError(Exception):
    """A list item cannot be identified."""


def _kind(shape: Shape, value: Any) -> str:
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
            raise _StepError(problem)
        return item_value(item)
    if not isinstance(item, dict):
        what = "a null element" if item is None else "non-map elements"
        raise _StepError(f"associative list with keys may not have {what}")
    fields = shape.element.map.fields if shape.element.map else {}
    pairs = []
    for key in shape.keys:
        if key in item:
            pairs.append((key, item[key]))
        elif key in fields and fields[key].default is not None:
            pairs.append((key, fields[key].default))
    if not pairs:
        keys = "[" + " ".join(map(go_quote, shape.keys)) + "]"
        raise _StepError(
            f"associative list with keys has an element that omits all key fields {keys} "
            "(and doesn't have default values for any key fields)"
        )
    return item_key(pairs)


def _member_shape(shape: MapShape, key: str) -> Shape | None:
    return shape.fields[key].shape if key in shape.fields else shape.element


# Validation ---------------------------------------------------------------------------------------------------------


def validate(shape: Shape, value: Any, *, allow_duplicates: bool = False) -> None:
    """Check a value against its type. Raises TypedError with every problem."""
    _raise(_problems(shape, value, allow_duplicates))


def _raise(problems: list[str]) -> None:
    if problems:
        raise TypedError(
            problems[0] if len(problems) == 1 else "errors:\n" + "\n".join(f"  {text}" for text in problems)
        )


def _prefixed(step: Step, problems: list[str]) -> list[str]:
    """A problem's text begins with its path, if it has one."""
    text = step_text(step)
    return [
        f"{text}{problem}" if problem.startswith((".", "[")) else f"{text}: {problem}" for problem in problems
    ]


def _problems(shape: Shape, value: Any, duplicates: bool) -> list[str]:
    kind = _kind(shape, value)
    if kind == "map" and shape.map:
        return _map_problems(shape.map, value, duplicates)
    if kind == "list" and shape.list:
        return _list_problems(shape.list, value, duplicates)
    if kind == "scalar":
        problem = _scalar_problem(shape, value)
        return [problem] if problem else []
    return [f"schema error: invalid atom: {'named type: ' + shape.name if shape.name else 'inlined'}"]


def _map_problems(shape: MapShape, value: Any, duplicates: bool) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, dict):
        return [f"expected map, got {_shown(value)}"]
    problems: list[str] = []
    for key, item in value.items():
        member = _member_shape(shape, key)
        if member is None:
            return [*problems, f".{key}: field not declared in schema"]
        if found := _problems(member, item, duplicates):
            problems += _prefixed(field_step(key), found)
    return problems


def _list_problems(shape: ListShape, value: Any, duplicates: bool) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        return [f"expected list, got {_shown(value)}"]
    problems: list[str] = []
    seen: set[Step] = set()
    for index, item in enumerate(value):
        step: Step = (3, index)
        if shape.associative:
            try:
                step = step_of(shape, item)
            except _StepError as error:
                return [*problems, f"element {index}: {error}"]
            if step in seen and not duplicates:
                problems.append(f"duplicate entries for key {step_text(step)}")
            seen.add(step)
        if found := _problems(shape.element, item, duplicates):
            problems += _prefixed(step, found)
    return problems


def _scalar_problem(shape: Shape, value: Any) -> str:
    if value is None or value is MISSING:
        return ""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if shape.scalar == "numeric" and not number:
        types = {str: "string", bool: "bool", dict: "map[string]interface {}", list: "[]interface {}"}
        return f"expected numeric (int or float), got {types[type(value)]}"
    if shape.scalar == "string" and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"
    if shape.scalar == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got {_shown(value)}"
    if shape.scalar == "untyped" and isinstance(value, (dict, list)):
        return f"expected any scalar, got {_shown(value)}"
    return ""


def _shown(value: Any) -> str:
    return f"&{{{sprint(value)}}}"


# Field sets ---------------------------------------------------------------------------------------------------------


def to_field_set(shape: Shape, value: Any) -> FieldSet:
    """Every leaf and every list item of a value."""
    fields = FieldSet()
    _collect(shape, value, fields, None)
    return fields


def _collect(shape: Shape, value: Any, parent: FieldSet, step: Step | None) -> None:
    """Add a value that stands at ``step`` of ``parent`` (at its root without one)."""
    kind = _kind(shape, value)
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
        member = _member_shape(shape, key)
        if member is not None:
            _collect(member, item, fields, step)
        if item is None or item == {} or key not in shape.fields:
            fields.members.add(step)


def _collect_list(shape: ListShape, items: list[Any], fields: FieldSet) -> None:
    steps = [_step_or_none(shape, item) for item in items]
    for step, item in zip(steps, items, strict=True):
        if step is None:
            continue
        if steps.count(step) == 1:
            _collect(shape.element, item, fields, step)
        fields.members.add(step)


def _step_or_none(shape: ListShape, item: Any) -> Step | None:
    try:
        return step_of(shape, item)
    except _StepError:
        return None


# Comparison ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Comparison:
    """What the second of two values changed."""

    removed: FieldSet = field(default_factory=FieldSet)
    modified: FieldSet = field(default_factory=FieldSet)
    added: FieldSet = field(default_factory=FieldSet)

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
    kinds = [_kind(shape, side) for side in (left, right) if side is not MISSING]
    for kind in dict.fromkeys(kinds):
        leaf = not _compare_inside(shape, kind, left, right, path, out)
        if leaf and len(kinds) == 2 and not equal(left, right):
            out.modified.insert(path)
    if left is MISSING:
        out.added.insert(path)
    elif right is MISSING:
        out.removed.insert(path)


def _compare_inside(shape: Shape, kind: str, left: Any, right: Any, path: Path, out: Comparison) -> bool:
    """Compare member by member; False where the value is a leaf: a scalar, something atomic, or empty on both sides."""
    if kind == "map" and shape.map and not shape.map.atomic:
        lhs, rhs = (side if isinstance(side, dict) else {} for side in (left, right))
        for key in {**lhs, **rhs}:
            member = _member_shape(shape.map, key)
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
        except _StepError as error:
            raise TypedError(str(error)) from error
    return groups


# Merging ------------------------------------------------------------------------------------------------------------


def merge(shape: Shape, left: Any, right: Any) -> Any:
    """Lay a partial value over a whole one; nothing is removed, and lists take the order of what is applied."""
    kind = _kind(shape, left if right is MISSING else right)
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
        member = _member_shape(shape, key)
        if member is None:
            raise TypedError(f".{key}: field not declared in schema")
        value = merge(member, left.get(key, MISSING), right.get(key, MISSING))
        if value is not MISSING:
            merged[key] = value
    return merged or MISSING


def _merge_lists(shape: ListShape, left: list[Any], right: list[Any]) -> Any:
    """Walk both lists; items both have come in the right one's order, the left one's own items stay where they stood."""
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
    except _StepError as error:
        raise TypedError(str(error)) from error


# Removal ------------------------------------------------------------------------------------------------------------


def remove(shape: Shape, value: Any, fields: FieldSet) -> Any:
    """Take fields out of a value; what is emptied that way stays, empty."""
    kind = _kind(shape, value)
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
        member = _member_shape(shape, key)
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
        step = _step_or_none(shape, item)
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
