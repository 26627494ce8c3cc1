"""Work over many items, shared between this process and forks of it; the result is that of one process.

Forks see what this process has made without copying it, and hand back results alone. Pieces of the work are taken from a
pipe by whoever is free; what a fork fails to deliver is done here, so that errors are raised where they always were.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from kplan.namedtuples import NamedTuple

Result = TypeVar("Result")
Work = Callable[[range], list[Result]]
"""Takes a range of items, and gives a result for each."""

_WORTH: Final = 500_000
"""Weight (bytes of input) that is worth a process: a fork imports again what this process has not yet needed."""
_PIECES: Final = 32
"""Pieces a process, so that all end at about the same time: whoever takes the last one is waited for."""
_NUMBER: Final = 2
"""Bytes of a piece's number in the pipe."""
_KILL: Final = 9


class _Fork(NamedTuple):
    pid: int
    results: int
    """The end of a pipe from which its results are read."""


class Processes(NamedTuple):
    """How many processes share the work."""

    number: int = 1

    def spread(
        self,
        work: Work[Result],
        weights: Sequence[int],
        before: Callable[[], object] | None = None,
        *,
        alone: int = 0,
    ) -> list[Result]:
        """The results of work for items of these weights, in their order.

        What all of it needs is made ``before`` by this process, where otherwise every fork would make it for itself; so is
        what the first few items need, which it works on ``alone``.
        """
        total = sum(weights)
        number = min(self.number, total // _WORTH)
        pieces = _pieces(weights, total / (max(1, number) * _PIECES), alone)
        if number < 2 or len(pieces) < 2 or not hasattr(os, "fork"):
            return work(range(len(weights)))
        if before is not None:
            before()
        first = work(range(alone))
        gc.freeze()
        try:
            done = _shared(work, pieces, number - 1)
        finally:
            gc.unfreeze()
        results = (done[place] if place in done else work(piece) for place, piece in enumerate(pieces))
        return [*first, *(one for piece in results for one in piece)]


def _pieces(weights: Sequence[int], size: float, begin: int) -> list[range]:
    """Ranges of items, in order from one of them, of about one weight."""
    found: list[range] = []
    weight = 0
    for place in range(begin, len(weights)):
        weight += weights[place]
        if weight >= size:
            found.append(range(begin, place + 1))
            begin, weight = place + 1, 0
    return [*found, range(begin, len(weights))] if begin < len(weights) else found


def _shared(work: Work[Result], pieces: Sequence[range], number: int) -> dict[int, list[Result]]:
    """What this process and a number of forks made of the pieces, by the piece's place."""
    queue, end = os.pipe()
    os.write(end, b"".join(place.to_bytes(_NUMBER, "big") for place in range(len(pieces))))
    os.close(end)
    forks: list[_Fork] = []
    try:
        forks.extend(_forked(work, pieces, queue) for _ in range(number))
        done = dict(_done(work, pieces, queue))
        while forks:
            done.update(_read(forks[-1]))
            os.waitpid(forks.pop().pid, 0)
        return done
    finally:
        os.close(queue)
        for fork in forks:
            _ended(fork)


def _done(work: Work[Result], pieces: Sequence[range], queue: int) -> Iterator[tuple[int, list[Result]]]:
    """Take pieces and work on them until none is left."""
    while taken := os.read(queue, _NUMBER):
        place = int.from_bytes(taken, "big")
        yield place, work(pieces[place])


def _forked(work: Work[Any], pieces: Sequence[range], queue: int) -> _Fork:
    results, end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(end)
        return _Fork(pid, results)
    try:
        import pickle  # noqa: PLC0415 - most runs have too little to do for a fork

        os.close(results)
        gc.disable()
        # Each piece is written down before the next is taken: at the end there is nothing left to do that others wait for.
        written = [pickle.dumps(one, pickle.HIGHEST_PROTOCOL) for one in _done(work, pieces, queue)]
        with open(end, "wb") as file:  # noqa: PTH123 - a number has no path
            pickle.dump(written, file, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # whatever happened: the other process sees what is missing


def _read(fork: _Fork) -> dict[int, Any]:
    """What a fork delivered; nothing where it did not come to its end."""
    import pickle  # noqa: PLC0415 - likewise

    with open(fork.results, "rb", closefd=False) as file:
        written = file.read()
    os.close(fork.results)
    try:
        return dict(pickle.loads(one) for one in pickle.loads(written))  # noqa: S301 - written by a fork of this process
    except (EOFError, pickle.UnpicklingError):
        return {}


def _ended(fork: _Fork) -> None:
    """End a fork that nobody waits for any more."""
    with suppress(OSError):
        os.kill(fork.pid, _KILL)
        os.waitpid(fork.pid, 0)
    with suppress(OSError):
        os.close(fork.results)
