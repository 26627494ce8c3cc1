"""How large the values of a schema may be: what estimates of the cost of its rules start from.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/{common/schemas,types,limits}.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kplan.apiserver.customresource.celtypes import escape, with_meta

Schema = Mapping[str, Any]

_REQUEST: Final = 3 * 1024 * 1024
_TEXT: Final = _REQUEST - 2
_FORMATS: Final = {"duration": (32, 3), "date": (12, 12), "date-time": (32, 21)}
"""The most and the fewest bytes that values of these formats take."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most entries a value may have, the fewest bytes it takes, and the same of what is in it."""

    most: int
    least_bytes: int
    item: "Sizes | None" = None
    key: "Sizes | None" = None
    fields: Mapping[str, "Sizes"] = field(default_factory=dict)

    @property
    def cardinality(self) -> int:
        """How often such a value could occur in one request."""
        return _REQUEST // (self.least_bytes + 1)

    def at(self, path: tuple[str, ...]) -> tuple[int, int] | None:
        """The size of what a path from a variable leads to; None if the schema does not say."""
        now: Sizes | None = self
        for name in path[1:]:
            if now is None:
                return None
            if name in {"@items", "@values"}:
                now = now.item
            else:
                now = now.key if name == "@keys" else now.fields.get(name)
        return None if now is None else (0, now.most)


_KEY: Final = Sizes(0, 2)
_PLAIN: Final = {"boolean": Sizes(0, 4), "number": Sizes(0, 1), "integer": Sizes(0, 1)}


def of(schema: Schema, *, root: bool = False) -> Sizes | None:
    """The sizes of a schema's values; None if rules cannot see them."""
    if schema.get("x-kubernetes-int-or-string"):
        return Sizes(_most_text(schema), 1)
    if root:
        schema = with_meta(schema)
    match schema.get("type"):
        case "array":
            return _array(schema)
        case "object":
            return _object(schema)
        case "string":
            return _string(schema)
    return _PLAIN.get(schema.get("type", ""))


def _inner(schema: Schema) -> Sizes | None:
    return of(schema, root=bool(schema.get("x-kubernetes-embedded-resource")))


def _array(schema: Schema) -> Sizes | None:
    items = schema.get("items")
    inner = _inner(items) if isinstance(items, Mapping) else None
    if inner is None:
        return None
    most = schema.get("maxItems")
    return Sizes(_TEXT // (inner.least_bytes + 1) if most is None else max(most, 0), 2, inner)


def _object(schema: Schema) -> Sizes | None:
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping):
        inner = _inner(more)
        if inner is None:
            return None
        most = schema.get("maxProperties")
        return Sizes(_TEXT // (inner.least_bytes + 6) if most is None else max(most, 0), 2, inner, _KEY)
    fields, least = {}, 2
    required = schema.get("required") or ()
    for name, written in (schema.get("properties") or {}).items():
        found, escaped = _inner(written), escape(name)
        if found is None:
            continue
        if escaped is not None:
            fields[escaped] = found
        if name in required and written.get("default") is None:
            least += len(name.encode()) + found.least_bytes + 4
    return Sizes(0, least, fields=fields)


def _string(schema: Schema) -> Sizes:
    form = schema.get("format", "")
    if form in _FORMATS:
        return Sizes(*_FORMATS[form])
    if form == "byte":
        most = schema.get("maxLength")
        return Sizes(_TEXT if most is None else max(most, 0), 2)
    if schema.get("maxLength") is None and schema.get("enum"):
        longest = max((len(value.encode()) for value in schema["enum"] if isinstance(value, str)), default=0)
        return Sizes(longest, 2)
    return Sizes(_most_text(schema), 2)


def _most_text(schema: Schema) -> int:
    most = schema.get("maxLength")
    return _TEXT if most is None else max(most, 0) * 4
