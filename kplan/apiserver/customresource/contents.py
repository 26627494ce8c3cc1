"""What schemas are by their content: most definitions of the world are copies of few, or differ in one version.

A key tells schemas apart by what they hold, in its order and with its types, so what was worked out for one holds for all.
"""

import marshal
from collections.abc import Hashable
from typing import Any, Final

from kplan.apiserver.customresource.schemas import NAMED, ONE, SEVERAL, Schema, has_only_bounds
from kplan.checksum import fingerprint

_SHARED: Final[dict[bytes, Schema]] = {}
"""By digest, as the keys of all schemas inside others would be many times as long as these."""
_MOST_SHARED: Final = 100_000
_WHOLE: Final[dict[int, tuple[Schema, Schema]]] = {}
"""The last whole schemas, by identity, with those that stand for them: one request asks for each several times."""
_MOST_WHOLE: Final = 16


class Seen:
    """Schemas of which a walk found that they are sound, each in one role, by identity: what is shared is never changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, Hashable], Schema] = {}

    def has(self, schema: Schema, role: Hashable = None) -> bool:
        """Whether this very schema was found sound."""
        return self._known.get((id(schema), role)) is schema

    def add(self, schema: Schema, role: Hashable = None) -> None:
        """Take down that a schema is sound; it is held, so that nothing else gets its id."""
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
    """What stands for the schema of a version, which is not looked through again as long as one request is about it."""
    known = _WHOLE.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_WHOLE) >= _MOST_WHOLE:
            _WHOLE.clear()
        known = _WHOLE[id(schema)] = schema, shared(schema)
    return known[1]


def shared(schema: Schema) -> Schema:
    """The schema that stands for all of equal content, as do those inside it.

    Nine of ten schemas inside of definitions are equal to another (a pod's is in every operator's), so that a walk which
    remembers what it found by identity goes over a tenth of them.
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
