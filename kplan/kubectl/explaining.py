"""Fields and types of a kind, as kubectl explain lays them out.

Upstream: staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kplan.schema.definitions import Definitions
from kplan.schema.descriptions import description_of, description_of_any
from kplan.schema.enums import values_of

Schema = Mapping[str, Any]
_WIDTH = 76
_FEW = 4
_EITHER = (".Quantity", ".IntOrString")
"""Types that are written as a text or as a number, and therefore named."""
_OF_OBJECTS = {"apiVersion", "kind", "metadata"}


class Explainer:
    """Prints schemas whose references are looked up in some definitions."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def text(self, schema: Schema, path: Sequence[str], *, recursive: bool) -> str | None:
        """The fields of the schema, or of a field of it; None if there is no such field."""
        found: Schema | None = schema
        for name in path:
            found = self._field(found or {}, name)
            if found is None:
                return None
        head = f"FIELD: {path[-1]} <{self.type_of(found or {})}>\n{_choices(found or {})}\n\n" if path else ""
        fields = "".join(self._fields(found or {}, 1, (), recursive=recursive))
        return f"{head}DESCRIPTION:\n{self._described(found or {})}{f'FIELDS:{chr(10)}{fields}' if fields else ''}\n"

    def type_of(self, schema: Schema) -> str:
        """``string``, ``[]Container``, ``map[string]Quantity``."""
        if schema.get("items"):
            return f"[]{self.type_of(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"map[string]{self.type_of(schema['additionalProperties'])}"
        reference = str(schema.get("$ref") or "")
        if reference.endswith(_EITHER):
            return reference.rpartition(".")[2]
        if reference:
            known = self._definitions.resolve(schema)
            plain = known.get("type") not in (None, "object") and known.get("format") != "int-or-string"
            return str(known["type"]) if plain else reference.rpartition(".")[2]
        if schema.get("format") == "int-or-string":
            return "IntOrString"
        return "Object" if schema.get("type") in (None, "object") else str(schema["type"])

    def _field(self, schema: Schema, name: str) -> Schema | None:
        """A field of an object, or of what a list or a map holds."""
        known = self._definitions.resolve(schema)
        found = (known.get("properties") or {}).get(name)
        if found is not None:
            return completed(schema, known, name, found)
        inner = known.get("items") or known.get("additionalProperties")
        return self._field(inner, name) if isinstance(inner, dict) else None

    def _described(self, schema: Schema) -> str:
        texts = []
        while True:
            known = self._definitions.resolve(schema)
            texts += [str(one["description"]) for one in (schema, known) if one.get("description")]
            texts += [text for text in (description_of(str(schema.get("$ref") or "")),) if text]
            inner = known.get("items") or known.get("additionalProperties")
            if not isinstance(inner, dict) or not inner:
                break
            schema = inner
        lines = [line for text in dict.fromkeys(texts) for line in wrapped(text, _WIDTH)]
        return "".join(f"    {line}\n" for line in [*lines, ""]) if lines else "    <empty>\n"

    def _fields(self, schema: Schema, level: int, seen: tuple[str, ...], *, recursive: bool) -> Iterator[str]:
        reference = str(schema.get("$ref") or "")
        if reference and reference in seen:
            return
        known, seen = self._definitions.resolve(schema), (*seen, reference)
        for name, bare in sorted((known.get("properties") or {}).items()):
            field = completed(schema, known, name, bare)
            required = name in (known.get("required") or ())
            yield from self._line(name, field, level, required=required, short=recursive)
            if recursive:
                yield from self._fields(field, level + 1, seen, recursive=True)
        for inner in (known.get("items"), known.get("additionalProperties")):
            if isinstance(inner, dict):
                yield from self._fields(inner, level, seen, recursive=recursive)

    def _line(self, name: str, field: Schema, level: int, *, required: bool, short: bool) -> Iterator[str]:
        margin = "  " * level
        yield f"{margin}{name}\t<{self.type_of(field)}>{' -required-' if required else ''}"
        if field.get("enum"):
            shown = [*map(_choice, field["enum"][:_FEW]), *(["...."] if len(field["enum"]) > _FEW else [])]
            yield f"\n{margin}enum: {', '.join(shown)}"
        yield "\n"
        if not short:
            lines = wrapped(str(field.get("description") or "<no description>"), 78 - len(margin))
            yield "".join(f"{margin}  {line}\n" for line in lines) + "\n"


def completed(owner: Schema, known: Schema, name: str, field: Schema) -> Schema:
    """A field of a definition with the allowed values and the description that the bundled schemas leave out."""
    definition = str(owner.get("$ref") or "")
    values = [] if field.get("enum") or field.get("items") else values_of(definition, name)
    text = (
        field.get("description")
        or description_of(definition, name)
        or _of_every_kind(definition, known, name)
    )
    return {**field, **({"enum": [*values]} if values else {}), **({"description": text} if text else {})}


def _of_every_kind(definition: str, owner: Schema, name: str) -> str:
    """What a field is for that all kinds have; of the others, a custom kind has only its own words."""
    is_kind = (owner.get("properties") or {}).keys() >= _OF_OBJECTS
    return description_of_any(name) if is_kind and (definition or name in _OF_OBJECTS) else ""


def _choices(schema: Schema) -> str:
    """All values of an enumeration, a line each."""
    if not schema.get("enum"):
        return ""
    return "ENUM:" + "".join(f"\n    {_choice(one)}" for one in schema["enum"])


def _choice(value: object) -> str:
    return '""' if value == "" else str(value)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, none of them longer than a width if its words allow that."""
    return [part for line in text.split("\n") for part in textwrap.wrap(line, width) or [""]]
