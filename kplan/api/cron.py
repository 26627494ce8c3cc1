"""Cron schedules as the CronJob controller reads and steps them: the grammar, its error texts, the next time in a zone.

The API server accepts what robfig/cron accepts, which is neither what crontab(5) nor what Python libraries take.
Upstream: vendor/github.com/robfig/cron/v3/{parser,spec,constantdelay}.go, pkg/util/parsers/parsers.go
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Final

from kplan.api.timestamps import SECOND, TimeError, parse_duration, quote
from kplan.namedtuples import NamedTuple

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_MAX_INT: Final = 2**63 - 1
_DESCRIPTORS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY: Final = "@every "
_YEARS_AHEAD: Final = 5


class ScheduleError(ValueError):
    """The text is no schedule; the message is the API server's."""


class Bounds(NamedTuple):
    """What one field of a schedule may hold."""

    low: int
    high: int
    names: Mapping[str, int]


_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAYS: Final = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_BOUNDS: Final = (
    Bounds(0, 59, {}), Bounds(0, 23, {}), Bounds(1, 31, {}), Bounds(1, 12, _MONTHS), Bounds(0, 6, _DAYS),
)  # fmt: skip


class Field(NamedTuple):
    """One field of a schedule: the values it allows, and whether it was written with a star."""

    values: frozenset[int]
    star: bool = False


class Schedule(NamedTuple):
    """A schedule by the calendar; ``zone`` is set if the text itself names one."""

    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field
    zone: tzinfo | None = None

    def next(self, after: datetime) -> datetime | None:
        """The first time after ``after``, in its zone;
        None when five years bring none, or none before the year 10000.
        """
        zone = self.zone or after.tzinfo or UTC
        try:
            clock = _Clock(int(after.timestamp()) + 1, zone)
            found = clock.advance(self)
            return None if found is None else datetime.fromtimestamp(found, after.tzinfo or UTC)
        except (ValueError, OverflowError):
            return None

    def allows_day(self, moment: datetime) -> bool:
        """Whether the date fits: both day fields where one is a star, either of them otherwise."""
        by_month = moment.day in self.day.values
        by_week = moment.isoweekday() % 7 in self.weekday.values
        return by_month and by_week if self.day.star or self.weekday.star else by_month or by_week


class Interval(NamedTuple):
    """A schedule that fires every so often, whatever the calendar says."""

    seconds: int

    def next(self, after: datetime) -> datetime | None:
        """The first time after ``after``, on a whole second; None if that is not before the year 10000."""
        try:
            return after.replace(microsecond=0) + timedelta(seconds=self.seconds)
        except OverflowError:
            return None


class _Clock:
    """A local clock that is advanced field by field until all fields fit."""

    def __init__(self, seconds: int, zone: tzinfo) -> None:
        self.seconds = seconds
        self.zone = zone
        self.moved = False

    @property
    def now(self) -> datetime:
        """The local time."""
        return datetime.fromtimestamp(self.seconds, self.zone)

    def _set(self, year: int, month: int, day: int, hour: int = 0) -> None:
        """Set the local time as Go's time.Date does, over gaps and overlaps of the zone."""
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        naive = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)
        local = int(naive.timestamp())
        offset = self._offset(local)
        self.seconds = local - (self._offset(local - offset) if offset else 0)

    def _offset(self, seconds: int) -> int:
        offset = datetime.fromtimestamp(seconds, self.zone).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def advance(self, schedule: Schedule) -> int | None:
        if not (schedule.minute.values and schedule.hour.values and schedule.month.values):
            return None
        limit = self.now.year + _YEARS_AHEAD
        while self.now.year <= limit:
            if (
                self._month(schedule)
                and self._day(schedule)
                and self._hour(schedule)
                and self._minute(schedule)
            ):
                return self.seconds
        return None

    def _month(self, schedule: Schedule) -> bool:
        while (now := self.now).month not in schedule.month.values:
            if not self.moved:
                self.moved = True
                self._set(now.year, now.month, 1)
                now = self.now
            self._set(now.year, now.month + 1, now.day, now.hour)
            if self.now.month == 1:
                return False
        return True

    def _day(self, schedule: Schedule) -> bool:
        while not schedule.allows_day(now := self.now):
            if not self.moved:
                self.moved = True
                self._set(now.year, now.month, now.day)
                now = self.now
            self._set(now.year, now.month, now.day + 1, now.hour)
            self._to_midnight()
            if self.now.day == 1:
                return False
        return True

    def _to_midnight(self) -> None:
        """Undo what a zone does that changes its clock at midnight."""
        hour = self.now.hour
        if hour:
            self.seconds += (24 - hour if hour > 12 else -hour) * 3600

    def _hour(self, schedule: Schedule) -> bool:
        while (now := self.now).hour not in schedule.hour.values:
            if not self.moved:
                self.moved = True
                self._set(now.year, now.month, now.day, now.hour)
            self.seconds += 3600
            if self.now.hour == 0:
                return False
        return True

    def _minute(self, schedule: Schedule) -> bool:
        while (now := self.now).minute not in schedule.minute.values or now.second:
            self.moved = True
            self.seconds += 60 - self.seconds % 60
            if self.now.minute == 0:
                return False
        return True


@lru_cache(maxsize=1024)
def parse_schedule(text: str) -> Schedule | Interval:
    """Read a schedule; raises ScheduleError."""
    if not text:
        raise ScheduleError("empty spec string")
    zone: tzinfo | None = None
    if text.startswith(("TZ=", "CRON_TZ=")):
        space, equals = text.find(" "), text.find("=")
        if space < 0:
            raise ScheduleError("invalid schedule format: runtime error: slice bounds out of range [:-1]")
        name = text[equals + 1 : space]
        if not known_time_zone(name):
            raise ScheduleError(f"provided bad location {name}: unknown time zone {name}")
        zone, text = time_zone(name), text[space:].strip()
    if text.startswith("@"):
        return _descriptor(text, zone)
    fields = text.split()
    if len(fields) != len(_BOUNDS):
        raise ScheduleError(
            f"expected exactly {len(_BOUNDS)} fields, found {len(fields)}: [{' '.join(fields)}]"
        )
    return _schedule(fields, zone)


def _schedule(fields: list[str], zone: tzinfo | None) -> Schedule:
    minute, hour, day, month, weekday = (
        _field(text, bounds) for text, bounds in zip(fields, _BOUNDS, strict=True)
    )
    return Schedule(minute, hour, day, month, weekday, zone)


def _descriptor(text: str, zone: tzinfo | None) -> Schedule | Interval:
    if text in _DESCRIPTORS:
        return _schedule(_DESCRIPTORS[text].split(), zone)
    if not text.startswith(_EVERY):
        raise ScheduleError(f"unrecognized descriptor: {text}")
    try:
        nanoseconds = parse_duration(text.removeprefix(_EVERY))
    except TimeError as error:
        raise ScheduleError(f"failed to parse duration {text}: {error}") from error
    return Interval(max(1, nanoseconds // SECOND))


def _field(text: str, bounds: Bounds) -> Field:
    values: set[int] = set()
    star = False
    for part in text.split(","):
        if part:
            found, starred = _range(part, bounds)
            values.update(found)
            star = star or starred
    return Field(frozenset(values), star)


def _range(text: str, bounds: Bounds) -> tuple[range, bool]:
    """Read ``5``, ``1-5``, ``*/2``, ``3/2``...; a step above one makes a star no star."""
    parts = text.split("/")
    ends = parts[0].split("-")
    star = ends[0] in ("*", "?")
    if star:
        start, end = bounds.low, bounds.high
    else:
        start = end = _number_or_name(ends[0], bounds)
        if len(ends) == 2:
            end = _number_or_name(ends[1], bounds)
        elif len(ends) > 2:
            raise ScheduleError(f"too many hyphens: {text}")
    step = 1
    if len(parts) == 2:
        step = _number(parts[1])
        end = bounds.high if len(ends) == 1 else end
        star = star and step <= 1
    elif len(parts) > 2:
        raise ScheduleError(f"too many slashes: {text}")
    _check_range(start, end, step, text, bounds)
    return range(start, end + 1, step), star


def _check_range(start: int, end: int, step: int, text: str, bounds: Bounds) -> None:
    if start < bounds.low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({bounds.low}): {text}")
    if end > bounds.high:
        raise ScheduleError(f"end of range ({end}) above maximum ({bounds.high}): {text}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")


def _number_or_name(text: str, bounds: Bounds) -> int:
    return bounds.names[text.lower()] if text.lower() in bounds.names else _number(text)


def _number(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ScheduleError(
            f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: invalid syntax"
        )
    number = int(text)
    if not -_MAX_INT - 1 <= number <= _MAX_INT:
        raise ScheduleError(
            f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: value out of range"
        )
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {text}")
    return number


def known_time_zone(name: str) -> bool:
    """Whether the zone exists, as Go's LoadLocation finds it."""
    return name in ("", "UTC", "Local") or name in _zones()


def time_zone(name: str) -> tzinfo:
    """The zone of a known name."""
    if name in ("", "UTC", "Local"):
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few schedules name a zone

    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    from importlib import resources  # noqa: PLC0415 - likewise

    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
