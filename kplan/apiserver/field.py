"""Field errors: type, path, bad value and detail, printed as the API server prints them.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

import json
import math
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from kplan.fieldpath import FieldPath, Key
from kplan.namedtuples import NamedTuple

_PLAIN_FROM: Final = -4
_PLAIN_TO: Final = 6
"""Powers of ten between which Go prints a float without an exponent."""
_ESCAPE: Final = r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)"
_LETTERS: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
SHORT_ESCAPES: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
"""Control characters as Go writes them in a quoted text."""


class ErrorType(StrEnum):
    """Machine-readable kinds of field errors; the value is the cause's type."""

    NOT_FOUND = "FieldValueNotFound"
    REQUIRED = "FieldValueRequired"
    DUPLICATE = "FieldValueDuplicate"
    INVALID = "FieldValueInvalid"
    NOT_SUPPORTED = "FieldValueNotSupported"
    FORBIDDEN = "FieldValueForbidden"
    TOO_LONG = "FieldValueTooLong"
    TOO_SHORT = "FieldValueTooShort"
    TOO_MANY = "FieldValueTooMany"
    TOO_FEW = "FieldValueTooFew"
    INTERNAL = "InternalError"
    TYPE_INVALID = "FieldValueTypeInvalid"


_TITLES: Final = {
    ErrorType.NOT_FOUND: "Not found",
    ErrorType.REQUIRED: "Required value",
    ErrorType.DUPLICATE: "Duplicate value",
    ErrorType.INVALID: "Invalid value",
    ErrorType.NOT_SUPPORTED: "Unsupported value",
    ErrorType.FORBIDDEN: "Forbidden",
    ErrorType.TOO_LONG: "Too long",
    ErrorType.TOO_SHORT: "Too short",
    ErrorType.TOO_MANY: "Too many",
    ErrorType.TOO_FEW: "Too few",
    ErrorType.INTERNAL: "Internal error",
    ErrorType.TYPE_INVALID: "Invalid value",
}
_WITHOUT_VALUE: Final = frozenset(
    {ErrorType.REQUIRED, ErrorType.FORBIDDEN, ErrorType.TOO_LONG, ErrorType.TOO_SHORT, ErrorType.INTERNAL}
)


NAMELESS: Final = FieldPath(Key(""))
"""The path of an error about a whole object: upstream's NewPath(""), which prints as []."""


class Omit:
    """Marks a bad value that is not printed."""


OMIT: Final = Omit()


class Verbatim(str):
    """A bad value whose text is already what Go would print (a struct of an internal type, for one)."""

    __slots__ = ()


class GoStruct(Verbatim):
    """A bad value of an internal Go type, with the JSON it came from: older servers print it differently."""

    __slots__ = ("type_name", "value")
    type_name: str
    value: Any

    @classmethod
    def of(cls, type_name: str, value: Any, text: str) -> "GoStruct":
        """Make one of a type, a value and what Go prints."""
        made = cls(text)
        made.type_name, made.value = type_name, value
        return made


class FieldError(NamedTuple):
    """One thing wrong with one field."""

    type: ErrorType
    path: FieldPath | None
    bad_value: Any = OMIT
    detail: str = ""

    @property
    def field(self) -> str:
        """The path's text."""
        return "<nil>" if self.path is None else str(self.path)

    def body(self) -> str:
        """The message without the field's name."""
        text = _TITLES[self.type]
        if self.type not in _WITHOUT_VALUE and not isinstance(self.bad_value, Omit):
            text = f"{text}: {go_value(self.bad_value)}"
        return f"{text}: {self.detail}" if self.detail else text

    def __str__(self) -> str:
        return f"{self.field}: {self.body()}"


ErrorList = list[FieldError]


def go_value(value: Any) -> str:
    """Print a value as upstream's ErrorBody does: %q for strings, %v for numbers and booleans, JSON otherwise."""
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str):
        return go_quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return go_json(value)


def typed(value: str | None) -> Verbatim:
    """A bad value of a named string type or behind a pointer: Go prints those as JSON, not as %q."""
    return Verbatim(go_json(value))


def go_quote(text: str) -> str:
    """Quote as Go's %q."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    out: list[str] = ['"']
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif char in SHORT_ESCAPES:
            out.append(SHORT_ESCAPES[char])
        elif code < 0x20 or code == 0x7F:
            out.append(f"\\x{code:02x}")
        elif char.isprintable():
            out.append(char)
        else:
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    out.append('"')
    return "".join(out)


def go_float(number: float) -> str:
    """A float64 as Go's %v and %g print it, in its shortest form."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
    from decimal import Decimal  # noqa: PLC0415 - few texts hold such a number

    shortest = Decimal(repr(float(number))).normalize()
    sign, digits, exponent = shortest.as_tuple()
    power = len(digits) + int(exponent) - 1
    if not number or _PLAIN_FROM <= power < _PLAIN_TO:
        return f"{'-' if sign else ''}{abs(shortest):f}"
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}{text[0]}{'.' * (len(text) > 1)}{text[1:]}e{power:+03d}"


def go_unicode(char: str) -> str:
    """A character as Go's ``%#U`` prints it."""
    return f"U+{ord(char):04X} '{char}'" if char.isprintable() else f"U+{ord(char):04X}"


def go_unquote(text: str) -> str:
    """What ``go_quote`` quoted."""
    return re.sub(_ESCAPE, _unescaped, text[1:-1], flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1][1:], 16)) if len(found[1]) > 1 else _LETTERS.get(found[1], found[1])


HTML_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def go_json(value: Any) -> str:
    """Marshal as Go's encoding/json: compact, ``<``, ``>`` and ``&`` escaped, key order as given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(HTML_ESCAPES)


def invalid(path: FieldPath | None, value: Any, detail: str) -> FieldError:
    """The value breaks a rule."""
    return FieldError(ErrorType.INVALID, path, value, detail)


def type_invalid(path: FieldPath | None, value: Any, detail: str) -> FieldError:
    """The value is of the wrong type."""
    return FieldError(ErrorType.TYPE_INVALID, path, value, detail)


def required(path: FieldPath | None, detail: str = "") -> FieldError:
    """The value is missing."""
    return FieldError(ErrorType.REQUIRED, path, "", detail)


def forbidden(path: FieldPath | None, detail: str) -> FieldError:
    """The value must not be here."""
    return FieldError(ErrorType.FORBIDDEN, path, "", detail)


def duplicate(path: FieldPath | None, value: Any) -> FieldError:
    """The value was given before."""
    return FieldError(ErrorType.DUPLICATE, path, value)


def not_found(path: FieldPath | None, value: Any) -> FieldError:
    """The value refers to nothing."""
    return FieldError(ErrorType.NOT_FOUND, path, value)


def internal(path: FieldPath | None, detail: str) -> FieldError:
    """The server could not decide."""
    return FieldError(ErrorType.INTERNAL, path, OMIT, detail)


def not_supported(path: FieldPath | None, value: Any, supported: Iterable[str]) -> FieldError:
    """The value is none of these; they are listed in the order given (upstream sorts at most call sites)."""
    values = [go_quote(str(item)) for item in supported]
    return FieldError(
        ErrorType.NOT_SUPPORTED, path, value, "supported values: " + ", ".join(values) if values else ""
    )


def too_long(path: FieldPath | None, value: Any, limit: int) -> FieldError:
    """The text is longer than ``limit`` bytes; a negative limit is not named."""
    unit = "byte" if limit == 1 else "bytes"
    return FieldError(
        ErrorType.TOO_LONG,
        path,
        value,
        f"may not be more than {limit} {unit}" if limit >= 0 else "value is too long",
    )


def too_many(path: FieldPath | None, actual: int, limit: int) -> FieldError:
    """The list has more than ``limit`` items."""
    unit = "item" if limit == 1 else "items"
    value = actual if actual >= 0 else OMIT
    return FieldError(
        ErrorType.TOO_MANY,
        path,
        value,
        f"must have at most {limit} {unit}" if limit >= 0 else "has too many items",
    )
