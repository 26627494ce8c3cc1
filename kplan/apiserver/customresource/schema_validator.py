"""Validates a value against an OpenAPI schema, with the results, counts and words of the server's validator.

The number of checks that matched decides which alternative of an ``anyOf`` is reported, so it is
counted as upstream does.

Upstream: vendor/k8s.io/kube-openapi/pkg/validation/validate,
    staging/.../apiextensions-apiserver/pkg/apiserver/validation/validation.go
"""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field, formats
from kplan.apiserver.customresource.correlation import Correlated
from kplan.apiserver.customresource.schema_numbers import check_number, is_whole
from kplan.apiserver.customresource.schema_result import Reporter, Result
from kplan.apiserver.customresource.schemas import go_ordered
from kplan.apiserver.field import ErrorList, go_json
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError
from kplan.fieldpath import FieldPath

Schema = Mapping[str, Any]

_JSON_FORMATS: Final = {"integer": "int64", "number": "float64"}
_FREE_TEXT: Final = frozenset({"default", "description", "example", "nullable", "title", "type"})
"""The keywords of a schema that accepts any text; most values are such texts."""
_MATCHES_OF_TEXT: Final = 7
"""How many checks such a text passes: its type twice, and those that every value and every text passes."""
_COMBINING: Final = frozenset({"anyOf", "oneOf", "allOf", "not"})


def validate(
    value: Any, schema: Schema | None, root: FieldPath | None = None, old: Correlated | None = None
) -> ErrorList:
    """Everything wrong with a value; ``old`` is what an update started from, whose faults are forgiven if unchanged."""
    if schema is None:
        return []
    return list(_Validator(root).validate(value, schema, "", old).errors.values())


def validate_default(value: Any, schema: Schema, root: FieldPath) -> ErrorList:
    """Everything wrong with a default."""
    return list(_DefaultValidator(root).validate(value, schema, "", None).errors.values())


def types_of(schema: Schema) -> Sequence[str]:
    """The JSON types a schema allows; none means any."""
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    kind = schema.get("type")
    return (kind,) if kind else ()


def json_type(value: Any) -> str:
    """What a value is, as schemas name it."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"


class _Validator:
    """One run; ``root`` is put before every path."""

    _types = staticmethod(types_of)
    _format_of = staticmethod(formats.effective)

    def __init__(self, root: FieldPath | None) -> None:
        self._report = Reporter(root)

    def validate(self, value: Any, schema: Schema, name: str, old: Correlated | None) -> Result:
        """Validate one node by itself: what is wrong with it is forgiven if it was and did not change."""
        result = Result()
        if value is None:
            self._null(result, schema, name)
        else:
            self._present(result, value, schema, name, old)
        if result.errors and old is not None and old.unchanged:
            return Result(matches=result.matches)
        return result

    def _into(self, result: Result, value: Any, schema: Schema, name: str, old: Correlated | None) -> None:
        """Validate one node as part of another; if nothing can be forgiven, what is found goes straight to that."""
        if old is not None:
            result.merge(self.validate(value, schema, name, old))
        elif value is None:
            self._null(result, schema, name)
        else:
            self._present(result, value, schema, name, None)

    def _null(self, result: Result, schema: Schema, name: str) -> None:
        types = self._types(schema)
        if types and not schema.get("nullable"):
            self._report.type_error(result, name, ",".join(types), "null")
        else:
            result.matches += 1
        self._enum(result, None, schema, name)

    def _present(self, result: Result, value: Any, schema: Schema, name: str, old: Correlated | None) -> None:
        if value.__class__ is str and schema.get("type") == "string" and schema.keys() <= _FREE_TEXT:
            result.matches += _MATCHES_OF_TEXT
            return
        kind = json_type(value)
        form = self._format_of(schema) if "format" in schema else ""
        types = self._types(schema)
        if types or form:
            self._type(result, kind, value, types, form, name)
            result.matches += 1
        if not _COMBINING.isdisjoint(schema):
            self._combined(result, value, schema, name, old)
        result.matches += 2
        if kind == "string":
            self._string(result, value, schema, name)
            result.matches += 1
            if form:
                self._format(result, value, form, name)
                result.matches += 1
        elif kind in {"integer", "number"}:
            check_number(self._report, result, value, schema, types, form, name)
            result.matches += 2
        elif kind == "array":
            self._list(result, value, schema, name, old)
            result.matches += 2
        self._enum(result, value, schema, name)
        result.matches += 1
        if kind == "object":
            self._object(result, value, schema, name, old)
            result.matches += 1
        result.matches += 1

    def _type(
        self, result: Result, kind: str, value: Any, types: Sequence[str], form: str, name: str
    ) -> None:
        if not form and kind in types:
            result.matches += 1
            return
        own = _JSON_FORMATS.get(kind, "")
        fits = kind in types or (kind == "integer" and "number" in types)
        fits = fits or (kind == "number" and "integer" in types and is_whole(value))
        if kind not in {"string", "array"} and form and not (fits or own == form):
            self._report.type_error(result, name, form, own)
        elif not {"number", "integer"} & set(types) and form and kind in {"string", "array"}:
            result.matches += 1
        elif types and not fits:
            self._report.type_error(result, name, ",".join(types), kind)
        elif not types:
            self._report.type_error(result, name, "", kind)
        else:
            result.matches += 1

    def _string(self, result: Result, value: str, schema: Schema, name: str) -> None:
        size = len(value)
        longest, shortest, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
        if longest is not None and size > longest:
            message = f"{name} in body should be at most {longest} chars long"
            result.add(message, field.too_long(self._report.path(name), "", longest))
        elif shortest is not None and size < shortest:
            self._report.error(
                result, name, f"{name} in body should be at least {shortest} chars long", value
            )
        elif pattern:
            try:
                missed = not compile_regex(pattern).matches(value)
            except RegexError as error:
                missed, pattern = True, f"{pattern}, but pattern is invalid: {error}"
            if missed:
                self._report.error(result, name, f"{name} in body should match '{pattern}'", value)

    def _format(self, result: Result, value: str, form: str, name: str) -> None:
        if not formats.validates(form, value):
            message = f"{name} in body must be of type {form}: {field.go_quote(value)}"
            result.add(message, field.type_invalid(self._report.path(name), value, message))

    def _list(
        self, result: Result, value: list[Any], schema: Schema, name: str, old: Correlated | None
    ) -> None:
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                self._into(result, item, items, f"{name}[{index}]", old.index(index) if old else None)
        fewest, most = schema.get("minItems"), schema.get("maxItems")
        if fewest is not None and len(value) < fewest:
            self._report.error(
                result, name, f"{name} in body should have at least {fewest} items", len(value)
            )
        if most is not None and len(value) > most:
            message = f"{name} in body should have at most {most} items"
            result.add(message, field.too_many(self._report.path(name), len(value), most))

    def _enum(self, result: Result, value: Any, schema: Schema, name: str) -> None:
        allowed = schema.get("enum")
        if not allowed or any(_same(value, item) for item in allowed):
            return
        texts = [item if isinstance(item, str) else go_json(item) for item in allowed]
        message = f"{name} in body should be one of {texts}"
        result.add(message, field.not_supported(self._report.path(name), go_ordered(value), texts))

    def _object(
        self, result: Result, value: dict[str, Any], schema: Schema, name: str, old: Correlated | None
    ) -> None:
        fewest, most = schema.get("minProperties"), schema.get("maxProperties")
        if fewest is not None and len(value) < fewest:
            self._report.error(
                result, name, f"{name} in body should have at least {fewest} properties", len(value)
            )
        if most is not None and len(value) > most:
            message = f"{name} in body should have at most {most} properties"
            result.add(message, field.too_many(self._report.path(name), len(value), most))
        properties = schema.get("properties") or {}
        more = schema.get("additionalProperties")
        for key, item in value.items():
            if key in properties:
                continue
            if more is False:
                self._report.error(result, name, f"{name}.{key} in body is a forbidden property", key)
            elif isinstance(more, dict):
                self._into(result, item, more, f"{name}.{key}", _member(old, key, name))
        for key, inner in properties.items():
            if key in value:
                place = f"{name}.{key}" if name else key
                self._into(result, value[key], inner, place, _member(old, key, name))
        for key in schema.get("required") or ():
            if key not in value:
                message = f"{name}.{key} in body is required"
                result.add(message, field.required(self._report.path(f"{name}.{key}")))

    def _combined(
        self, result: Result, value: Any, schema: Schema, name: str, old: Correlated | None
    ) -> None:
        if schema.get("anyOf"):
            self._any_of(result, value, schema["anyOf"], name, old)
        if schema.get("oneOf"):
            self._one_of(result, value, schema["oneOf"], name, old)
        if schema.get("allOf"):
            self._all_of(result, value, schema["allOf"], name, old)
        if schema.get("not") is not None and not self.validate(value, schema["not"], name, None).errors:
            self._report.plain(result, f'"{name}" must not validate the schema (not)')

    def _any_of(
        self, result: Result, value: Any, options: Sequence[Schema], name: str, old: Correlated | None
    ) -> None:
        best: Result | None = None
        for option in options:
            found = self._alternative(value, option, name, old)
            if not found.errors:
                result.merge(found)
                return
            if best is None or found.matches > best.matches:
                best = found
        self._report.plain(result, f'"{name}" must validate at least one schema (anyOf)')
        if best is not None:
            result.merge(best)

    def _one_of(
        self, result: Result, value: Any, options: Sequence[Schema], name: str, old: Correlated | None
    ) -> None:
        best: Result | None = None
        first: Result | None = None
        valid = 0
        for option in options:
            found = self._alternative(value, option, name, old)
            if not found.errors:
                valid, best = valid + 1, None
                first = first or found
                continue
            if valid == 0 and (best is None or found.matches > best.matches):
                best = found
        if valid == 1 and first is not None:
            result.merge(first)
        else:
            reason = f"Found {valid} valid alternatives" if valid else "Found none valid"
            self._report.plain(result, f'"{name}" must validate one and only one schema (oneOf). {reason}')
            if best is not None:
                result.merge(best)

    def _all_of(
        self, result: Result, value: Any, options: Sequence[Schema], name: str, old: Correlated | None
    ) -> None:
        valid = 0
        for option in options:
            found = self._alternative(value, option, name, old)
            valid += not found.errors
            result.merge(found)
        if valid != len(options):
            self._report.plain(
                result, f'"{name}" must validate all the schemas (allOf){"" if valid else ". None validated"}'
            )

    def _alternative(self, value: Any, option: Schema, name: str, old: Correlated | None) -> Result:
        """A branch is validated plainly; only what lies below it is compared with the old object."""
        result = Result()
        if value is None:
            self._null(result, option, name)
        else:
            self._present(result, value, option, name, old)
        return result


def _member(old: Correlated | None, key: str, name: str) -> Correlated | None:
    if old is None or (not name and key in {"apiVersion", "kind"}):
        return None
    return old.key(key)


def _same(value: Any, item: Any) -> bool:
    """Whether a value is one of the enum's, once converted to their type as Go converts."""
    if isinstance(value, bool) or isinstance(item, bool):
        return value is item
    if isinstance(value, float) and isinstance(item, int):
        return math.isfinite(value) and math.trunc(value) == item
    if isinstance(value, int) and isinstance(item, str):
        return item == (chr(value) if 0 <= value <= sys.maxunicode else "\ufffd")
    return bool(value == item)


class _DefaultValidator(_Validator):
    """A run over a default, whose schema says of a number or text only that it is one, not which types that means, and
    in which formats count that are ignored elsewhere.

    Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/kubeopenapi.go
    """

    @staticmethod
    def _format_of(schema: Schema) -> str:
        return str(schema.get("format") or "")

    @staticmethod
    def _types(schema: Schema) -> Sequence[str]:
        kind = schema.get("type")
        return (kind,) if kind else ()
