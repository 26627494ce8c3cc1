"""A file that a flag names: a template, columns or a patch."""

from pathlib import Path

from kplan.errors import UsageError


def read_text(path: str, problem: str) -> str:
    """The text of a file. Raises UsageError, which begins with the problem, where it cannot be read as UTF-8."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = str(error.strerror).lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{problem} open {path}: {reason}") from error
