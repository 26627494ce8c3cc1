"""CEL's functions of timestamps and durations.

Upstream: vendor/github.com/google/cel-go/common/stdlib/standard.go
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kplan.api.timestamps import SECOND
from kplan.apiserver.cel.library import Library
from kplan.apiserver.cel.values import CelError, Timestamp
from kplan.apiserver.field import go_quote

TIMES: Final = Library()
_function = TIMES.function
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS: Final = 19
"""As many as the largest integer has."""
_CYCLE: Final = 400
"""The number of years after which dates fall on the same days of the week again."""
_CYCLE_LENGTH: Final = 146_097 * 86_400 * SECOND


def _zone(name: str) -> tzinfo:
    if name in {"UTC", "Local"}:
        return UTC
    if ".." in name or name[0] in "/\\":
        raise CelError("time: invalid location name")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CelError(f"unknown time zone {name}") from None


def _shift(name: str) -> int:
    """A UTC offset such as ``+02:00``, in seconds."""
    hours, minutes = map(_number, name.split(":", 1))
    return (hours * 60 + (-minutes if name.startswith("-") else minutes)) * 60


def _number(text: str) -> int:
    problem = ""
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        problem = "invalid syntax"
    elif len(text.lstrip("+-0")) > _MOST_DIGITS or not -(2**63) <= int(text) < 2**63:
        problem = "value out of range"
    if problem:
        raise CelError(f"strconv.Atoi: parsing {go_quote(text)}: {problem}")
    return int(text)


def _at(instant: Timestamp, zone: str | None) -> tuple[datetime, int]:
    """The local time at an offset, and the years to add to it, because Python's calendar ends earlier than CEL's."""
    if zone and ":" in zone:
        cycles, rest = divmod(instant.nanoseconds + _shift(zone) * SECOND, _CYCLE_LENGTH)
        return _EPOCH + timedelta(microseconds=rest // 1000), cycles * _CYCLE
    when = _EPOCH + timedelta(microseconds=instant.nanoseconds // 1000)
    if not zone:
        return when, 0
    where = _zone(zone)
    try:
        return when.astimezone(where), 0
    except OverflowError:  # within a day of the first or last time there is
        years = _CYCLE if when.year > _CYCLE else -_CYCLE
        return when.replace(year=when.year - years).astimezone(where), years


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

        def date_part(instant: Timestamp, zone: str | None = None, part: Any = part, name: str = name) -> int:
            when, years = _at(instant, zone)
            return int(part(when)) + (years if name == "getFullYear" else 0)

        _function(name, "timestamp.() -> int", "timestamp.(string) -> int")(date_part)
    for name, (unit, part) in _CLOCK.items():

        def clock_part(value: Any, zone: str | None = None, part: Any = part, unit: int = unit) -> int:
            if isinstance(value, Timestamp):
                return int(part(_at(value, zone)[0]))
            return int(abs(value.nanoseconds) // unit * (1 if value.nanoseconds >= 0 else -1))

        _function(name, "timestamp.() -> int", "timestamp.(string) -> int", "duration.() -> int")(clock_part)


_declare_parts()
