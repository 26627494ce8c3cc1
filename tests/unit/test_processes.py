"""Work shared between processes comes to what one process makes of it, whatever happens to the others."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kplan.processes import Processes, Share

HEAVY = [100_000] * 40
"""Weights of items that are worth several processes."""


def _squares(part: range) -> list[tuple[int, int]]:
    return [(one * one, os.getpid()) for one in part]


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize("weights", [[], [1], HEAVY, [4_000_000, *([1] * 50)], [*([1] * 50), 4_000_000]])
def test_the_results_are_in_order(number: int, weights: list[int]) -> None:
    assert [one for one, _ in Processes(number).spread(_squares, weights)] == [
        one * one for one in range(len(weights))
    ]


def test_what_all_need_is_made_once_before_and_only_for_forks() -> None:
    made = list[int]()
    Processes(2).spread_all([Share(_squares, [1], lambda: made.append(os.getpid()))])
    assert not made
    Processes(3).spread_all([Share(_squares, HEAVY, lambda: made.append(os.getpid()))])
    assert made == [os.getpid()]


@pytest.mark.parametrize("number", [1, 3])
def test_the_first_items_are_worked_on_by_this_process_and_once(number: int) -> None:
    here = os.getpid()
    (found,) = Processes(number).spread_all([Share(_squares, HEAVY, alone=4)])
    assert [one for one, _ in found] == [one * one for one in range(len(HEAVY))]
    assert {pid for _, pid in found[:4]} == {here}


def test_all_items_may_be_worked_on_by_this_process() -> None:
    (found,) = Processes(3).spread_all([Share(_squares, HEAVY, alone=len(HEAVY))])
    assert {pid for _, pid in found} == {os.getpid()}


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize("weights", [[], [1], HEAVY, [4_000_000, *([1] * 50)]])
def test_every_share_has_its_own_results(number: int, weights: list[int]) -> None:
    def negatives(part: range) -> list[int]:
        return [-one for one in part]

    squares, negative, none = Processes(number).spread_all(
        [Share(_squares, HEAVY), Share(negatives, weights), Share(_squares, [])]
    )
    assert [one for one, _ in squares] == [one * one for one in range(len(HEAVY))]
    assert negative == [-one for one in range(len(weights))]
    assert none == []


def test_processes_begin_with_different_shares_and_end_with_what_is_left() -> None:
    """The fork waits in the second share until this process, which has done all of the first, comes to help."""
    here = os.getpid()
    begun, helped = os.pipe(), os.pipe()

    def first(part: range) -> list[int]:
        if part and part.start == 0:
            assert os.read(begun[0], 1)
        return [os.getpid()] * len(part)

    def second(part: range) -> list[int]:
        if os.getpid() == here:
            os.write(helped[1], b"." * len(HEAVY) if part else b"")
        else:
            os.write(begun[1], b".")
            assert os.read(helped[0], 1)
        return [os.getpid()] * len(part)

    own, other = Processes(2).spread_all([Share(first, HEAVY), Share(second, HEAVY)])
    assert set(own) == {here}
    assert len(set(other)) == 2


def test_little_work_is_done_here() -> None:
    assert {pid for _, pid in Processes(8).spread(_squares, [1000] * 100)} == {os.getpid()}


def test_much_work_is_shared() -> None:
    def slow(part: range) -> list[int]:
        time.sleep(0.02)
        return [os.getpid()] * len(part)

    assert 1 < len(set(Processes(3).spread(slow, HEAVY))) <= 3


def test_what_a_fork_does_not_deliver_is_done_here() -> None:
    here = os.getpid()

    def work(part: range) -> list[int]:
        time.sleep(0.01)
        if os.getpid() != here:
            os._exit(7)
        return list(part)

    assert Processes(4).spread(work, HEAVY) == list(range(len(HEAVY)))


def test_an_error_is_raised_as_it_is_in_one_process() -> None:
    def work(part: range) -> list[int]:
        time.sleep(0.01)
        if 20 in part:
            raise ValueError("twenty")
        return list(part)

    with pytest.raises(ValueError, match="twenty"):
        Processes(3).spread(work, HEAVY)


def test_an_interrupt_ends_all(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = f"""
import os, time
from kplan.processes import Processes, Share
def work(part):
    if not part:  # the first items, which none are here: there is no other process yet
        return []
    with open({str(pids)!r}, "a") as file:
        file.write(f"{{os.getpid()}}\\n")
    time.sleep(60)
Processes(3).spread(work, {HEAVY!r})
"""
    started = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": ":".join(sys.path)}, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    for _ in range(600):
        if pids.exists() and len(set(pids.read_text().split())) == 3:
            break
        time.sleep(0.05)
    else:
        pytest.fail("there are not as many processes as asked for")
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert said.count("Traceback") == 1
    assert "KeyboardInterrupt" in said
    for pid in set(pids.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
