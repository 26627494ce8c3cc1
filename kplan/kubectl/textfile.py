"""A file that a flag names: a template, columns or a patch."""

import errno
import stat
from pathlib import Path

from kplan.errors import UsageError


def read_text(path: str, problem: str) -> str:
    """The text of a file. Raises UsageError, which begins with the problem, if it cannot be read as UTF-8."""
    try:
        _require_file(path)
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = str(error.strerror).lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{problem} open {path}: {reason}") from error


def _require_file(path: str) -> None:
    """Raise OSError for what would be waited for, or never end."""
    mode = Path(path).stat().st_mode
    if not path.startswith(("/dev/fd/", "/proc/")) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "not a regular file")
