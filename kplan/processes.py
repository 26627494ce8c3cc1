"""Work over many items, shared between this process and forks of it; the result is that of one process.

Forks see what this process has made without copying it, and hand back results alone. Pieces of the work are taken from
a pipe by whoever is free; what a fork fails to deliver is done here, so that errors are raised where they always were.
"""

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.piecewise import Receiver

Result = TypeVar("Result")
Work = Callable[[range], list[Result]]
"""Takes a range of items, and gives a result for each."""

_Piece = tuple[int, int]
"""The number of a share, and the place of a piece in it."""
_WORTH: Final = 500_000
"""Weight (bytes of input) that is worth a process: a fork imports again what this process has not yet needed."""
_PIECES: Final = 32
"""Pieces a process, so that all end at about the same time: whoever takes the last one is waited for."""
_NUMBER: Final = 2
"""Bytes of a piece's number in the pipe."""
_KILL: Final = 9


class _Fork(NamedTuple):
    pid: int
    results: "Receiver"


class Share(NamedTuple):
    """Work of one kind over many items, of which processes take pieces.

    What all of it needs is made ``before`` by this process, if otherwise every fork would make it for itself; so is
    what the first few items need, which this process works on ``alone``.
    """

    work: Work[Any]
    weights: Sequence[int]
    """The weight of each item, in bytes of input or the equivalent amount of work."""
    before: Callable[[], object] | None = None
    alone: int = 0

    def done_here(self) -> list[Any]:
        """The results of all of it, by this process alone."""
        return self.work(range(len(self.weights)))


class Processes(NamedTuple):
    """How many processes share the work."""

    number: int = 1

    def spread(self, work: Work[Result], weights: Sequence[int]) -> list[Result]:
        """The results of work for items of these weights, in their order."""
        return self.spread_all([Share(work, weights)])[0]

    def spread_all(self, shares: Sequence[Share]) -> list[list[Any]]:
        """The results of each share, in the order of its items.

        One fork serves them all: nobody waits at the end of a share, and each process begins with another one,
        so that most of what a share's work remembers is remembered by few of them.
        """
        total = sum(sum(share.weights) for share in shares)
        number = min(self.number, total // _WORTH)
        size = total / (max(1, number) * _PIECES)
        pieces = [_pieces(share.weights, size, share.alone) for share in shares]
        if number < 2 or sum(map(len, pieces)) < 2 or not hasattr(os, "fork"):
            return [share.done_here() for share in shares]
        first = [_begun(share) for share in shares]
        gc.freeze()
        try:
            done = _shared(shares, pieces, number - 1)
        finally:
            gc.unfreeze()
        return [
            [*begun, *_results(share, place, parts, done)]
            for place, (share, begun, parts) in enumerate(zip(shares, first, pieces, strict=True))
        ]


def _begun(share: Share) -> list[Any]:
    """The results of what one process works on alone, after what all need is made."""
    if share.before is not None:
        share.before()
    return share.work(range(share.alone))


def _results(
    share: Share, number: int, pieces: Sequence[range], done: Mapping[_Piece, list[Any]]
) -> Iterator[Any]:
    """The results of the pieces of a share; those that nobody delivered are made here."""
    for place, piece in enumerate(pieces):
        found = done.get((number, place))
        yield from share.work(piece) if found is None else found


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


def _shared(
    shares: Sequence[Share], pieces: Sequence[Sequence[range]], number: int
) -> dict[_Piece, list[Any]]:
    """The results for the pieces from this process and a number of forks."""
    queues = [_queue(len(parts)) for parts in pieces]
    forks: list[_Fork] = []
    try:
        forks.extend(_forked(_done(shares, pieces, queues, place)) for place in range(1, number + 1))
        done: dict[_Piece, list[Any]] = {}
        for piece, found in _done(shares, pieces, queues, 0):
            done[piece] = found
            for fork in forks:
                done.update(fork.results.arrived())
        while forks:
            done.update(forks[-1].results.rest())
            os.waitpid(forks.pop().pid, 0)
        return done
    finally:
        for queue in queues:
            os.close(queue)
        for fork in forks:
            _ended(fork)


def _queue(number: int) -> int:
    """A pipe to take the numbers of pieces from."""
    queue, end = os.pipe()
    os.write(end, b"".join(place.to_bytes(_NUMBER, "big") for place in range(number)))
    os.close(end)
    return queue


def _done(
    shares: Sequence[Share], pieces: Sequence[Sequence[range]], queues: Sequence[int], begin: int
) -> Iterator[tuple[_Piece, list[Any]]]:
    """Take pieces and work on them until none is left, those of the share in this place before the others."""
    for turn in range(len(shares)):
        number = (begin + turn) % len(shares)
        while taken := os.read(queues[number], _NUMBER):
            place = int.from_bytes(taken, "big")
            yield (number, place), shares[number].work(pieces[number][place])


def _forked(done: Iterator[tuple[_Piece, list[Any]]]) -> _Fork:
    """A process that works and sends what is done."""
    from kplan.piecewise import Receiver, Sender  # noqa: PLC0415 - most runs have too little to do for a fork

    results, end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(end)
        return _Fork(pid, Receiver(results))
    try:
        os.close(results)
        gc.disable()
        sender = Sender(end)
        for piece in done:
            sender.send(piece)
        sender.close()
    finally:
        os._exit(0)  # whatever happened: the other process sees what is missing


def _ended(fork: _Fork) -> None:
    """End a fork that nobody waits for any more."""
    with suppress(OSError):
        os.kill(fork.pid, _KILL)
        os.waitpid(fork.pid, 0)
    with suppress(OSError):
        fork.results.close()
