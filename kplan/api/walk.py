"""Reads of JSON whose shape nobody has checked yet: a wrong type on the way reads as nothing, never as an error."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from kplan.fieldpath import FieldPath

EACH: Final = "*"
_NOTHING: Final[Mapping[str, Any]] = {}


def mapping(value: Any, *names: str) -> Mapping[str, Any]:
    """The mapping at the names; empty if there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def text(value: Any, *names: str) -> str:
    """The text at the names; empty if there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def texts(value: Any, *names: str) -> Mapping[str, str]:
    """The texts in the mapping at the names, as labels are; what else is in it is left out."""
    return {key: item for key, item in mapping(value, *names).items() if isinstance(item, str)}


def items(value: Any, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings in the list at the name, with their indices."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, list):
        for index, item in enumerate(found):
            if isinstance(item, dict):
                yield index, item


@lru_cache(maxsize=1024)
def steps(pattern: str) -> tuple[str, ...]:
    """Split ``spec.volumes[*].secret`` into names and ``*``, which is every item of a list or a mapping."""
    return tuple(pattern.replace("[*]", ".*").split("."))


def find(value: Any, pattern: str, path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """Every place the pattern names, with what stands there."""
    return _find(value, steps(pattern), 0, path)


def _find(value: Any, names: tuple[str, ...], at: int, path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    while at < len(names):
        name = names[at]
        at += 1
        if name == EACH:
            if isinstance(value, list):
                for index, item in enumerate(value):
                    yield from _find(item, names, at, path / index)
            elif isinstance(value, dict):
                for key, item in value.items():
                    yield from _find(item, names, at, path / key)
            return
        if not isinstance(value, dict) or name not in value:
            return
        value = value[name]
        path /= name
    if value is not None:
        yield path, value
