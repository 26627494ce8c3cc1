"""CEL's conversions between types, and the ranges that values have to keep.

Upstream: vendor/github.com/google/cel-go/common/stdlib/standard.go
"""

import math
import re
from functools import lru_cache
from typing import Any, Final, TypeVar

from kplan.api import timestamps
from kplan.api.timestamps import SECOND, TimeError
from kplan.apiserver.cel.library import Library
from kplan.apiserver.cel.values import (
    CelError,
    Duration,
    Timestamp,
    TypeName,
    UInt,
    format_nanoseconds,
    type_name,
)
from kplan.apiserver.field import go_float

CONVERSIONS: Final = Library()
_function = CONVERSIONS.function
T = TypeVar("T", bound=Timestamp | Duration)
_MOST_DIGITS: Final = 20
"""The number of digits of the largest 64-bit number."""
_FIRST_SECOND: Final = -62_135_596_800
_LAST_SECOND: Final = 253_402_300_799


def checked(number: int, like: Any = 0) -> Any:
    """An integer within its type's range."""
    if isinstance(like, UInt):
        if not 0 <= number < 2**64:
            raise CelError("unsigned integer overflow")
        return UInt(number)
    if not -(2**63) <= number < 2**63:
        raise CelError("integer overflow")
    return number


def _unconverted(kind: str, given: str = "string") -> CelError:
    return CelError(f"type conversion error from '{given}' to '{kind}'")


def is_second(since_epoch: int) -> bool:
    """Whether a second is one of the years 1 to 9999."""
    return _FIRST_SECOND <= since_epoch <= _LAST_SECOND


def in_range(value: T) -> T:
    """A time between the years 1 and 9999, or a span that 64 bits hold."""
    if isinstance(value, Timestamp):
        if not is_second(value.nanoseconds // SECOND):
            raise CelError("timestamp overflow")
    elif not -(2**63) <= value.nanoseconds < 2**63:
        raise CelError("integer overflow")
    return value


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
        return _read_whole(value, r"[+-]?\d+", "int", -(2**63), 2**63)
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
        value = _read_whole(value, r"\d+", "uint", 0, 2**64)
    if isinstance(value, float) and not 0 <= value < 2.0**64:
        raise CelError("unsigned integer overflow")
    result: UInt = checked(int(value), UInt(0))
    return result


@_function("double", "(double) -> double", "(int) -> double", "(uint) -> double", "(string) -> double")
def _double(value: Any) -> float:
    try:
        number = float(value)
    except ValueError:
        raise _unconverted("double") from None
    if isinstance(value, str) and math.isinf(number) and "inf" not in value.lower():
        raise _unconverted("double")
    return number


def _read_whole(text: str, pattern: str, kind: str, least: int, beyond: int) -> int:
    """A whole number within the range of its type."""
    if re.fullmatch(pattern, text, re.ASCII) and len(text.lstrip("+-0")) <= _MOST_DIGITS:
        number = int(text)
        if least <= number < beyond:
            return number
    raise _unconverted(kind)


@_function(
    "string", "(string) -> string", "(bool) -> string", "(int) -> string", "(uint) -> string", "(double) -> string",
    "(bytes) -> string", "(timestamp) -> string", "(duration) -> string",
)  # fmt: skip
def to_string(value: Any) -> str:
    """CEL's string() conversion."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return go_float(value)
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
    return value if isinstance(value, Timestamp) else in_range(Timestamp(value * SECOND))


@_function("duration", "(duration) -> duration", "(string) -> duration", "(int) -> duration")
def _duration(value: Any) -> Duration:
    if isinstance(value, str):
        try:
            return Duration(timestamps.parse_duration(value))
        except TimeError:
            raise _unconverted("google.protobuf.Duration") from None
    if not isinstance(value, Duration):  # cel-go declares it of integers, and converts none
        raise _unconverted("google.protobuf.Duration", "int")
    return value
