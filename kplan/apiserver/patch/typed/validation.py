"""Whether a value fits its shape.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/typed/validate.go
"""

from typing import Any

from kplan.apiserver.patch.field_set import Step, step_text
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.go_values import go_syntax, sprint
from kplan.apiserver.patch.typed.shapes import MISSING, StepError, TypedError, form_of, member_shape, step_of
from kplan.schema.merge import ListShape, MapShape, Shape


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
    kind = form_of(shape, value)
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
        member = member_shape(shape, key)
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
            except StepError as error:
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
