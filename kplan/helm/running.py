"""A program that is run with an end to its time and to what it prints: templates of strangers may loop for ever."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Final

from kplan.manifest.limits import DEFAULT
from kplan.namedtuples import NamedTuple

SECONDS: Final = 60
MOST_BYTES: Final = DEFAULT.max_file_bytes


class Ran(NamedTuple):
    """How a program ended."""

    code: int
    output: bytes
    errors: bytes
    unfinished: str = ""
    """Why it was stopped, where it was."""


def bounded(
    words: Sequence[str], given: bytes, environment: Mapping[str, str],
    *, seconds: float = SECONDS, most: int = MOST_BYTES,
) -> Ran:  # fmt: skip
    """Run a program; it and what it started is killed when its time is over, or this process is interrupted.

    Raises OSError.
    """
    with TemporaryFile() as entry, TemporaryFile() as output, TemporaryFile() as errors:
        entry.write(given)
        entry.seek(0)
        process = subprocess.Popen(  # noqa: S603 - the caller wrote the words
            words, stdin=entry, stdout=output, stderr=errors, env=environment, start_new_session=True
        )
        try:
            _limit_files(process.pid, most)
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return Ran(1, b"", b"", f"stopped after {seconds:g} s")
        finally:
            _kill(process)
        if _size(output) >= most:
            return Ran(1, b"", b"", f"stopped after {most:,} bytes of output")
        return Ran(code, _content(output), _content(errors))


def _limit_files(pid: int, most: int) -> None:
    """Let a process write files of so many bytes at most; if the system has no such limit, time alone ends it."""
    import resource  # noqa: PLC0415 - not on every system

    with suppress(AttributeError, OSError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
