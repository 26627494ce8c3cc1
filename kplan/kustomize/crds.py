"""``crds:`` files: what the OpenAPI types of custom kinds say of fields that hold names, labels and annotations.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/accumulator/loadconfigfromcrds.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.specs import Specs, united
from kplan.manifest.goyaml import GoYamlError, read

_FIELDS: Final = {
    "x-kubernetes-annotation": "commonAnnotations", "x-kubernetes-label-selector": "commonLabels",
    "x-kubernetes-identity": "namePrefix",
}  # fmt: skip
_REFERENCE: Final = "x-kubernetes-object-ref-"
_OF_OBJECTS: Final = frozenset({"apiVersion", "kind", "metadata"})
_TYPE: Final = "accumulator.OpenAPIDefinition"
Types = Mapping[str, Mapping[str, Any]]
"""The properties of every type, by its name."""


def described(text: str, path: str) -> Specs:
    """The field specs that a file's types ask for."""
    try:
        types = _types(text)
    except KustomizeError as error:
        raise KustomizeError(f"unable to parse open API definition from '{path}': {error}") from None
    result: Specs = {}
    for name, properties in types.items():
        if properties.keys() >= _OF_OBJECTS:
            result = united(result, _specs(name, {"kind": name.rpartition(".")[2]}, types, (), (name,)))
    return result


def _types(text: str) -> Types:
    try:
        nodes = read(text, old=True)
    except GoYamlError as error:
        raise KustomizeError(f"error converting YAML to JSON: yaml: {error}") from None
    value = nodes[0].value if nodes else {}
    if not isinstance(value, dict):
        raise KustomizeError(_wrong(value, "accumulator.nameToApiMap"))
    found = {}
    for name, definition in value.items():
        if not isinstance(definition, dict):
            raise KustomizeError(_wrong(definition, _TYPE))
        fields = {key.lower(): item for key, item in definition.items()}
        properties = (fields.get("schema") or {}).get("properties") or {}
        found[str(name)] = {key: item for key, item in properties.items() if isinstance(item, dict)}
    return found


def _wrong(value: Any, wanted: str) -> str:
    word = "array" if isinstance(value, list) else "string" if isinstance(value, str) else "number"
    return f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {word} into Go value of type {wanted}"


def _specs(
    name: str, gvk: Mapping[str, str], types: Types, path: tuple[str, ...], through: tuple[str, ...]
) -> Specs:
    """The field specs for a type's properties, and recursively for the types of those."""
    result: Specs = {}
    for field, said in types.get(name, {}).items():
        here = (*path, field)
        for mark, specs in _FIELDS.items():
            if mark in said:
                result.setdefault(specs, []).append({**gvk, "path": "/".join(here)})
        if f"{_REFERENCE}api-version" in said and f"{_REFERENCE}kind" in said:
            result.setdefault("nameReference", []).append(_reference(said, gvk, here))
        below = said.get("$ref")
        if isinstance(below, str) and below not in through:
            for specs, rows in _specs(below, gvk, types, here, (*through, below)).items():
                result.setdefault(specs, []).extend(rows)
    return result


def _reference(said: Mapping[str, Any], gvk: Mapping[str, str], path: tuple[str, ...]) -> dict[str, Any]:
    key = said.get(f"{_REFERENCE}name-key", "name")
    return {
        "kind": said[f"{_REFERENCE}kind"], "version": said[f"{_REFERENCE}api-version"],
        "fieldSpecs": [{**gvk, "path": "/".join((*path, key))}],
    }  # fmt: skip
