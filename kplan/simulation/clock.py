"""Virtual time: an instant is a whole number of microseconds since the epoch, and nothing reads the wall clock."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

Instant = int

SECOND = 1_000_000
MILLISECOND = 1_000
START: Instant = 1_767_225_600 * SECOND
"""2026-01-01T00:00:00Z: when a simulation begins where no start is given."""

HORIZON: Instant = 3600 * SECOND
"""The longest simulated time of a run that does not come to rest."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The time of the simulation; only the engine moves it."""

    __slots__ = ("now",)

    def __init__(self, now: Instant = START) -> None:
        self.now = now


def seconds(value: float) -> Instant:
    """A duration given in seconds."""
    return round(value * SECOND)


def go_duration(span: Instant) -> str:
    """A duration as Go prints it: ``300ms``, ``2.5s``, ``1m20s``."""
    from kplan.api.timestamps import duration_text  # noqa: PLC0415 - a lint reads the clock's units alone

    return duration_text(span * 1_000)


def rfc3339(instant: Instant) -> str:
    """An instant with a resolution of a second, as metav1.Time prints it."""
    return _in_seconds(instant // SECOND)


@lru_cache(maxsize=1024)
def _in_seconds(second: int) -> str:
    return as_datetime(second * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(instant: Instant) -> str:
    """An instant with microseconds, as metav1.MicroTime prints it."""
    return as_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=1024)
def as_datetime(instant: Instant) -> datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def parse_instant(text: str) -> Instant:
    """Read RFC 3339 text."""
    return from_datetime(datetime.fromisoformat(text))


def from_datetime(when: datetime) -> Instant:
    """An aware datetime as an instant."""
    return (when - _EPOCH) // timedelta(microseconds=1)
