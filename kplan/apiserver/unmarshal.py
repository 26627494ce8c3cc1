"""Reads a JSON value into a Go type with every error, as the API server's own decoder words them.

The faithful and slower reader: ``decode`` comes here only when its fast reader met something unusual.

Upstream: vendor/sigs.k8s.io/json/internal/golang/encoding/json/decode.go
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kplan.apiserver.field import go_json, go_quote
from kplan.schema.layouts import Field, Layouts, element, printed

_MOST_STRICT_ERRORS: Final = 100
_INTEGERS: Final = {
    "int": (-(2**63), 2**63), "int64": (-(2**63), 2**63), "int32": (-(2**31), 2**31),
    "uint64": (0, 2**64), "uint8": (0, 2**8),
}  # fmt: skip
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NESTED: Final = {
    "JSONSchemaPropsOrBool": "boolean or JSON schema expected",
    "JSONSchemaPropsOrArray": "",
    "JSONSchemaPropsOrStringArray": "",
}


class Fatal(Exception):  # noqa: N818 - it carries the user's mistakes, none of ours
    """Decoding stops here; the text is Go's."""


class TypeMismatch(Fatal):
    """A JSON value that does not fit a Go type; where it stood is added on the way out."""

    def __init__(self, value: str, expected: str, struct: str = "", path: str = "") -> None:
        super().__init__(value)
        self.value, self.expected, self.struct, self.path = value, expected, struct, path

    def __str__(self) -> str:
        if self.struct or self.path:
            place = f"Go struct field {self.struct}.{self.path}"
            return f"json: cannot unmarshal {self.value} into {place} of type {self.expected}"
        return f"json: cannot unmarshal {self.value} into Go value of type {self.expected}"


class Unmarshaler:
    """One decoding run: the value it yields, the first type error and all strict errors."""

    def __init__(
        self, layouts: Layouts, *, strict: bool, sort_keys: bool = False, embedded: bool = True
    ) -> None:
        """``embedded`` says whether messages name the embedded structs that a field stands in."""
        self._layouts = layouts
        self._embedded = embedded
        self._strict = strict
        self._sort_keys = sort_keys
        self._struct = ""
        self._names: list[str] = []
        self._place: list[str] = []
        self.saved: Fatal | None = None
        self.strict_errors: list[str] = []

    def read(self, expression: str, value: Any) -> Any:
        """Read a whole value; raises Fatal with the text of the error that Go would return."""
        try:
            result = self._value(expression, value)
        except TypeMismatch as mismatch:
            raise self._located(mismatch) from None
        if self.saved is not None:
            raise self.saved
        return result

    def _located(self, mismatch: TypeMismatch) -> TypeMismatch:
        if not self._names:
            return mismatch
        inner = [mismatch.path] if mismatch.path and self._embedded else []
        path = ".".join([*self._names, *inner])
        return TypeMismatch(mismatch.value, mismatch.expected, self._struct, path)

    def _save(self, error: Fatal) -> None:
        if self.saved is None:
            self.saved = self._located(error) if isinstance(error, TypeMismatch) else error

    def _mismatch(self, value: Any, expression: str) -> None:
        self._save(TypeMismatch(kind_of(value), printed(expression)))

    def _unknown(self, name: str) -> None:
        if not self._strict or len(self.strict_errors) >= _MOST_STRICT_ERRORS:
            return
        path = "".join(self._place)
        error = "unknown field " + go_quote(f"{path}.{name}" if path else name)
        if error not in self.strict_errors:
            self.strict_errors.append(error)

    def _value(self, expression: str, value: Any) -> Any:
        pointer = expression.startswith("*")
        expression = expression.lstrip("*")
        if value is None and pointer:
            return None
        special = _SPECIAL.get(expression)
        if special is not None:
            return special(value)
        name = expression.rsplit(".", 1)[-1]
        if name in _NESTED:
            return self._nested(expression, name, value)
        fields = self._layouts.fields(expression)
        if fields is not None:
            return self._object(expression, fields, value)
        expression, named = self._layouts.underlying(expression), expression
        if value is None and expression.startswith(("[]", "map[")):
            return None
        if expression.startswith("[]"):
            return self._list(expression, named, value)
        if expression.startswith("map["):
            return self._map(expression, named, value)
        return self._scalar(expression, named, value)

    def _object(self, expression: str, fields: tuple[Field, ...], value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._mismatch(value, expression)
            return {}
        known = flatten(self._layouts, fields)
        result: dict[str, Any] = {}
        for name, item in self._items(value):
            found = known.get(name)
            if found is None:
                self._unknown(name)
                continue
            field, embedded = found
            before = self._struct, len(self._names), len(self._place)
            self._struct = expression.rsplit(".", 1)[-1]
            self._names += [*embedded, name] if self._embedded else [name]
            self._place.append(f".{name}" if self._place else name)
            result[name] = self._value(field.type, item)
            self._struct = before[0]
            del self._names[before[1] :], self._place[before[2] :]
        return result

    def _items(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        return sorted(value.items()) if self._sort_keys else list(value.items())

    def _list(self, expression: str, named: str, value: Any) -> Any:
        if expression == "[]uint8" and isinstance(value, str):
            return self._bytes(value)
        if not isinstance(value, list):
            self._mismatch(value, named)
            return None
        inner = element(expression)
        result = []
        for index, item in enumerate(value):
            self._place.append(f"[{index}]")
            result.append(self._value(inner, item))
            self._place.pop()
        if expression == "[]uint8":
            import base64  # noqa: PLC0415 - few objects hold bytes

            return base64.b64encode(bytes(result)).decode() if self.saved is None else ""
        return result

    def _map(self, expression: str, named: str, value: Any) -> Any:
        if not isinstance(value, dict):
            self._mismatch(value, named)
            return None
        inner = element(expression)
        result = {}
        for name, item in self._items(value):
            self._place.append(f".{name}" if self._place else name)
            result[name] = self._value(inner, item)
            self._place.pop()
        return result

    def _bytes(self, text: str) -> Any:
        error = base64_error(text)
        if error:
            self._save(Fatal(error))
            return None
        return canonical_base64(text)

    def _scalar(self, expression: str, named: str, value: Any) -> Any:
        if expression == "any":
            return value
        if expression == "string":
            if value is not None and not isinstance(value, str):
                self._mismatch(value, named)
            return value if isinstance(value, str) else ""
        if expression == "bool":
            if value is not None and not isinstance(value, bool):
                self._mismatch(value, named)
            return value is True
        return self._number(expression, named, value)

    def _number(self, expression: str, named: str, value: Any) -> Any:
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._mismatch(value, named)
            return 0
        if expression == "float64":
            return tidy_float(value)
        low, high = _INTEGERS[expression]
        if isinstance(value, float) or not low <= value < high:
            self._save(TypeMismatch(f"number {go_json(value)}", printed(named)))
            return 0
        return value

    def _nested(self, expression: str, name: str, value: Any) -> Any:
        """The three unions of CRD schemas read their content with a decoder of their own, which is not strict."""
        package = expression.rpartition(".")[0]
        inner = Unmarshaler(self._layouts, strict=False, sort_keys=self._sort_keys, embedded=self._embedded)
        if isinstance(value, dict):
            return inner.read(f"{package}.JSONSchemaProps", value)
        if name == "JSONSchemaPropsOrBool":
            if isinstance(value, bool):
                return value
            raise Fatal(_NESTED[name])
        if isinstance(value, list):
            if name == "JSONSchemaPropsOrStringArray":
                return inner.read("[]string", value) or None
            return inner.read(f"[]{package}.JSONSchemaProps", value)
        return None


def flatten(layouts: Layouts, fields: tuple[Field, ...]) -> dict[str, tuple[Field, tuple[str, ...]]]:
    """JSON name -> field and the Go names of the embedded structs it stands in."""
    found: dict[str, tuple[Field, tuple[str, ...]]] = {}
    for field in fields:
        if field.json == "-":
            continue
        if not field.inline:
            found[field.json] = (field, ())
            continue
        for name, (inner, embedded) in flatten(layouts, layouts.fields(field.type.lstrip("*")) or ()).items():
            found.setdefault(name, (inner, (field.go, *embedded)))
    return found


def kind_of(value: Any) -> str:
    """What Go's decoder calls a JSON value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "number"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"


def tidy_float(value: float) -> float:
    """A number as Go prints a float64: without a fraction if it has none."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def read_quantity(value: Any) -> str:
    """The canonical text of a quantity."""
    if value is None:
        return "0"
    from kplan.api.quantity import QuantityError, canonical  # noqa: PLC0415 - few kinds have quantities

    text = value if isinstance(value, str) else go_json(value)
    try:
        return canonical(text)
    except QuantityError as error:
        raise Fatal(str(error)) from None


def read_int_or_string(value: Any) -> Any:
    """A 32-bit integer or a text."""
    if value is None:
        return 0
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeMismatch(kind_of(value), "int32")
    if isinstance(value, float) or not -(2**31) <= value < 2**31:
        raise TypeMismatch(f"number {go_json(value)}", "int32")
    return value


def _read_instant(value: Any, *, micro: bool) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeMismatch(kind_of(value), "string")
    return _printed_instant(value, micro)


@lru_cache(maxsize=4096)
def _printed_instant(text: str, micro: bool) -> str | None:
    from kplan.api import timestamps  # noqa: PLC0415 - likewise

    try:
        instant = timestamps.parse_time(text, timestamps.RFC3339_MICRO if micro else timestamps.RFC3339)
    except timestamps.TimeError as error:
        raise Fatal(str(error)) from None
    if timestamps.is_zero(instant):
        return None
    return timestamps.format_micro_time(instant) if micro else timestamps.format_time(instant)


def read_time(value: Any) -> str | None:
    """A timestamp in whole seconds; None for the zero time."""
    return _read_instant(value, micro=False)


def read_micro_time(value: Any) -> str | None:
    """A timestamp in microseconds; None for the zero time."""
    return _read_instant(value, micro=True)


def read_any(value: Any) -> Any:
    """Any JSON, its numbers as Go prints them."""
    if isinstance(value, dict):
        return {name: read_any(item) for name, item in value.items()}
    if isinstance(value, list):
        return [read_any(item) for item in value]
    return tidy_float(value) if isinstance(value, float) else value


def base64_error(text: str) -> str:
    """Why Go's standard base64 decoder refuses a text; empty if it does not."""
    offset = 0
    data = text.encode("utf-8", "surrogatepass")
    significant = [(index, chr(byte)) for index, byte in enumerate(data) if byte not in b"\r\n"]
    while offset < len(significant):
        group = significant[offset : offset + 4]
        bad = next((place for place, (_, char) in enumerate(group) if char not in _BASE64), None)
        if bad is None:
            if len(group) < 4:
                return f"illegal base64 data at input byte {len(data) - len(group)}"
            offset += 4
            continue
        return _padding_error(significant, offset, bad, len(data))
    return ""


def _padding_error(significant: list[tuple[int, str]], offset: int, bad: int, size: int) -> str:
    at, char = significant[offset + bad]
    if char != "=" or bad < 2:
        return f"illegal base64 data at input byte {at}"
    rest = significant[offset + bad + 1 :]
    if bad == 2:
        if not rest:
            return f"illegal base64 data at input byte {size}"
        if rest[0][1] != "=":
            return f"illegal base64 data at input byte {rest[0][0] - 1}"
        rest = rest[1:]
    return f"illegal base64 data at input byte {rest[0][0]}" if rest else ""


def canonical_base64(text: str) -> str:
    """A valid base64 text as Go prints the bytes again."""
    import base64  # noqa: PLC0415 - likewise

    return base64.b64encode(base64.b64decode(re.sub(r"[\r\n]", "", text))).decode()


_SPECIAL: Final[dict[str, Callable[[Any], Any]]] = {
    "api/resource.Quantity": read_quantity,
    "util/intstr.IntOrString": read_int_or_string,
    "meta/v1.Time": read_time,
    "meta/v1.MicroTime": read_micro_time,
    "meta/v1.FieldsV1": lambda value: value,
    "runtime.RawExtension": lambda value: value,
    "apiextensions/v1.JSON": read_any,
    "apiextensions/v1beta1.JSON": read_any,
}
