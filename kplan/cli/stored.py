"""The stored state of this folder on the command line, and the time on the clock,
which is that of its next revision.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.state.sources.sqlite import Database


def now() -> str:
    """The time in RFC 3339, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def database(made_by: str) -> "Database":
    """The state in this folder or above. Raises UsageError that says what makes one if there is none."""
    from kplan.state.sources import sqlite

    found = sqlite.find(Path.cwd())
    if found is None:
        raise UsageError("no stored state in this folder or above", hint=f"make one with '{made_by}'")
    return found
