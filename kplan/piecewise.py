"""Results that a fork hands over piece by piece through a pipe, while both processes go on working.

Neither waits for the other before its own work is done: what the pipe has no room for stays with the sender.
"""

import os
import pickle
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

_SIZE: Final = struct.Struct(">Q")
"""How many bytes a piece takes, before the piece."""
_MOST: Final = 1 << 20
"""Bytes that are written or read at once, and that a pipe is asked to hold: Linux allows everybody as many."""


class Sender:
    """The end of a fork."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._waiting = bytearray()
        os.set_blocking(end, False)
        _widen(end)

    def send(self, piece: object) -> None:
        """Write as much of a piece, and of those before it, as there is room for."""
        written = pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)
        self._waiting += _SIZE.pack(len(written)) + written
        self._write()

    def close(self) -> None:
        """Write what is left, however long it takes."""
        os.set_blocking(self._end, True)
        self._write()
        os.close(self._end)

    def _write(self) -> None:
        with suppress(BlockingIOError):
            while self._waiting:
                sent = os.write(self._end, self._waiting[:_MOST])
                del self._waiting[:sent]


class Receiver:
    """The end of the process that forked."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._arrived = bytearray()
        os.set_blocking(end, False)

    def arrived(self) -> Iterator[Any]:
        """The pieces that have arrived since they were asked for last."""
        with suppress(BlockingIOError):
            while read := os.read(self._end, _MOST):
                self._arrived += read
        yield from self._whole()

    def rest(self) -> Iterator[Any]:
        """All other pieces, as they arrive; of a fork that came to no end, those that it sent in full."""
        os.set_blocking(self._end, True)
        while read := os.read(self._end, _MOST):
            self._arrived += read
            yield from self._whole()
        self.close()

    def close(self) -> None:
        """Read no more."""
        os.close(self._end)

    def _whole(self) -> Iterator[Any]:
        begin = 0
        while (body := begin + _SIZE.size) <= len(self._arrived):
            end = body + _SIZE.unpack_from(self._arrived, begin)[0]
            if end > len(self._arrived):
                break
            yield pickle.loads(memoryview(self._arrived)[body:end])  # noqa: S301 - written by a fork of this process
            begin = end
        del self._arrived[:begin]


def _widen(end: int) -> None:
    """Let a pipe hold several pieces; where that cannot be asked for, more of them wait."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - there is none everywhere

        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _MOST)
