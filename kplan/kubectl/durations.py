"""Durations as users write them for kplan's own flags: 90s, 1h30m, 7d, or seconds without a unit."""

from typing import Final

from kplan.api.timestamps import TimeError, parse_duration
from kplan.errors import UsageError

_DAY: Final = 86_400
_MOST_DIGITS: Final = 9
"""The most digits of a number of days; more would exceed any duration that makes sense."""


def duration(text: str) -> int:
    """Whole seconds of a duration such as 90s, 1h30m, 7d, 1d12h or 0. Raises UsageError."""
    days, unit, rest = text.partition("d")
    if not unit:
        return _seconds(text, text)
    if not days.isascii() or not days.isdigit() or len(days) > _MOST_DIGITS:
        raise _invalid(text)
    return int(days) * _DAY + (_seconds(rest, text) if rest else 0)


def _seconds(text: str, whole: str) -> int:
    """Seconds of a duration as Go writes it, a part of a ``whole`` one. Raises UsageError."""
    try:
        found = int(text) if text.isdecimal() else -(-parse_duration(text) // 10**9)
    except TimeError as error:
        raise _invalid(whole) from error
    if found < 0:
        raise UsageError(f"invalid duration: '{whole}'", hint="it cannot be negative")
    return found


def _invalid(text: str) -> UsageError:
    return UsageError(f"invalid duration: '{text}'", hint="write it as 90s, 5m, 2h or 7d")
