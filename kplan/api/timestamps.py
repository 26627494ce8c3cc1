"""Timestamps and durations as Go reads and prints them.

An instant is a whole number of nanoseconds since the epoch, so that nothing is lost and nothing reads a clock.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/{time,micro_time,duration}.go
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

SECOND: Final = 1_000_000_000
RFC3339: Final = "2006-01-02T15:04:05Z07:00"
RFC3339_MICRO: Final = "2006-01-02T15:04:05.000000Z07:00"

_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month; ``calendar``, which knows them, loads ``locale`` at every start."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAST: Final = r"(?a:(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d)))"
"""Compiled with the first time that is read."""
_UNITS: Final = {
    "ns": 1, "us": 1_000, "\u00b5s": 1_000, "\u03bcs": 1_000, "ms": 1_000_000,
    "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND,
}  # fmt: skip
_ZERO_TIME: Final = -62135596800 * SECOND


class TimeError(ValueError):
    """The text is no timestamp or duration; the message is Go's."""


def quote(text: str) -> str:
    """Quote as Go's time package does: every byte beyond ASCII is escaped."""
    out = []
    for byte in text.encode("utf-8", "surrogatepass"):
        if byte >= 0x80 or byte < 0x20:
            out.append(f"\\x{byte:02x}")
        elif byte in b'"\\':
            out.append("\\" + chr(byte))
        else:
            out.append(chr(byte))
    return '"' + "".join(out) + '"'


@lru_cache(maxsize=4096)
def parse_time(text: str, layout: str = RFC3339) -> int:
    """Nanoseconds since the epoch; raises TimeError with Go's text."""
    match = re.fullmatch(_FAST, text) if layout == RFC3339 else None
    if match is not None:
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        offset = int(match[9] or 0) * 3600 + int(match[10] or 0) * 60
        valid = 1 <= month <= 12 and hour < 24 and minute < 60 and second < 60
        if valid and 1 <= day <= _days(year, month) and int(match[9] or 0) < 24 and int(match[10] or 0) < 60:
            fraction = int((match[7] or "0").ljust(9, "0")[:9])
            zone = -offset if match[8] == "-" else offset
            return _instant(year, month, day, hour, minute, second - zone) + fraction
    return _Reader(text, layout).read()


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _LENGTHS[month] + (leap and month == 2)


def _instant(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    shifted = year or 400
    delta = datetime(shifted, month, day, tzinfo=UTC) - _EPOCH
    days = delta.days - (0 if year else 146097)
    return (days * 86400 + hour * 3600 + minute * 60 + second) * SECOND


class _Reader:
    """Go's lenient reader for one of the two layouts, with its errors."""

    def __init__(self, text: str, layout: str) -> None:
        self.text = text
        self.rest = text
        self.layout = layout

    def fail(self, element: str, rest: str, message: str = "") -> TimeError:
        if message:
            return TimeError(f"parsing time {quote(self.text)}{message}")
        return TimeError(
            f"parsing time {quote(self.text)} as {quote(self.layout)}: cannot parse {quote(rest)} as {quote(element)}"
        )

    def literal(self, char: str) -> None:
        if not self.rest.startswith(char):
            raise self.fail(char, self.rest)
        self.rest = self.rest[1:]

    def number(self, element: str, low: int, high: int, what: str, *, fixed: bool = True) -> int:
        match = re.match(r"[0-9]{2}" if fixed else r"[0-9]{1,2}", self.rest)
        if match is None:
            raise self.fail(element, self.rest)
        value = int(match[0])
        self.rest = self.rest[match.end() :]
        if not low <= value <= high:
            raise self.fail("", "", f": {what} out of range")
        return value

    def read(self) -> int:
        """Read everything."""
        if not re.match(r"[0-9].{3}", self.rest, re.DOTALL) or not re.fullmatch(r"[0-9]{4}", self.rest[:4]):
            raise self.fail("2006", self.rest)
        year, self.rest = int(self.rest[:4]), self.rest[4:]
        self.literal("-")
        month = self.number("01", 1, 12, "month")
        self.literal("-")
        day = self.number("02", 0, 99, "day")
        self.literal("T")
        hour = self.number("15", 0, 23, "hour", fixed=False)
        self.literal(":")
        minute = self.number("04", 0, 59, "minute")
        self.literal(":")
        second = self.number("05", 0, 59, "second")
        fraction = self.fraction()
        zone = self.zone()
        if self.rest:
            raise self.fail("", "", f": extra text: {quote(self.rest)}")
        if not 1 <= day <= _days(year, month):
            raise self.fail("", "", ": day out of range")
        return _instant(year, month, day, hour, minute, second - zone) + fraction

    def fraction(self) -> int:
        if self.layout == RFC3339:
            match = re.match(r"[.,]([0-9]+)", self.rest)
            if match is None:
                return 0
        else:
            match = re.match(r"[.,]([0-9]{6})", self.rest)
            if match is None:
                raise self.fail(".000000", self.rest)
        self.rest = self.rest[match.end() :]
        return int(match[1].ljust(9, "0")[:9])

    def zone(self) -> int:
        hold = self.rest
        if self.rest.startswith("Z"):
            self.rest = self.rest[1:]
            return 0
        match = re.match(r"([+-])([0-9]{2}):([0-9]{2})", self.rest)
        if match is None:
            raise self.fail("Z07:00", hold)
        self.rest = self.rest[6:]
        hours, minutes = int(match[2]), int(match[3])
        if hours > 24 or minutes > 60:
            part = "minute" if minutes > 60 else "hour"
            raise self.fail("", "", f": time zone offset {part} out of range")
        offset = hours * 3600 + minutes * 60
        return -offset if match[1] == "-" else offset


def is_zero(instant: int) -> bool:
    """Whether it is Go's zero time, which prints as null."""
    return instant == _ZERO_TIME


def format_time(instant: int) -> str:
    """``2006-01-02T15:04:05Z``: metav1.Time, whole seconds."""
    return _date(instant // SECOND) + "Z"


def format_micro_time(instant: int) -> str:
    """``2006-01-02T15:04:05.000000Z``: metav1.MicroTime."""
    return f"{_date(instant // SECOND)}.{instant % SECOND // 1000:06d}Z"


def _date(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    shift = 146097 if days < -719162 else 0
    date = _EPOCH + timedelta(days=days + shift)
    year = date.year - (400 if shift else 0)
    hour, rest = divmod(rest, 3600)
    return f"{year:04d}-{date.month:02d}-{date.day:02d}T{hour:02d}:{rest // 60:02d}:{rest % 60:02d}"


_TERM: Final = r"([0-9]*)(\.([0-9]*))?([^0-9.]*)"


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> int:
    """Nanoseconds of a duration such as ``1h30m``; raises TimeError with Go's text."""
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    if not rest:
        raise TimeError(f"time: invalid duration {quote(text)}")
    total = 0
    while rest:
        match = re.match(_TERM, rest)
        if match is None or not (match[1] or match[3]):
            raise TimeError(f"time: invalid duration {quote(text)}")
        if int(match[1] or 0) > 1 << 63:
            raise TimeError(f"time: invalid duration {quote(text)}")
        if not match[4]:
            raise TimeError(f"time: missing unit in duration {quote(text)}")
        unit = _UNITS.get(match[4])
        if unit is None:
            raise TimeError(f"time: unknown unit {quote(match[4])} in duration {quote(text)}")
        total += int(match[1] or 0) * unit
        if match[3]:
            digits = match[3][:18]
            total += int(float(int(digits)) * (float(unit) / 10 ** len(digits)))
        if total > 1 << 63:
            raise TimeError(f"time: invalid duration {quote(text)}")
        rest = rest[match.end() :]
    if text.startswith("-"):
        return -total
    if total > (1 << 63) - 1:
        raise TimeError(f"time: invalid duration {quote(text)}")
    return total


def duration_text(nanoseconds: int) -> str:
    """A duration as Go prints it: ``300ms``, ``2.5s``, ``1m20s``, ``1h0m0s``.

    Upstream: src/time/time.go (Duration.String)
    """
    sign, left = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if 0 < left < SECOND:
        unit = next(unit for unit in ("ms", "\u00b5s", "ns") if left >= _UNITS[unit])
        return f"{sign}{_decimal(left, _UNITS[unit])}{unit}"
    minutes, left = divmod(left, _UNITS["m"])
    hours, minutes = divmod(minutes, 60)
    above = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{above}{_decimal(left, _UNITS['s'])}s"


def _decimal(number: int, unit: int) -> str:
    """A number in a unit, with as many decimals as are needed."""
    whole, rest = divmod(number, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}}".rstrip("0") if rest else str(whole)
