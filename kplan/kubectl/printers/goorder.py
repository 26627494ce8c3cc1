"""An object in the order of the fields of its Go type, as a client prints what it holds as one.

Upstream: staging/src/k8s.io/api (the declarations), Go's encoding/json
"""

from typing import Any

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.schema import layouts


def in_go_order(value: Json) -> Json:
    """The same object; kinds that the server has no type for have their keys sorted."""
    gvk = GroupVersionKind.of(str(value.get("apiVersion") or ""), str(value.get("kind") or ""))
    expression = layouts.bundled().type_of(gvk)
    ordered: Json = _ordered(value, expression or "")
    return ordered


def _ordered(value: Any, expression: str) -> Any:
    types, name = layouts.bundled(), expression.lstrip("*")
    if isinstance(value, list):
        name = types.underlying(name)
        inner = layouts.element(name) if name.startswith("[]") else ""
        return [_ordered(item, inner) for item in value]
    if not isinstance(value, dict):
        return value
    known = _fields(name)
    if known:
        return {key: _ordered(value[key], inner) for key, inner in known.items() if key in value}
    name = types.underlying(name)
    inner = layouts.element(name) if name.startswith("map[") else ""
    return {key: _ordered(value[key], inner) for key in sorted(value)}


def _fields(name: str) -> dict[str, str]:
    """JSON names and types in order, those of embedded structs in their place."""
    found: dict[str, str] = {}
    for field in layouts.bundled().fields(name) or ():
        if field.inline:
            found |= _fields(field.type.lstrip("*"))
        else:
            found[field.json] = field.type
    return found
