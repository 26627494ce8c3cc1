"""Field paths of replacements and vars: ``spec.containers.[name=web].image``, ``a.*.b``, ``a.0``.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/utils/pathsplitter.go, kyaml/yaml/fns.go (PathGetter), kyaml/yaml/match.go
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from kplan.api.whole import whole
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.scalars import text_of
from kplan.manifest.goyaml import GoYamlError, plain, read

Place = tuple[Any, Any]
"""A mapping or a list, and the key in it."""
NEW: Final = object()
"""Stands in a place that was made for a scalar."""
_NEGATIVE = re.compile(r"-\d+", re.ASCII)
_ABSENT = object()


def steps_of(path: str) -> list[str]:
    """The steps; dots in brackets and after a backslash belong to a name."""
    parts = _split(path)
    steps = []
    while parts:
        step = parts.pop(0)
        if step.startswith("[") and not step.endswith("]"):
            step = _closed(step, parts)
            step = step if "=" in step else step.strip("[]")
        steps.append(step)
    return steps


def _closed(step: str, parts: list[str]) -> str:
    """A step that begins with a bracket, with the parts up to the one that closes it; these are taken out."""
    while parts and not step.endswith("]"):
        step += f".{parts.pop(0)}"
    return step


def _split(path: str) -> list[str]:
    first, *rest = path.split(".")
    if not first and rest:
        first, *rest = rest
    steps = [first]
    for part in rest:
        if steps[-1].endswith("\\"):
            steps[-1] = f"{steps[-1][:-1]}.{part}"
        else:
            steps.append(part)
    return steps


def lookup(value: Any, steps: list[str]) -> Any:
    """What stands at a path; None if nothing does."""
    for step in filter(None, map(str.strip, steps)):
        value = _step(value, step)
        if value is None:
            return None
    return value


def _step(value: Any, step: str) -> Any:
    """What one step leads to: the first item that a step in brackets names."""
    if step == "*":
        raise KustomizeError("wildcard is not supported in PathGetter")
    if _NEGATIVE.fullmatch(step):
        raise KustomizeError(f"array index {step} cannot be negative")
    index = -1 if step == "-" else whole(step)
    if index is not None:
        require_kind(value, list)
        return value[index] if value and index < len(value) else None
    if is_of_list(step):
        name, wanted = _pair(step)
        require_kind(value, list)
        return next((item for item in value or () if _equals(item, name, wanted)), None)
    require_kind(value, dict)
    return (value or {}).get(step)


def _equals(item: Any, name: str, wanted: str) -> bool:
    if not name:
        return not isinstance(item, (dict, list)) and text_of(item) == wanted
    return isinstance(item, dict) and name in item and text_of(item[name]) == wanted


def places(value: Any, steps: list[str], *, create: bool, empty: Any) -> Iterator[Place]:
    """Every place that a path names, made if that is asked for; a last step that is made holds ``empty``."""
    step, rest = steps[0], steps[1:]
    if (index := whole(step)) is not None:
        found = _at_index(value, index, _new(rest, empty), create=create)
    elif is_of_list(step):
        found = _with_value(value, *_pair(step), create=create)
        rest = rest if _pair(step)[0] else []
    elif step == "*":
        require_kind(value, list)
        found = [(value, place) for place in range(len(value or ()))]
    else:
        found = _field(value, step, rest, _new(rest, empty), create=create)
    for container, key in found:
        if not rest:
            yield container, key
        else:
            if container[key] is None and create:
                container[key] = _new(rest, empty)
            yield from places(container[key], rest, create=create, empty=empty)


def _new(rest: list[str], empty: Any) -> Any:
    """What is made for a step that is missing, by what follows it."""
    if not rest:
        return empty
    return [] if is_of_list(rest[0]) or whole(rest[0]) is not None else {}


def is_of_list(step: str) -> bool:
    """Whether a step is in brackets, and names items of a list."""
    return step.startswith("[") and step.endswith("]")


def _pair(step: str) -> tuple[str, str]:
    name, equals, wanted = step[1:-1].partition("=")
    if not equals:
        raise KustomizeError("list path element must contain fieldName=fieldValue for element to match")
    return name, wanted


def _field(value: Any, name: str, rest: list[str], new: Any, *, create: bool) -> list[Place]:
    if value is None:
        return []
    require_kind(value, dict if name else str)
    if name not in value:
        if not create:
            return []
        value[name] = new
    if rest and value[name] is not None and not isinstance(value[name], (dict, list)):
        _require_within(value[name], rest, create=create)
        return []
    return [(value, name)]


def _require_within(text: Any, rest: list[str], *, create: bool) -> None:
    """A path that goes on below a text has to fit what the text says, and yet names nothing that is written."""
    try:
        nodes = read(text_of(text))
    except GoYamlError as error:
        raise KustomizeError(f"yaml: {error}") from None
    list(places(nodes[0].value if nodes else None, rest, create=create, empty=None))


def _at_index(value: Any, index: int, new: Any, *, create: bool) -> list[Place]:
    require_kind(value, list)
    count = len(value or ())
    if create and value is not None and count == index:
        value.append(new)
    elif count <= index:
        raise KustomizeError(f"index {index} specified but only {count} elements found")
    return [(value, index)]


def _with_value(value: Any, name: str, wanted: str, *, create: bool) -> list[Place]:
    require_kind(value, list)
    pattern = compile_regex(wanted)

    def fits(item: Any) -> bool:
        own = item.get(name, _ABSENT) if name and isinstance(item, dict) else _ABSENT if name else item
        return own is not _ABSENT and not isinstance(own, (dict, list)) and pattern.matches(text_of(own))

    found = [(value, index) for index, item in enumerate(value or ()) if fits(item)]
    if not found and create and value is not None:
        value.append({name: plain(wanted)} if name else NEW)
        found = [(value, len(value) - 1)]
    return found
