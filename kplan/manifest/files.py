"""The bytes of one file, where it is one that can be read: everything else is a diagnostic."""

import os
import stat
from collections.abc import Callable
from typing import Final

from kplan.diagnostics import Diagnostic, Location
from kplan.manifest.limits import DEFAULT, Limits

STDIN: Final = "-"
STDIN_NAME: Final = "STDIN"
"""What standard input is called if it is reported on, as kubectl calls it."""
TOO_LARGE: Final = "YAML005"
UNREADABLE: Final = "YAML006"

_DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a directory"),
)  # fmt: skip
_AT_ONCE: Final = 1 << 12


class UnreadableError(Exception):
    """A file that cannot be read, as a diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_bytes(path: str, limits: Limits = DEFAULT, stdin: Callable[[int], bytes] | None = None) -> bytes:
    """Read a file, or standard input for ``-``. Raises UnreadableError."""
    limit = limits.max_file_bytes
    if path == STDIN:
        data = stdin(limit + 1) if stdin else b""
        name = STDIN_NAME
    else:
        name = path
        try:
            mode = os.stat(path)  # noqa: PTH116 - pathlib costs seconds on many files
            _require_file(path, mode.st_mode)
            if mode.st_size > limit:
                raise _too_large(path, limits)
            data = _content(path, mode.st_size, limit + 1)
        except OSError as error:
            raise UnreadableError(unreadable(path, error)) from None
    if len(data) > limit:
        raise _too_large(name, limits)
    return data


def _content(path: str, size: int, most: int) -> bytes:
    """The beginning of a file of about a size; if a pipe has taken its place meanwhile, nobody waits for its writer."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) * (not path.startswith(_DESCRIPTORS)))
    parts, left = list[bytes](), most
    try:
        while left > 0 and (part := os.read(number, min(left, max(size + 1, _AT_ONCE)))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(number)
    return b"".join(parts)


def unreadable(path: str, reason: str | Exception, *, hint: str = "") -> Diagnostic:
    """Say that a path cannot be read."""
    if isinstance(reason, FileNotFoundError) and os.path.islink(path):  # noqa: PTH114 - likewise
        reason = f"cannot be read: it is a link to {os.readlink(path)!r}, which does not exist"  # noqa: PTH115 - likewise
    elif isinstance(reason, Exception):
        text = getattr(reason, "strerror", None) or str(reason)
        reason = f"cannot be read: {text[:1].lower()}{text[1:]}"
    return Diagnostic(UNREADABLE, reason, location=Location(path), help=hint)


def _require_file(path: str, mode: int) -> None:
    if stat.S_ISREG(mode) or path == os.devnull or (path.startswith(_DESCRIPTORS) and not stat.S_ISDIR(mode)):
        return
    what = next((name for test, name in _KINDS if test(mode)), "not a file")
    raise UnreadableError(
        unreadable(path, f"cannot be read: it is {what}", hint="give a file, a directory or '-'")
    )


def _too_large(name: str, limits: Limits) -> UnreadableError:
    message = f"larger than {limits.max_file_bytes:,} bytes"
    return UnreadableError(
        Diagnostic(
            TOO_LARGE,
            message,
            location=Location(name),
            help="read it with a larger --max-file-size",
        )
    )
