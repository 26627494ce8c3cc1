"""CEL's standard operators, and functions of texts, lists and maps.

Upstream: vendor/github.com/google/cel-go/common/stdlib/standard.go
"""

import math
from typing import Any, Final

from kplan.apiserver.cel.conversions import checked, in_range
from kplan.apiserver.cel.library import NO_OVERLOAD, Library
from kplan.apiserver.cel.values import (
    PLAIN,
    CelError,
    Duration,
    MapList,
    Optional,
    SetList,
    Timestamp,
    equal,
    identity,
    type_name,
)
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError

STANDARD: Final = Library()
_function = STANDARD.function
_ORDERED: Final = (
    "(bool, bool) -> bool", "(int, int) -> bool", "(int, double) -> bool", "(int, uint) -> bool", "(uint, uint) -> bool",
    "(uint, double) -> bool", "(uint, int) -> bool", "(double, double) -> bool", "(double, int) -> bool",
    "(double, uint) -> bool", "(string, string) -> bool", "(bytes, bytes) -> bool", "(timestamp, timestamp) -> bool",
    "(duration, duration) -> bool",
)  # fmt: skip


def _is_incomparable(left: Any, right: Any) -> bool:
    """Whether the server cannot compare two values:
    a value of a library with one of another type, or with a computed quantity.
    """
    if left.__class__ in PLAIN or not hasattr(left, "cel_type") or right is None:
        return False
    return type(left) is not type(right) or getattr(right, "computed", False)


@_function("_==_", "(A, A) -> bool")
def _equals(left: Any, right: Any) -> bool:
    if _is_incomparable(left, right):
        raise CelError(NO_OVERLOAD)
    return equal(left, right)


@_function("_!=_", "(A, A) -> bool")
def _differs(left: Any, right: Any) -> bool:
    return _is_incomparable(left, right) or not equal(left, right)


def _check_order(left: Any, right: Any) -> None:
    if (left.__class__ is float and left != left) or (right.__class__ is float and right != right):  # noqa: PLR0124 - as no NaN equals itself
        raise CelError("NaN values cannot be ordered")


@_function("_<_", *_ORDERED)
def _less(left: Any, right: Any) -> bool:
    _check_order(left, right)
    return bool(left < right)


@_function("_<=_", *_ORDERED)
def _less_or_equal(left: Any, right: Any) -> bool:
    _check_order(left, right)
    return bool(left <= right)


@_function("_>_", *_ORDERED)
def _greater(left: Any, right: Any) -> bool:
    _check_order(left, right)
    return bool(left > right)


@_function("_>=_", *_ORDERED)
def _greater_or_equal(left: Any, right: Any) -> bool:
    _check_order(left, right)
    return bool(left >= right)


@_function(
    "_+_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", "(string, string) -> string",
    "(bytes, bytes) -> bytes", "(list(A), list(A)) -> list(A)", "(timestamp, duration) -> timestamp",
    "(duration, timestamp) -> timestamp", "(duration, duration) -> duration",
)  # fmt: skip
def _add(left: Any, right: Any) -> Any:
    if isinstance(left, SetList):
        known = {*map(identity, left)}
        return SetList([*left, *(item for item in right if identity(item) not in known)])
    if isinstance(left, MapList):
        return _merged(left, right)
    if isinstance(left, (Timestamp, Duration)):
        kind = Timestamp if Timestamp in {type(left), type(right)} else Duration
        return in_range(kind(left.nanoseconds + right.nanoseconds))
    return checked(left + right, left) if isinstance(left, int) else left + right


def _merged(left: MapList, right: list[Any]) -> MapList:
    def key(item: Any) -> Any:
        return [item.get(name) for name in left.keys]

    newer = {repr(key(item)): item for item in right}
    kept = [newer.pop(repr(key(item)), item) for item in left]
    return MapList([*kept, *newer.values()], left.keys)


@_function(
    "_-_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", "(timestamp, timestamp) -> duration",
    "(timestamp, duration) -> timestamp", "(duration, duration) -> duration",
)  # fmt: skip
def _subtract(left: Any, right: Any) -> Any:
    if isinstance(left, (Timestamp, Duration)):
        kind = Timestamp if isinstance(left, Timestamp) and isinstance(right, Duration) else Duration
        return in_range(kind(left.nanoseconds - right.nanoseconds))
    return checked(left - right, left) if isinstance(left, int) else left - right


@_function("_*_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double")
def _multiply(left: Any, right: Any) -> Any:
    return checked(left * right, left) if isinstance(left, int) else left * right


@_function("_/_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double")
def _divide(left: Any, right: Any) -> Any:
    if isinstance(left, int):
        if right == 0:
            raise CelError("division by zero")
        quotient = abs(left) // abs(right)
        return checked(quotient if (left < 0) == (right < 0) else -quotient, left)
    if right == 0:
        return (
            math.nan
            if left == 0 or math.isnan(left)
            else math.copysign(math.inf, left) * math.copysign(1, right)
        )
    return left / right


@_function("_%_", "(int, int) -> int", "(uint, uint) -> uint")
def _modulo(left: Any, right: Any) -> Any:
    if right == 0:
        raise CelError("modulus by zero")
    rest = abs(left) % abs(right)
    return checked(-rest if left < 0 else rest, left)


@_function("-_", "(int) -> int", "(double) -> double")
def _negate(value: Any) -> Any:
    return checked(-value) if isinstance(value, int) else -value


@_function("!_", "(bool) -> bool")
def _not(value: bool) -> bool:
    return not value


@_function("@in", "(A, list(A)) -> bool", "(A, map(A, B)) -> bool")
def _in(value: Any, container: Any) -> bool:
    if isinstance(container, dict):
        return (
            any(equal(value, key) for key in container) if not isinstance(value, str) else value in container
        )
    return any(equal(value, item) for item in container)


@_function(
    "_[_]",
    "(list(A), int) -> A",
    "(map(A, B), A) -> B",
    "(optional(list(A)), int) -> optional(A)",
    "(optional(map(A, B)), A) -> optional(B)",
)
def _index(container: Any, key: Any) -> Any:
    if isinstance(container, Optional):
        return _optional_index(container, key)
    if isinstance(container, list):
        if isinstance(key, float) and key.is_integer():
            key = int(key)
        if isinstance(key, bool) or not isinstance(key, int):
            raise CelError(f"unsupported index type '{type_name(key)}' in list")
        if not 0 <= key < len(container):
            raise CelError(f"index out of bounds: {key}")
        return container[key]
    if not isinstance(container, dict):
        raise CelError(NO_OVERLOAD)
    if isinstance(key, dict | list):
        raise CelError(
            f"invalid qualifier type: {'map[string]interface {}' if isinstance(key, dict) else '[]interface {}'}"
        )
    if key not in container:
        raise CelError(f"no such key: {key_text(key)}")
    return container[key]


@_function(
    "_[?_]",
    "(list(A), int) -> optional(A)",
    "(map(A, B), A) -> optional(B)",
    "(optional(list(A)), int) -> optional(A)",
    "(optional(map(A, B)), A) -> optional(B)",
)
def _optional_index(container: Any, key: Any) -> Optional:
    if isinstance(container, Optional):
        if not container.present:
            return Optional()
        container = container.value
    try:
        return Optional(_index(container, key), present=True)
    except CelError:
        return Optional()


def key_text(key: Any) -> str:
    """A key as errors print it."""
    return key if isinstance(key, str) else str(key).lower() if isinstance(key, bool) else str(key)


@_function(
    "size", "(string) -> int", "(bytes) -> int", "(list(A)) -> int", "(map(A, B)) -> int", "string.() -> int",
    "bytes.() -> int", "list(A).() -> int", "map(A, B).() -> int",
)  # fmt: skip
def _size(value: Any) -> int:
    return len(value)


@_function("contains", "string.(string) -> bool")
def _contains(text: str, part: str) -> bool:
    return part in text


@_function("startsWith", "string.(string) -> bool")
def _starts_with(text: str, part: str) -> bool:
    return text.startswith(part)


@_function("endsWith", "string.(string) -> bool")
def _ends_with(text: str, part: str) -> bool:
    return text.endswith(part)


@_function("matches", "string.(string) -> bool", "(string, string) -> bool")
def _matches(text: str, pattern: str) -> bool:
    try:
        return compile_regex(pattern).matches(text)
    except RegexError as error:
        raise CelError(str(error)) from None
