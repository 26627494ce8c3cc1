"""CEL's standard operators, conversions and functions of time.

Upstream: vendor/github.com/google/cel-go/common/stdlib/standard.go
"""

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kplan.api import timestamps
from kplan.api.timestamps import SECOND, TimeError
from kplan.apiserver.cel.library import NO_OVERLOAD, Library
from kplan.apiserver.cel.values import (
    CelError,
    Duration,
    MapList,
    Optional,
    SetList,
    Timestamp,
    TypeName,
    UInt,
    equal,
    format_nanoseconds,
    identity,
    type_name,
)
from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError

STANDARD: Final = Library()
_function = STANDARD.function
T = TypeVar("T", bound=Timestamp | Duration)
_FIRST_SECOND: Final = -62_135_596_800
_LAST_SECOND: Final = 253_402_300_799
_ORDERED: Final = (
    "(bool, bool) -> bool", "(int, int) -> bool", "(int, double) -> bool", "(int, uint) -> bool", "(uint, uint) -> bool",
    "(uint, double) -> bool", "(uint, int) -> bool", "(double, double) -> bool", "(double, int) -> bool",
    "(double, uint) -> bool", "(string, string) -> bool", "(bytes, bytes) -> bool", "(timestamp, timestamp) -> bool",
    "(duration, duration) -> bool",
)  # fmt: skip
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


def checked(number: int, like: Any = 0) -> Any:
    """An integer within its type's range."""
    if isinstance(like, UInt):
        if not 0 <= number < 2**64:
            raise CelError("unsigned integer overflow")
        return UInt(number)
    if not -(2**63) <= number < 2**63:
        raise CelError("integer overflow")
    return number


@_function("_==_", "(A, A) -> bool")
def _equals(left: Any, right: Any) -> bool:
    return equal(left, right)


@_function("_!=_", "(A, A) -> bool")
def _differs(left: Any, right: Any) -> bool:
    return not equal(left, right)


@_function("_<_", *_ORDERED)
def _less(left: Any, right: Any) -> bool:
    return bool(left < right)


@_function("_<=_", *_ORDERED)
def _less_or_equal(left: Any, right: Any) -> bool:
    return bool(left <= right)


@_function("_>_", *_ORDERED)
def _greater(left: Any, right: Any) -> bool:
    return bool(left > right)


@_function("_>=_", *_ORDERED)
def _greater_or_equal(left: Any, right: Any) -> bool:
    return bool(left >= right)


def _unconverted(kind: str) -> CelError:
    return CelError(f"type conversion error from 'string' to '{kind}'")


def _in_range(value: T) -> T:
    """A time between the years 1 and 9999, or a span that 64 bits hold."""
    if isinstance(value, Timestamp):
        if not _FIRST_SECOND <= value.nanoseconds // SECOND <= _LAST_SECOND:
            raise CelError("timestamp overflow")
    elif not -(2**63) <= value.nanoseconds < 2**63:
        raise CelError("duration overflow")
    return value


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
        return _in_range(kind(left.nanoseconds + right.nanoseconds))
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
        return _in_range(kind(left.nanoseconds - right.nanoseconds))
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


@_function("dyn", "(A) -> dyn")
def _dyn(value: Any) -> Any:
    return value


@_function("type", "(A) -> type(A)")
def _type(value: Any) -> TypeName:
    return TypeName(type_name(value))


@_function("bool", "(bool) -> bool", "(string) -> bool")
def _bool(value: Any) -> bool:
    texts = {"true": True, "True": True, "TRUE": True, "t": True, "1": True}
    texts |= {"false": False, "False": False, "FALSE": False, "f": False, "0": False}
    if isinstance(value, bool):
        return value
    if value not in texts:
        raise CelError("type conversion error from 'string' to 'bool'")
    return texts[value]


@_function(
    "int",
    "(int) -> int",
    "(uint) -> int",
    "(double) -> int",
    "(string) -> int",
    "(timestamp) -> int",
    "(duration) -> int",
)
def _int(value: Any) -> int:
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?\d+", value, re.ASCII):
            raise _unconverted("int")
        number = int(value)
        if not -(2**63) <= number < 2**63:
            raise _unconverted("int")
        return number
    if isinstance(value, float):
        if math.isnan(value) or not -(2.0**63) < value < 2.0**63:
            raise CelError("integer overflow")
        return int(value)
    if isinstance(value, Timestamp):
        return value.nanoseconds // SECOND
    if isinstance(value, Duration):
        return value.nanoseconds
    return int(checked(int(value)))


@_function("uint", "(uint) -> uint", "(int) -> uint", "(double) -> uint", "(string) -> uint")
def _uint(value: Any) -> UInt:
    if isinstance(value, str):
        if not re.fullmatch(r"\d+", value, re.ASCII):
            raise _unconverted("uint")
        value = int(value)
    result: UInt = checked(int(value), UInt(0))
    return result


@_function("double", "(double) -> double", "(int) -> double", "(uint) -> double", "(string) -> double")
def _double(value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise _unconverted("double") from None


@_function(
    "string", "(string) -> string", "(bool) -> string", "(int) -> string", "(uint) -> string", "(double) -> string",
    "(bytes) -> string", "(timestamp) -> string", "(duration) -> string",
)  # fmt: skip
def to_string(value: Any) -> str:
    """CEL's string() conversion."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise CelError("invalid UTF-8 in bytes, cannot convert to string") from None
    if isinstance(value, Timestamp):
        return format_nanoseconds(value.nanoseconds)
    if isinstance(value, Duration):
        whole, rest = divmod(abs(value.nanoseconds), SECOND)
        text = f"{whole}.{rest:09d}".rstrip("0").rstrip(".")
        return f"{'-' if value.nanoseconds < 0 else ''}{text}s"
    return str(value)


def double_text(value: float) -> str:
    """A double as Go's strconv prints it in its shortest form."""
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+03d}" if exponent else mantissa


@_function("bytes", "(bytes) -> bytes", "(string) -> bytes")
def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _read_time(text: str) -> Timestamp:
    return Timestamp(timestamps.parse_time(text))


@_function("timestamp", "(timestamp) -> timestamp", "(string) -> timestamp", "(int) -> timestamp")
def _timestamp(value: Any) -> Timestamp:
    if isinstance(value, str):
        try:
            return _read_time(value)
        except TimeError:
            raise _unconverted("google.protobuf.Timestamp") from None
    return value if isinstance(value, Timestamp) else _in_range(Timestamp(value * SECOND))


@_function("duration", "(duration) -> duration", "(string) -> duration", "(int) -> duration")
def _duration(value: Any) -> Duration:
    if isinstance(value, str):
        try:
            return Duration(timestamps.parse_duration(value))
        except TimeError:
            raise _unconverted("google.protobuf.Duration") from None
    return value if isinstance(value, Duration) else Duration(value)


def _zone(name: str | None) -> tzinfo:
    if not name or name == "UTC":
        return UTC
    match = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", name)
    if match:
        shift = timedelta(hours=int(match[2]), minutes=int(match[3]))
        if shift < _DAY:
            return timezone(-shift if match[1] == "-" else shift)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CelError(f"unknown time zone {name}") from None


def _at(instant: Timestamp, zone: str | None) -> datetime:
    where = _zone(zone)
    try:
        return (_EPOCH + timedelta(microseconds=instant.nanoseconds // 1000)).astimezone(where)
    except OverflowError:  # within a day of the first or last time there is
        raise CelError("timestamp overflow") from None


_PARTS: Final = {
    "getFullYear": lambda when: when.year,
    "getMonth": lambda when: when.month - 1,
    "getDate": lambda when: when.day,
    "getDayOfMonth": lambda when: when.day - 1,
    "getDayOfWeek": lambda when: (when.weekday() + 1) % 7,
    "getDayOfYear": lambda when: when.timetuple().tm_yday - 1,
}
_CLOCK: Final = {
    "getHours": (3600 * SECOND, lambda when: when.hour),
    "getMinutes": (60 * SECOND, lambda when: when.minute),
    "getSeconds": (SECOND, lambda when: when.second),
    "getMilliseconds": (SECOND // 1000, lambda when: when.microsecond // 1000),
}


def _declare_parts() -> None:
    for name, part in _PARTS.items():

        def date_part(instant: Timestamp, zone: str | None = None, part: Any = part) -> int:
            return int(part(_at(instant, zone)))

        _function(name, "timestamp.() -> int", "timestamp.(string) -> int")(date_part)
    for name, (unit, part) in _CLOCK.items():

        def clock_part(
            value: Any, zone: str | None = None, part: Any = part, unit: int = unit, name: str = name
        ) -> int:
            if isinstance(value, Timestamp):
                return int(part(_at(value, zone)))
            whole = abs(value.nanoseconds) // unit * (1 if value.nanoseconds >= 0 else -1)
            return int(whole % 1000 if name == "getMilliseconds" else whole)

        _function(name, "timestamp.() -> int", "timestamp.(string) -> int", "duration.() -> int")(clock_part)


_declare_parts()
