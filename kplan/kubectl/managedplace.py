"""Where in an object a field stands that a conflict names as sets of managed fields do:
``.spec.containers[name="app"].image``.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/fieldpath/element.go (PathElement.String)
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from kplan.fieldpath import FieldPath, Step

_ITEM: Final = re.compile(r'\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]')
_PAIR: Final = re.compile(r'(\w*)=("(?:[^"\\]|\\.)*"|[^,]+)')


def place_of(path: str, value: Any) -> FieldPath:
    """The place, as far down as the object has it: who conflicts may name less of it than the object stored."""
    return FieldPath.of(*_steps(path, value))


def _steps(rest: str, value: Any) -> Iterator[Step]:
    while rest:
        found = _item(rest, value) if rest.startswith("[") else _field(rest, value)
        if found is None:
            return
        step, rest = found
        yield step
        value = value[step]


def _field(rest: str, value: Any) -> tuple[Step, str] | None:
    """The field that comes first; names of labels and annotations have dots in them,
    so the longest that fits is meant.
    """
    names = [str(name) for name in value if _begins(rest, f".{name}")] if isinstance(value, dict) else []
    name = max(names, key=len, default=None)
    return None if name is None else (name, rest[len(name) + 1 :])


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and rest[len(name) : len(name) + 1] in ("", ".", "[")


def _item(rest: str, value: Any) -> tuple[Step, str] | None:
    """The item of a list by its keys, its value or its index."""
    found = _ITEM.match(rest)
    if found is None or not isinstance(value, list):
        return None
    if found[1].isdecimal():
        place = int(found[1]) if int(found[1]) < len(value) else None
    else:
        wanted = {name: json.loads(text) for name, text in _PAIR.findall(found[1])}
        place = next((at for at, one in enumerate(value) if _fits(one, wanted)), None)
    return None if place is None else (place, rest[found.end() :])


def _fits(item: Any, wanted: dict[str, Any]) -> bool:
    """Whether an item has these keys; one that it leaves out has its default."""
    if not isinstance(item, dict):
        return bool(wanted == {"": item})
    return any(name in item for name in wanted) and all(
        item.get(name, text) == text for name, text in wanted.items()
    )
