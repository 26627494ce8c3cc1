"""What kubectl itself finds wrong with the fields of a list: it has the server check those of no list.

A list that it finds anything wrong with is not sent, and neither is what stands behind it in its file.

Upstream: staging/src/k8s.io/kubectl/pkg/validation/{schema,validation}.go,
vendor/k8s.io/kube-openapi/pkg/util/proto/validation/types.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Object
from kplan.schema.definitions import Definitions

_Path = tuple[Any, ...]
_FITTING: Final = {
    "boolean": ("boolean",),
    "integer": ("integer", "number"),
    "number": ("integer", "number"),
    "string": ("boolean", "integer", "number", "string"),
}
"""What may be written for a type; anything that is no map or list passes for a string."""


def problems_of(items: Sequence[Object], list_kind: str, definitions: Definitions) -> list[str]:
    """All that is wrong with the items of a list, in kubectl's words; ``list_kind`` is empty for a plain List."""
    check = _Check(definitions)
    for number, item in enumerate(items):
        name = definitions.name_of(item.gvk)
        if name is not None:
            path = ((), f"{list_kind}.items[{number}]" if list_kind else item.gvk.kind)
            check.value({"$ref": name}, "", item.value, path)
    return check.found


class _Check:
    """One walk over values beside their types."""

    def __init__(self, definitions: Definitions) -> None:
        self._schemas = definitions.schemas
        self.found: list[str] = []

    def value(self, schema: Mapping[str, Any], where: str, value: Any, path: _Path) -> None:
        """Check a value; ``where`` is the field's name in the definitions,
        ``path`` its place in the object, inside out.
        """
        reference = schema.get("$ref")
        if reference is not None:
            schema, where = self._schemas.get(reference) or {}, reference
        fields = schema.get("properties")
        kind = schema.get("type")
        if fields:
            self._struct(schema, fields, where, value, path)
        elif kind == "object":
            self._map(schema.get("additionalProperties"), where, value, path)
        elif kind == "array":
            self._list(schema.get("items") or {}, where, value, path)
        elif kind in _FITTING and _kind_of(value) not in _FITTING[kind]:
            self._wrong(where, value, kind, path)

    def _struct(
        self, schema: Mapping[str, Any], fields: Mapping[str, Any], where: str, value: Any, path: _Path
    ) -> None:
        if not isinstance(value, dict):
            self._wrong(where, value, "map", path)
            return
        for name in sorted(value):
            if value[name] is None:
                continue
            if name in fields:
                self.value(fields[name], f"{where}.{name}", value[name], (path, f".{name}"))
            else:
                self._say(path, f'unknown field "{name}" in {where}')
        for name in schema.get("required") or ():
            if value.get(name) is None:
                self._say(path, f'missing required field "{name}" in {where}')

    def _map(self, element: Any, where: str, value: Any, path: _Path) -> None:
        if not isinstance(value, dict):
            self._wrong(where, value, "map", path)
            return
        for name in sorted(value):
            inner = (path, f".{name}")
            if value[name] is None:
                self.found.append(f'unknown object type "nil" in {_text(inner)}')
            elif isinstance(element, dict):
                self.value(element, where, value[name], inner)

    def _list(self, element: Mapping[str, Any], where: str, value: Any, path: _Path) -> None:
        if not isinstance(value, list):
            self._wrong(where, value, "array", path)
            return
        for number, item in enumerate(value):
            inner = (path, f"[{number}]")
            if item is None:
                self._say(path, f'unknown object type "nil" in {_text(inner)}')
            else:
                self.value(element, where, item, inner)

    def _wrong(self, where: str, value: Any, expected: str, path: _Path) -> None:
        self._say(path, f'invalid type for {where}: got "{_kind_of(value)}", expected "{expected}"')

    def _say(self, path: _Path, problem: str) -> None:
        self.found.append(f"ValidationError({_text(path)}): {problem}")


def _text(path: _Path) -> str:
    steps = []
    while path:
        path, step = path
        steps.append(step)
    return "".join(reversed(steps))


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "map" if isinstance(value, dict) else "array"
