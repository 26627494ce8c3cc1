"""The extension libraries of cel-go that the API server switches on: strings, sets, lists, optionals.

Upstream: vendor/github.com/google/cel-go/ext, vendor/github.com/google/cel-go/cel/library.go
"""

import re
from math import inf, isfinite, nan
from typing import Any, Final

from kplan.apiserver.cel.conversions import to_string
from kplan.apiserver.cel.library import Library
from kplan.apiserver.cel.types import SORTABLE
from kplan.apiserver.cel.values import (
    CelError,
    CostError,
    Duration,
    Optional,
    Timestamp,
    TypeName,
    UInt,
    equal,
    in_order,
    type_name,
)
from kplan.apiserver.field import SHORT_ESCAPES, go_quote

EXTENSIONS: Final = Library()
_function = EXTENSIONS.function


@_function("charAt", "string.(int) -> string")
def _char_at(text: str, place: int) -> str:
    if not 0 <= place <= len(text):
        raise CelError(f"index out of range: {place}")
    return text[place : place + 1]


@_function("indexOf", "string.(string) -> int", "string.(string, int) -> int")
def _index_of(text: str, part: str, start: int = 0) -> int:
    if start < 0 and part:
        raise CelError(f"index out of range: {start}")
    return text.find(part, start) if part else start


@_function("lastIndexOf", "string.(string) -> int", "string.(string, int) -> int")
def _last_index_of(text: str, part: str, start: int | None = None) -> int:
    if not part:
        return len(text) if start is None else start
    if start is not None and start >= len(text):
        return -1
    if start is not None and start < 0:
        raise CelError(f"index out of range: {start}")
    return text.rfind(part, 0, len(text) if start is None else start + len(part))


@_function("join", "list(string).() -> string", "list(string).(string) -> string")
def _join(items: list[Any], separator: str = "") -> str:
    if not all(isinstance(item, str) for item in items):
        raise CelError("join: invalid input: not a list of strings")
    return separator.join(items)


@_function("lowerAscii", "string.() -> string")
def _lower_ascii(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


@_function("upperAscii", "string.() -> string")
def _upper_ascii(text: str) -> str:
    return "".join(char.upper() if char.isascii() else char for char in text)


@_function("replace", "string.(string, string) -> string", "string.(string, string, int) -> string")
def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    return text.replace(old, new, count)


@_function("split", "string.(string) -> list(string)", "string.(string, int) -> list(string)")
def _split(text: str, separator: str, count: int = -1) -> list[str]:
    if count == 0:
        return []
    parts = list(text) if not separator else text.split(separator)
    if 0 < count < len(parts):
        return [*parts[: count - 1], separator.join(parts[count - 1 :])]
    return parts


@_function("substring", "string.(int) -> string", "string.(int, int) -> string")
def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if end is not None and start > stop:
        raise CelError(f"invalid substring range. start: {start}, end: {stop}")
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    if not 0 <= stop <= len(text):
        raise CelError(f"index out of range: {stop}")
    return text[start:stop]


@_function("trim", "string.() -> string")
def _trim(text: str) -> str:
    return text.strip()


@_function("strings.quote", "(string) -> string")
def _quote(text: str) -> str:
    escapes = {**SHORT_ESCAPES, "\\": "\\\\", '"': '\\"'}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


@_function("reverse", "list(A).() -> list(A)")
def _reverse(value: list[Any]) -> list[Any]:
    return value[::-1]


_CLAUSES: Final = {
    "s": "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
    "d": "decimal clause can only be used on integers",
    "f": "fixed-point clause can only be used on doubles",
    "e": "scientific clause can only be used on doubles",
    "b": "only integers and bools can be formatted as binary",
    "x": "only integers, byte buffers, and strings can be formatted as hex",
    "X": "only integers, byte buffers, and strings can be formatted as hex",
    "o": "octal clause can only be used on integers",
}


_NOT_FINITE: Final = {"NaN": nan, "Infinity": inf, "-Infinity": -inf}
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FINEST: Final = 1_000_000
"""The precision beyond which Go formats no number."""
_MOST_DIGITS: Final = 20
_LONGEST: Final = 10_000_000
"""The longest text allowed, derived from the cost of creating it."""


@_function("format", "string.(list(dyn)) -> string")
def _format(text: str, arguments: list[Any]) -> str:
    taken = size = 0

    def filled(match: "re.Match[str]") -> str:
        nonlocal taken, size
        if match[0] == "%%":
            return "%"
        if not match[2]:
            raise CelError("unexpected end of string")
        if taken >= len(arguments):
            raise CelError(f"index {taken} out of range")
        taken += 1
        if match[2] not in _CLAUSES:
            raise CelError(f'could not parse formatting clause: unrecognized formatting clause "{match[2]}"')
        made = _formatted(arguments[taken - 1], match[2], match[1])
        size += len(made)
        if size > _LONGEST:
            raise CostError
        return made

    return re.sub(r"%(?:\.(\d+))?(.?)", filled, text, flags=re.DOTALL)


def _formatted(value: Any, verb: str, precision: str | None) -> str:
    if verb == "s":
        return _shown(value)
    if verb in "fe" and isinstance(
        number := _NOT_FINITE.get(value, value) if isinstance(value, str) else value, float
    ):
        digits = int(precision[:_MOST_DIGITS]) if precision else 6
        if digits > _FINEST:
            return f"%!(NOVERB)%!(EXTRA float64={number:g})"
        return _in_english(number, verb, digits)
    if verb == "d" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(int(value))
    if verb == "b" and isinstance(value, int):
        return ("1" if value else "0") if isinstance(value, bool) else f"{value:b}"
    if verb == "o" and isinstance(value, int):
        return f"{value:o}"
    if verb in "xX" and isinstance(value, (int, str, bytes)):
        text = (
            value.encode().hex()
            if isinstance(value, str)
            else value.hex()
            if isinstance(value, bytes)
            else f"{value:x}"
        )
        return text.upper() if verb == "X" else text
    raise CelError(f"error during formatting: {_CLAUSES[verb]}, was given {type_name(value)}")


def _in_english(number: float, verb: str, digits: int) -> str:
    """A double formatted for an English locale: digits in groups, or a power of ten,
    whose mantissa always has six decimals.
    """
    if not isfinite(number):
        return "NaN" if number != number else "∞" if number > 0 else "-∞"  # noqa: PLR0124 - as no NaN equals itself
    if verb == "f":
        return f"{number:,.{digits}f}"
    mantissa, _, power = f"{number:.6e}".partition("e")
    return f"{mantissa}×10{power.removeprefix('+').translate(_RAISED)}"  # noqa: RUF001 - the sign that is printed


def _shown(value: Any) -> str:
    """A value as text at the top level of a format string."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        pairs = sorted((_key(key), _literal(item)) for key, item in value.items())
        return "{" + ", ".join(map(":".join, pairs)) + "}"
    if value is None:
        return "null"
    if isinstance(value, TypeName):
        return value.name
    if isinstance(value, (bool, int, float, str, bytes, Timestamp, Duration)):
        return to_string(value)
    raise CelError(f"error during formatting: {_CLAUSES['s']}, was given {type_name(value)}")


def _literal(value: Any) -> str:
    """A value inside a list or map, as an expression would write it."""
    if isinstance(value, float):
        return f"{value:.6f}" if isfinite(value) else f'"{to_string(value)}"'
    if isinstance(value, (Timestamp, Duration)):
        return f"{'timestamp' if isinstance(value, Timestamp) else 'duration'}({go_quote(to_string(value))})"
    text = _shown(value)
    if isinstance(value, (str, bytes)):
        return ("b" if isinstance(value, bytes) else "") + go_quote(text)
    return text


def _key(value: Any) -> str:
    if isinstance(value, (bool, int, str)):
        return _literal(value)
    raise CelError(f"no formatting function for map key of type {type_name(value)}")


@_function("sets.contains", "(list(A), list(A)) -> bool")
def _sets_contains(one: list[Any], other: list[Any]) -> bool:
    return all(any(equal(item, found) for found in one) for item in other)


@_function("sets.equivalent", "(list(A), list(A)) -> bool")
def _sets_equivalent(one: list[Any], other: list[Any]) -> bool:
    return _sets_contains(one, other) and _sets_contains(other, one)


@_function("sets.intersects", "(list(A), list(A)) -> bool")
def _sets_intersects(one: list[Any], other: list[Any]) -> bool:
    return any(any(equal(item, found) for found in other) for item in one)


@_function("slice", "list(A).(int, int) -> list(A)")
def _slice(items: list[Any], start: int, end: int) -> list[Any]:
    if start < 0 or end < 0:
        raise CelError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise CelError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(items):
        raise CelError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return items[start:end]


@_function("flatten", "list(list(A)).() -> list(A)", "list(dyn).(int) -> list(dyn)")
def _flatten(items: list[Any], depth: int = 1) -> list[Any]:
    if depth < 0:
        raise CelError("level must be non-negative")
    found: list[Any] = []
    for item in items:
        found += _flatten(item, depth - 1) if isinstance(item, list) and depth > 0 else [item]
    return found


@_function("lists.range", "(int) -> list(int)")
def _range(size: int) -> list[int]:
    return list(range(size))


@_function("distinct", "list(A).() -> list(A)")
def _distinct(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if not any(equal(item, other) for other in found):
            found.append(item)
    return found


@_function("sort", *(f"list({kind}).() -> list({kind})" for kind in SORTABLE))
def _sort(items: list[Any]) -> list[Any]:
    return in_order([(item, item) for item in items])


@_function("first", "list(A).() -> optional(A)")
def _first(items: list[Any]) -> Optional:
    return Optional(items[0], present=True) if items else Optional()


@_function("last", "list(A).() -> optional(A)")
def _last(items: list[Any]) -> Optional:
    return Optional(items[-1], present=True) if items else Optional()


@_function("optional.of", "(A) -> optional(A)")
def _optional_of(value: Any) -> Optional:
    return Optional(value, present=True)


@_function("optional.ofNonZeroValue", "(A) -> optional(A)")
def _optional_of_non_zero(value: Any) -> Optional:
    empty = value is None or (
        isinstance(value, (bool, int, float, str, bytes, list, dict, UInt)) and not value
    )
    return Optional() if empty else Optional(value, present=True)


@_function("optional.none", "() -> optional(A)")
def _optional_none() -> Optional:
    return Optional()


@_function("hasValue", "optional(A).() -> bool")
def _has_value(value: Optional) -> bool:
    return value.present


@_function("value", "optional(A).() -> A")
def _value(value: Optional) -> Any:
    if not value.present:
        raise CelError("optional.none() dereference")
    return value.value


@_function("or", "optional(A).(optional(A)) -> optional(A)")
def _or(value: Optional, other: Optional) -> Optional:
    return value if value.present else other


@_function("orValue", "optional(A).(A) -> A")
def _or_value(value: Optional, other: Any) -> Any:
    return value.value if value.present else other
