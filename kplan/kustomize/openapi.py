"""``openapi: {path: ...}``: how lists of kinds are merged, as a file of OpenAPI definitions says it.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/openapi/openapi.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import Gvk
from kplan.manifest.goyaml import read
from kplan.schema.merge import FieldShape, ListShape, MapShape, Shape

Shapes = Mapping[Gvk, Shape]
_BUILT_IN: Final = "v1.21.2"


def check_schema(settings: Mapping[str, Any], loader: Loader) -> str:
    """The text of the schema that a kustomization names;
    raise KustomizeError where there is no such file or version.
    """
    text = loader.text(settings["path"]) if "path" in settings else ""
    version = settings.get("version")
    if text and version is not None:
        raise KustomizeError("builtin version and custom schema provided, cannot use both")
    if version not in (None, "", _BUILT_IN):
        raise KustomizeError("the specified OpenAPI version is not built in")
    return text


def shapes(text: str) -> Shapes:
    """The types of a file's kinds; no other kind has lists that are merged then."""
    nodes = read(text)
    value = nodes[0].value if nodes else {}
    definitions = value.get("definitions") if isinstance(value, dict) else None
    if not isinstance(definitions, dict):
        raise KustomizeError("invalid OpenAPI schema: it has no definitions")
    known: dict[str, Shape] = {}
    found: dict[Gvk, Shape] = {}
    for name, schema in definitions.items():
        kinds = schema.get("x-kubernetes-group-version-kind") if isinstance(schema, dict) else None
        for kind in kinds if isinstance(kinds, list) else ():
            gvk = Gvk(*(str(kind.get(part) or "") for part in ("group", "version", "kind")))
            found[gvk] = _named(name, definitions, known)
    return found


def _named(name: str, definitions: Mapping[str, Any], known: dict[str, Shape]) -> Shape:
    """The type of a definition, which may hold itself."""
    if name not in known:
        known[name] = Shape()
        made = _shape(definitions.get(name), definitions, known)
        known[name].list, known[name].map = made.list, made.map
    return known[name]


def _shape(schema: Any, definitions: Mapping[str, Any], known: dict[str, Shape]) -> Shape:
    schema = schema if isinstance(schema, dict) else {}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _named(reference.rpartition("/")[2], definitions, known)
    made = Shape()
    fields, element = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(fields, dict) or isinstance(element, dict):
        made.map = MapShape(
            {name: _field(one, definitions, known) for name, one in (fields or {}).items()},
            _shape(element, definitions, known) if isinstance(element, dict) else None,
        )
    if "items" in schema:
        keys = schema.get("x-kubernetes-list-map-keys")
        made.list = ListShape(
            _shape(schema["items"], definitions, known),
            keys=tuple(map(str, keys)) if isinstance(keys, list) else (),
        )
    return made


def _field(schema: Any, definitions: Mapping[str, Any], known: dict[str, Shape]) -> FieldShape:
    said = schema if isinstance(schema, dict) else {}
    strategies = str(said.get("x-kubernetes-patch-strategy") or "")
    return FieldShape(
        _shape(schema, definitions, known), strategies=tuple(strategies.split(",")) if strategies else (),
        merge_key=str(said.get("x-kubernetes-patch-merge-key") or ""),
    )  # fmt: skip
