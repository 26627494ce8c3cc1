"""Pieces go through a pipe whole, in order, and without anybody waiting."""

import os
from collections.abc import Iterator

import pytest

from kplan.piecewise import Receiver, Sender

LONG = "x" * 3_000_000
"""More than any pipe holds."""


@pytest.fixture
def ends() -> Iterator[tuple[Sender, Receiver]]:
    results, end = os.pipe()
    yield Sender(end), Receiver(results)
    for number in (results, end):
        try:
            os.close(number)
        except OSError:  # closed already
            continue


def test_what_was_sent_arrives_at_once(ends: tuple[Sender, Receiver]) -> None:
    sender, receiver = ends
    assert list(receiver.arrived()) == []
    sender.send({"a": 1})
    sender.send([2])
    assert list(receiver.arrived()) == [{"a": 1}, [2]]
    assert list(receiver.arrived()) == []


def test_nobody_waits_for_what_the_pipe_has_no_room_for(ends: tuple[Sender, Receiver]) -> None:
    sender, receiver = ends
    for piece in (LONG, 1, 2):
        sender.send(piece)
    arrived = list[object]()
    for more in range(3, 20):
        arrived += receiver.arrived()
        sender.send(more)
    assert arrived == [LONG, *range(1, len(arrived))]
    assert len(arrived) > 1


def test_the_rest_arrives_in_the_end() -> None:
    results, end = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(results)
        sender = Sender(end)
        for piece in (LONG, LONG, "last"):
            sender.send(piece)
        sender.close()
        os._exit(0)
    os.close(end)
    assert list(Receiver(results).rest()) == [LONG, LONG, "last"]
    os.waitpid(pid, 0)


def test_of_who_came_to_no_end_what_was_sent_in_full_counts(ends: tuple[Sender, Receiver]) -> None:
    sender, receiver = ends
    sender.send("whole")
    sender.send(LONG)
    os.close(sender._end)
    assert list(receiver.rest()) == ["whole"]
