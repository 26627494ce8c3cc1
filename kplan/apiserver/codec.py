"""Encodes JSON as Go would after decoding it into a type and encoding it again, with closures
compiled once for each type.

The fast reader takes only well-formed input: anything unusual raises, and the faithful reader in ``unmarshal``
finds the words for it. Two modes: values kept inside have no nulls, values printed have Go's nulls.

Upstream: Go's encoding/json, staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kplan.apiserver import unmarshal
from kplan.apiserver.empty_fields import remember_empty
from kplan.apiserver.unmarshal import Fatal
from kplan.namedtuples import NamedTuple
from kplan.schema.layouts import Layouts, element

Reader = Callable[[Any], Any]
"""Reads one JSON value that is not null; None means: leave the field out."""


class UnusualError(Exception):
    """The value needs the faithful reader."""


_MARSHALERS: Final[dict[str, tuple[Reader, Any]]] = {
    "api/resource.Quantity": (unmarshal.read_quantity, "0"),
    "util/intstr.IntOrString": (unmarshal.read_int_or_string, 0),
    "meta/v1.Time": (unmarshal.read_time, None),
    "meta/v1.MicroTime": (unmarshal.read_micro_time, None),
    "meta/v1.FieldsV1": (lambda value: value, None),
    "runtime.RawExtension": (lambda value: value, None),
    "apiextensions/v1.JSON": (unmarshal.read_any, None),
    "apiextensions/v1beta1.JSON": (unmarshal.read_any, None),
}
_REPEATED: Final = frozenset({"api/resource.Quantity", "meta/v1.Time", "meta/v1.MicroTime"})
"""Types whose texts repeat a lot, so that each is read once and remembered."""
_UNIONS: Final = frozenset(
    {"JSONSchemaPropsOrBool", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrStringArray"}
)
_RANGES: Final = {"int32": 2**31, "int64": 2**63, "int": 2**63}
_UNSIGNED: Final = {"uint64": 2**64, "uint8": 2**8}
_Plain = tuple[Any, int, int, bool]
"""A scalar that is kept unchanged: its class, its range, and whether an empty one is kept."""


class _Fields(NamedTuple):
    """How the fields of a struct are read."""

    table: dict[str, Reader]
    plain: dict[str, _Plain]
    texts: dict[str, bool]
    """Fields that are texts, and whether an empty one is kept."""
    always: list[tuple[str, Callable[[], Any]]]
    """Fields that are always in the result, with what creates their value."""


class Codec:
    """The compiled readers of one release's types, in one mode."""

    def __init__(
        self, layouts: Layouts, *, nulls: bool, remember_empty: bool = False, null_times: bool = False
    ) -> None:
        self._layouts = layouts
        self._nulls = nulls
        self._remember_empty = remember_empty
        self._null_times = null_times
        """Whether Go times without a value are written as null even where later types leave them out."""
        self.structs_with_empty = 0
        """How many structs with fields that were sent empty it has read so far."""
        self._readers: dict[tuple[str, bool], Reader] = {}

    def reader(self, expression: str, *, omit: bool = False) -> Reader:
        """The reader of a type; with ``omit``, Go-empty values are left out."""
        found = self._readers.get((expression, omit))
        if found is None:
            found = self._readers[expression, omit] = self._compile(expression, omit=omit)
        return found

    def _compile(self, expression: str, *, omit: bool) -> Reader:
        if expression.startswith("*"):
            return self.reader(expression[1:])
        if expression in _MARSHALERS:
            return _guarded(_MARSHALERS[expression][0], remembers=expression in _REPEATED)
        package, _, name = expression.rpartition(".")
        if name in _UNIONS:
            return self._union(f"{package}.JSONSchemaProps", name)
        if self._layouts.fields(expression) is not None:
            return self._struct(expression)
        expression = self._layouts.underlying(expression)
        if expression == "[]uint8":
            return _bytes_omit if omit else _bytes
        if expression.startswith("[]"):
            return self._list(element(expression), omit=omit)
        if expression.startswith("map["):
            return self._map(element(expression), omit=omit)
        return _scalar(expression, omit=omit)

    def zero(self, expression: str) -> Callable[[], Any] | None:
        """Makes a type's zero value; None if that is Go's nil."""
        if expression in _MARSHALERS:
            value = _MARSHALERS[expression][1]
            return None if value is None else lambda: value
        if expression.startswith(("*", "[]", "map[")) or expression.rpartition(".")[2] in _UNIONS:
            return None
        if self._layouts.fields(expression) is not None:
            read = self.reader(expression)
            return lambda: read({})
        expression = self._layouts.underlying(expression)
        if expression in {"string", "bool"}:
            empty: Any = "" if expression == "string" else False
            return lambda: empty
        return None if expression.startswith(("[]", "map[", "any")) else lambda: 0

    def _struct(self, expression: str) -> Reader:
        fields = _Fields({}, {}, {}, [])
        table, plain, texts, always = fields
        compiled = False

        def read(value: Any) -> Any:
            nonlocal compiled
            if value.__class__ is not dict:
                raise UnusualError
            if not compiled:
                # Types refer to each other, and a Deployment reaches two hundred: fields are
                # compiled at the first read.
                self._compile_fields(expression, fields)
                compiled = True
            result = {}
            empty: dict[str, Any] | None = None
            for name, item in value.items():
                # Most fields are texts, numbers and switches, which need no reader of their own.
                if item.__class__ is str and name in texts:
                    if item or texts[name]:
                        result[name] = item
                    continue
                if name in plain:
                    kind, low, high, keeps_zero = plain[name]
                    if item.__class__ is kind and (kind is not int or low <= item < high):
                        if item or keeps_zero:
                            result[name] = item
                        continue
                field = table.get(name)
                if field is None:
                    raise UnusualError
                if item is not None:
                    kept = field(item)
                    if kept is not None:
                        result[name] = kept
                    elif self._remember_empty and (item.__class__ is list or item.__class__ is dict):
                        empty = {} if empty is None else empty
                        empty[name] = item.__class__()
            for name, zero in always:
                if name not in result:
                    result[name] = zero()
            if empty is None:
                return result
            self.structs_with_empty += 1
            return remember_empty(result, empty)

        return read

    def _compile_fields(self, expression: str, fields: "_Fields") -> None:
        """Find how the fields of a type are read, and which stand in it always."""
        flat = unmarshal.flatten(self._layouts, self._layouts.fields(expression) or ())
        for name, (field, _) in flat.items():
            structure = self._is_struct(field.type)
            omit = field.omitempty and not field.type.startswith("*")
            fields.table[name] = self.reader(field.type, omit=omit)
            scalar = self._plain(field.type)
            if scalar is not None and scalar[0] is str:
                fields.texts[name] = not omit
            elif scalar is not None:
                fields.plain[name] = (*scalar, not omit)
            null_time = self._null_times and field.type == "meta/v1.Time"
            if (field.omitzero and not null_time) or (field.omitempty and not structure):
                continue
            zero = self.zero(field.type)
            if zero is not None or self._nulls:
                fields.always.append((name, zero or _nothing))

    def _plain(self, expression: str) -> tuple[type, int, int] | None:
        """The class of a scalar, and the range of a number;
        None of other types, and of what is not read as it stands.
        """
        expression = expression.removeprefix("*")
        if self._is_struct(expression):
            return None
        expression = self._layouts.underlying(expression)
        if expression in _RANGES:
            return int, -_RANGES[expression], _RANGES[expression]
        return {"string": (str, 0, 0), "bool": (bool, 0, 0)}.get(expression)

    def _is_struct(self, expression: str) -> bool:
        return expression in _MARSHALERS or self._layouts.fields(expression) is not None

    def _items(self, inner: str) -> tuple[Reader, Callable[[], Any]]:
        """The reader of the items, and what replaces an item that is null or reads as nothing:
        a fresh value each time.
        """
        return self.reader(inner), self.zero(inner) or _nothing

    def _list(self, inner: str, *, omit: bool) -> Reader:
        read: Reader | None = None
        null: Callable[[], Any] = _nothing

        def read_list(value: Any) -> Any:
            nonlocal read, null
            if value.__class__ is not list:
                raise UnusualError
            if not value:
                return None if omit or self._nulls else []
            if read is None:
                read, null = self._items(inner)
            return [null() if item is None else read(item) for item in value]

        return read_list

    def _map(self, inner: str, *, omit: bool) -> Reader:
        if self._layouts.underlying(inner) == "string":
            return _strings_omit if omit else _strings
        read: Reader | None = None
        null: Callable[[], Any] = _nothing

        def read_map(value: Any) -> Any:
            nonlocal read, null
            if value.__class__ is not dict:
                raise UnusualError
            if not value:
                return None if omit or self._nulls else {}
            if read is None:
                read, null = self._items(inner)
            if inner == "[]uint8":
                null = str
            return {name: null() if item is None else read(item) for name, item in value.items()}

        return read_map

    def _union(self, schema: str, name: str) -> Reader:
        def read_union(value: Any) -> Any:
            if value.__class__ is dict:
                return self.reader(schema)(value)
            if value.__class__ is bool and name == "JSONSchemaPropsOrBool":
                return value
            if value.__class__ is list and not value and name == "JSONSchemaPropsOrArray":
                return None if self._nulls else []
            if value.__class__ is list and value and name != "JSONSchemaPropsOrBool":
                inner = "string" if name == "JSONSchemaPropsOrStringArray" else schema
                return self.reader(f"[]{inner}")(value)
            raise UnusualError

        return read_union


def _nothing() -> None:
    return None


def _guarded(read: Reader, *, remembers: bool) -> Reader:
    known = lru_cache(maxsize=4096)(read)

    def guarded(value: Any) -> Any:
        try:
            return known(value) if remembers and value.__class__ is str else read(value)
        except Fatal:
            raise UnusualError from None

    return guarded


def _scalar(expression: str, *, omit: bool) -> Reader:
    if expression == "string":
        return _string_omit if omit else _string
    if expression == "bool":
        return _bool_omit if omit else _bool
    if expression == "any":
        return unmarshal.read_any
    if expression == "float64":
        return _float
    limit = _RANGES.get(expression)
    low, high = (0, _UNSIGNED[expression]) if limit is None else (-limit, limit)

    def integer(value: Any) -> Any:
        if value.__class__ is not int or not low <= value < high:
            raise UnusualError
        return None if omit and value == 0 else value

    return integer


def _string(value: Any) -> Any:
    if value.__class__ is not str:
        raise UnusualError
    return value


def _string_omit(value: Any) -> Any:
    if value.__class__ is not str:
        raise UnusualError
    return value or None


def _bool(value: Any) -> Any:
    if value.__class__ is not bool:
        raise UnusualError
    return value


def _bool_omit(value: Any) -> Any:
    if value.__class__ is not bool:
        raise UnusualError
    return value or None


def _float(value: Any) -> Any:
    if value.__class__ is int:
        return value
    if value.__class__ is not float:
        raise UnusualError
    return unmarshal.tidy_float(value)


def _bytes(value: Any) -> Any:
    if value.__class__ is not str or unmarshal.base64_error(value):
        raise UnusualError
    return unmarshal.canonical_base64(value)


def _bytes_omit(value: Any) -> Any:
    return _bytes(value) or None


def _strings(value: Any) -> Any:
    if value.__class__ is not dict:
        raise UnusualError
    for item in value.values():
        if item.__class__ is not str:
            return {name: "" if item is None else _string(item) for name, item in value.items()}
    return dict(value)


def _strings_omit(value: Any) -> Any:
    return _strings(value) or None
