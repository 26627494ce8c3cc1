"""CEL's functions of timestamps and durations.

Upstream: vendor/github.com/google/cel-go/common/stdlib/standard.go
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kplan.api.timestamps import SECOND
from kplan.apiserver.cel.library import Library
from kplan.apiserver.cel.values import CelError, Timestamp

TIMES: Final = Library()
_function = TIMES.function
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


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
