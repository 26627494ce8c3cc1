"""Durations as users write them for kplan's own flags: 90s, 1h30m, or seconds without a unit."""

from kplan.api.timestamps import TimeError, parse_duration
from kplan.errors import UsageError


def duration(text: str) -> int:
    """Whole seconds of a duration such as 90s, 1h30m or 0. Raises UsageError."""
    try:
        found = int(text) if text.isdecimal() else -(-parse_duration(text) // 10**9)
    except TimeError as error:
        raise UsageError(f"invalid duration: '{text}'", hint="write it as 90s, 5m or 2h") from error
    if found < 0:
        raise UsageError(f"invalid duration: '{text}'", hint="it cannot be negative")
    return found
