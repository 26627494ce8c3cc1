"""Fields and types of a kind, as kubectl explain laid them out of the second version of OpenAPI
(-o plaintext-openapiv2).

Upstream: staging/src/k8s.io/kubectl/pkg/explain/{model_printer,fields_printer}.go,
    staging/src/k8s.io/kubectl/pkg/explain/{recursive_fields_printer,field_lookup,typename}.go
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.errors import UsageError
from kplan.kubectl.explaining import Schema, completed, wrapped
from kplan.schema.definitions import Definitions
from kplan.schema.descriptions import description_of

_WIDTH: Final = 75
_FIELDS, _TEXT = 3, 5


class OlderExplainer:
    """Prints schemas whose references are looked up in some definitions."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def text(self, gvk: GroupVersionKind, schema: Schema, path: Sequence[str], *, recursive: bool) -> str:
        """The fields of a kind, or of a field of it. Raises UsageError if there is no such field."""
        found = self._find(schema, path)
        known = self._inner(found)
        lines = [f"KIND:     {gvk.kind}", f"VERSION:  {gvk.api_version}", ""]
        of_fields = bool(known.get("properties"))
        plain = known.get("type") not in (None, "object")
        if path and (of_fields or plain):
            lines += [f"{'RESOURCE:' if of_fields else 'FIELD:   '} {path[-1]} <{self._type(found)}>", ""]
        lines += ["DESCRIPTION:", *self._description(found)]
        if of_fields:
            lines += ["", "FIELDS:"]
            lines += self._all(found, _FIELDS, ()) if recursive else self._own(found)
        return "".join(f"{line}\n" for line in lines)

    def _find(self, schema: Schema, path: Sequence[str]) -> Schema:
        """The field at the end of a path; what has no fields ends every path."""
        if not path:
            return schema
        holder, known = self._holder(schema)
        fields = known.get("properties")
        if not fields:
            return schema
        if path[0] not in fields:
            raise UsageError(f'field "{path[0]}" does not exist')
        return self._find(completed(holder, known, path[0], fields[path[0]]), path[1:])

    def _holder(self, schema: Schema) -> tuple[Schema, Schema]:
        """What a list or a map, or a list of those, holds in the end: as it is referred to, and as it is."""
        known = self._definitions.resolve(schema)
        inner = known.get("items") or known.get("additionalProperties")
        return self._holder(inner) if isinstance(inner, dict) and inner else (schema, known)

    def _inner(self, schema: Schema) -> Schema:
        return self._holder(schema)[1]

    def _type(self, schema: Schema) -> str:
        known = self._definitions.resolve(schema)
        if known.get("items"):
            return f"[]{self._type(known['items'])}"
        if known.get("properties"):
            return "Object"
        if known.get("format") == "int-or-string":
            return "string"
        if known.get("type") == "object":
            inner = known.get("additionalProperties")
            return f"map[string]{self._type(inner) if isinstance(inner, dict) else ''}"
        return str(known.get("type") or "")

    def _description(self, schema: Schema) -> list[str]:
        texts = []
        while True:
            known = self._definitions.resolve(schema)
            reference = str(schema.get("$ref") or "")
            texts += [str(one["description"]) for one in (schema, known) if one.get("description")]
            texts += [description_of(reference)] if reference else []
            inner = known.get("items") or known.get("additionalProperties")
            if not isinstance(inner, dict) or not inner:
                break
            schema = inner
        found: list[str] = []
        for text in dict.fromkeys(text for text in texts if text):
            found += [*([""] if found else []), *_indented(text)]
        return found or _indented("<empty>")

    def _own(self, schema: Schema) -> Iterator[str]:
        holder, known = self._holder(schema)
        for name, bare in sorted(known["properties"].items()):
            field = completed(holder, known, name, bare)
            required = " -required-" if name in (known.get("required") or ()) else ""
            yield f"{' ' * _FIELDS}{name}\t<{self._type(field)}>{required}"
            yield from _indented(str(field.get("description") or ""))
            yield ""

    def _all(self, schema: Schema, indent: int, seen: tuple[str, ...]) -> Iterator[str]:
        holder, known = self._holder(schema)
        reference = str(holder.get("$ref") or "")
        if reference and reference in seen:
            return
        for name, field in sorted((known.get("properties") or {}).items()):
            yield f"{' ' * indent}{name}\t<{self._type(field)}>"
            yield from self._all(field, indent + _FIELDS, (*seen, reference))


def _indented(text: str) -> list[str]:
    return [f"{' ' * _TEXT}{line}".rstrip() for line in (wrapped(text, _WIDTH) if text else ())]
