"""Field paths of replacements and vars: ``spec.containers.[name=web].image``, ``a.*.b``, ``a.0``.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/match.go
"""

import re
from collections.abc import Iterator
from typing import Any

from kplan.api.whole import whole
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.scalars import text_of

_STEP = re.compile(r"\[[^\]]*\]|(?:\\.|[^.\[\\])+")
_MATCH = re.compile(r"^\[(?:([^=]*)=)?(.*)\]$")


def steps_of(path: str) -> list[str]:
    """The steps; dots in brackets and after a backslash belong to a name."""
    steps = [step.replace("\\.", ".") for step in _STEP.findall(path)]
    return [step[1:-1] if step.startswith("[") and "=" not in step else step for step in steps]


def lookup(value: Any, steps: list[str]) -> Any:
    """What stands at a path; None where nothing does."""
    for step in steps:
        found = next(iter(_below(value, step)), None)
        if found is None:
            return None
        value = found[0][found[1]]
    return value


def places(value: Any, steps: list[str], *, create: bool, empty: Any) -> Iterator[tuple[Any, Any]]:
    """Every place that a path names, made where that is asked for."""
    step, rest = steps[0], steps[1:]
    found = _below(value, step)
    if not found and create:
        found = _made(value, step, ({} if not _of_list(rest[0]) else []) if rest else empty)
    for container, key in found:
        if not rest:
            yield container, key
        else:
            if container[key] is None and create:
                container[key] = [] if _of_list(rest[0]) else {}
            yield from places(container[key], rest, create=create, empty=empty)


def _of_list(step: str) -> bool:
    return step.startswith("[") or step.isdecimal()


def _below(value: Any, step: str) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        if step == "*" and step not in value:
            return [(value, name) for name in value]
        return [(value, step)] if step in value else []
    if isinstance(value, list):
        if step == "*":
            return [(value, index) for index in range(len(value))]
        if step == "-" and value:
            return [(value, len(value) - 1)]
        if found := _MATCH.match(step):
            return [(value, index) for index, item in enumerate(value) if _is(item, found[1], found[2])]
        if (index := whole(step)) is not None:
            return [(value, index)] if index < len(value) else []
        return [place for item in value if isinstance(item, dict) for place in _below(item, step)]
    return []


def _is(item: Any, name: str | None, wanted: str) -> bool:
    if not name:
        return not isinstance(item, (dict, list)) and text_of(item) == wanted
    return (
        isinstance(item, dict)
        and name in item
        and (text_of(item[name]) == wanted or compile_regex(f"^{wanted}$").matches(text_of(item[name])))
    )


def _made(value: Any, step: str, new: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict) and step != "*":
        value[step] = new
        return [(value, step)]
    found = _MATCH.match(step)
    if isinstance(value, list) and found and found[1]:
        value.append({found[1]: found[2]})
        return [(value, len(value) - 1)]
    if isinstance(value, list) and (index := whole(step)) is not None:
        if index > len(value):
            raise KustomizeError(f"index {step} specified but only {len(value)} elements found")
        value.append(new)
        return [(value, len(value) - 1)]
    return []
