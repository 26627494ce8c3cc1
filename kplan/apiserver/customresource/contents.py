"""Schemas identified by their content: most definitions are copies of a few, or differ in one version.

A key tells schemas apart by what they hold, in its order and with its types, so what was worked
out for one holds for all.
"""

import marshal
from collections.abc import Hashable
from typing import Any, Final

from kplan.apiserver.customresource.schemas import NAMED, ONE, SEVERAL, Schema, has_only_bounds
from kplan.checksum import fingerprint

_SHARED: Final[dict[bytes, Schema]] = {}
"""The shared schemas, by digest: full keys of nested schemas would be many times as large."""
_MOST_SHARED: Final = 100_000
_WHOLE: Final[dict[int, tuple[Schema, Schema]]] = {}
"""The most recent root schemas by identity, and their shared form: one request asks for each several times."""
_MOST_WHOLE: Final = 16


class Seen:
    """Schemas that a walk found sound, by identity and role; shared schemas are never changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, Hashable], Schema] = {}

    def has(self, schema: Schema, role: Hashable = None) -> bool:
        """Whether this very schema was found sound."""
        return self._known.get((id(schema), role)) is schema

    def add(self, schema: Schema, role: Hashable = None) -> None:
        """Remember that a schema is sound; it is kept alive, so that its id is not reused."""
        if len(self._known) > _MOST_SHARED:
            self._known.clear()
        self._known[id(schema), role] = schema


def content(value: Any) -> bytes | None:
    """The key of a value of plain JSON; None for one that remembers more than JSON does."""
    try:
        return marshal.dumps(value, 2)
    except ValueError:
        return None


def whole(schema: Schema) -> Schema:
    """The shared form of a version's schema, kept for as long as one request needs it."""
    known = _WHOLE.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_WHOLE) >= _MOST_WHOLE:
            _WHOLE.clear()
        known = _WHOLE[id(schema)] = schema, shared(schema)
    return known[1]


def shared(schema: Schema) -> Schema:
    """The schema that is used for all schemas of equal content, including those inside it.

    Nine of ten schemas inside of definitions are equal to another (a pod's is in every operator's), so that a walk
    which remembers what it found by identity goes over a tenth of them.
    """
    key = content(schema)
    if key is None:
        return schema
    digest = fingerprint(key)
    found = _SHARED.get(digest)
    if found is None:
        found = {name: _inside(name, value) for name, value in schema.items()}
        if len(_SHARED) > _MOST_SHARED:
            _SHARED.clear()
        _SHARED[digest] = found
    return found


def _inside(name: str, value: Any) -> Any:
    """The value of a keyword, with the schemas that it holds shared."""
    if name in NAMED and isinstance(value, dict):
        return {key: _shared_inner(inner) for key, inner in value.items()}
    if (name in SEVERAL or name == "items") and isinstance(value, list):
        return list(map(_shared_inner, value))
    return _shared_inner(value) if name in ONE or name == "items" else value


def _shared_inner(value: Any) -> Any:
    """A schema inside another; most are leaves, which nothing is worked out for."""
    return shared(value) if isinstance(value, dict) and not has_only_bounds(value) else value
