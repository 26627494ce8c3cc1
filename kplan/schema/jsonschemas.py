"""JSON schemas of custom resources to the definitions they were made of."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kplan.api.object import Json

_DROPPED: Final = ("$schema", "$id", "definitions")


def definition_of(group: str, kind: str, versions: Iterable[tuple[str, Mapping[str, Any]]]) -> Json:
    """A CustomResourceDefinition with these schemas by version. Of its scope a schema says nothing."""
    name = kind.lower()
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}s.{group}"},
        "spec": {
            "group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": f"{name}s", "singular": name},
            "versions": [
                {
                    "name": version, "served": True, "storage": number == 0,
                    "schema": {"openAPIV3Schema": _structural(schema)},
                }
                for number, (version, schema) in enumerate(versions)
            ],
        },
    }  # fmt: skip


def _structural(schema: Any) -> Any:
    """A schema as definitions have it: what converters write for JSON Schema's sake is taken back."""
    if isinstance(schema, list):
        return [_structural(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {
        key: {name: _structural(one) for name, one in value.items()}
        if key == "properties" and isinstance(value, Mapping)
        else _structural(value)
        for key, value in schema.items()
        if key not in _DROPPED and not (key == "additionalProperties" and value is False)
    }
    if _is_int_or_string(found):
        del found["oneOf"]
        found["x-kubernetes-int-or-string"] = True
    given = found.get("type")
    if isinstance(given, list):
        found["type"] = next((one for one in given if one != "null"), "object")
        if "null" in given:
            found["nullable"] = True
    return found


def _is_int_or_string(schema: Mapping[str, Any]) -> bool:
    options = schema.get("oneOf")
    if not isinstance(options, list) or "type" in schema:
        return False
    types = sorted(str(one.get("type")) for one in options if isinstance(one, Mapping))
    return types == ["integer", "string"]
