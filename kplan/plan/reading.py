"""Typed reads of stored JSON, which the API server has validated: ``number(value, "status", "readyReplicas")``.

Decided: not the typed views of ``kplan.api``. Building those of pods and workloads takes a quarter of a second, as long
as the plan of a small file; a risk that needs much of one object may well import a view where it reads it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kplan.api import conditions
from kplan.api.object import Json


def text(value: Json, *path: str) -> str:
    """A string; empty if it is absent."""
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def number(value: Json, *path: str, default: int = 0) -> int:
    """An integer; the default if it is absent."""
    found = _at(value, path)
    return found if isinstance(found, int) else default


def items(value: Json, *path: str) -> Sequence[Any]:
    """A list; empty if it is absent."""
    found = _at(value, path)
    return found if isinstance(found, list) else ()


def fields(value: Json, *path: str) -> Json:
    """A mapping; empty if it is absent."""
    found = _at(value, path)
    return found if isinstance(found, dict) else {}


def condition_message(value: Json, condition_type: str) -> str:
    """The message of a condition in the status; empty if there is none."""
    found = conditions.find(items(value, "status", "conditions"), condition_type)
    return message_of(found) if found else ""


def message_of(value: Json) -> str:
    """What an event or a status says, without the credentials that it repeats."""
    from kplan.masking.objects import concealed_prose  # noqa: PLC0415 - few plans have anything to say

    return concealed_prose(text(value, "message"))


def _at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
