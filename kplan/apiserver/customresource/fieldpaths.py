"""Paths into a schema such as ``.spec.replicas`` or ``.spec['a.b']``, checked against it.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (ValidFieldPath)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.fieldpath import ROOT, FieldPath


class FieldPathError(ValueError):
    """The path does not fit the schema; the text is upstream's."""


def valid_field_path(
    text: str, schema: Mapping[str, Any], *, arrays: bool = True
) -> tuple[FieldPath, Mapping[str, Any]]:
    """The path and the schema it leads to; raises FieldPathError."""
    path = ROOT
    parts = _parts(text)
    for part in parts:
        if part == ".":
            name = _next(parts)
        elif part == "[":
            if not arrays:
                raise FieldPathError("array notation is not allowed")
            name = _quoted(_next(parts))
        else:
            raise FieldPathError(f"expected [ or . but got: {part}")
        path, schema = _enter(path, schema, name)
        if part == "[":
            closing = _next(parts)
            if closing != "]":
                raise FieldPathError(f"expected ] but got {closing}")
    return path, schema


def _parts(text: str) -> Iterator[str]:
    yield from re.findall(r"'(?:.*?[^\\])?'|[.\[\]]|[^.\[\]]+", text)


def _next(parts: Iterator[str]) -> str:
    part = next(parts, None)
    if part is None:
        raise FieldPathError("unexpected end of JSON path")
    return part


def _quoted(part: str) -> str:
    if len(part) < 2 or not (part.startswith("'") and part.endswith("'")):
        raise FieldPathError(f"expected single quoted string but got {part}")
    inner = part[1:-1]
    if re.search(r"\\(?!['\"\\abfnrtv])", inner):
        raise FieldPathError("invalid string literal: invalid escape sequence")
    return re.sub(r"\\(.)", r"\1", inner)


def _enter(path: FieldPath, schema: Mapping[str, Any], name: str) -> tuple[FieldPath, Mapping[str, Any]]:
    properties, more = schema.get("properties"), schema.get("additionalProperties")
    if properties:
        if name not in properties:
            raise FieldPathError("does not refer to a valid field")
        return path / name, properties[name]
    if more is None:
        raise FieldPathError("does not refer to a valid field")
    return path.key(name), more if isinstance(more, Mapping) else {}
