"""Kill kplan at random moments while it writes, and let many processes write one state: nothing
is lost, nothing is torn.

``python -m tests.kills --kills 300`` prints how many runs were ended, and names what was lost or torn.
"""

import argparse
import io
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kplan.state.sources.sqlite import HOME, Database

COMMANDS = ("apply -f {}", "snapshot import {}", "plan -f {} --out plan.json")
LONGEST = 0.6
"""Seconds after which a run is killed at the latest: enough for most to end by themselves."""
PATIENCE = 120
"""How often a writer tries again before it counts as stuck."""


class Killed(NamedTuple):
    """How one run ended, and what it left behind."""

    command: str
    code: int
    """The exit code; -9 where it was killed in time."""
    wrong: tuple[str, ...]


def config_map(name: str, value: str) -> dict[str, object]:
    """A small object."""
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"value": value}}


def start(command: Sequence[str], folder: Path) -> int:
    """Start a command in a process of its own that has loaded everything already; its number."""
    from kplan.cli.main import main

    child = os.fork()
    if child:
        return child
    try:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for place in range(3):
            os.dup2(nothing, place)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        main(list(command))
    finally:
        os._exit(99)


@cache
def warm() -> None:
    """Load here what the commands load, so that the processes made from this one begin with their work."""
    from kplan.cli.main import run

    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        Path("a.json").write_text(json.dumps(config_map("a", "")))
        for command in COMMANDS:
            run(command.format("a.json").split())


def ended(child: int) -> int:
    """The exit code of a process that was started."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed(command: Sequence[str], folder: Path, after: float) -> int:
    """Run a command and kill it after so many seconds, if it is still there."""
    child, alive = start(command, folder), threading.Event()

    def kill() -> None:
        if not alive.wait(after):
            os.kill(child, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    alive.set()
    killer.join()
    return ended(child)


def kills(count: int, seed: int = 1) -> Iterator[Killed]:
    """Kill ``apply``, ``snapshot import`` and ``plan --out`` in turn, and look at what is there after each."""
    warm()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder, newest = Path(name), 0
        for number in range(count):
            many = [config_map(f"c{place}", str(number)) for place in range(20)]
            (folder / "made.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": many}))
            command = COMMANDS[number % 3].format("made.json")
            code = killed(command.split(), folder, chance.uniform(0, LONGEST))
            found, wrong = _state(folder / HOME, newest + (code == 0 and number % 3 < 2))
            newest = found
            failed = () if code in (0, -signal.SIGKILL) else (f"exit code {code}",)
            yield Killed(command, code, (*failed, *wrong, *_plan(folder / "plan.json", code, number)))


def _state(path: Path, expected: int) -> tuple[int, tuple[str, ...]]:
    """The newest revision, and what is lost or torn in a state that has at least ``expected`` of them."""
    database = Database(path)
    if database.is_empty():
        return 0, (f"{expected} revisions are lost",) if expected else ()
    with closing(sqlite3.connect(path)) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    revisions = [one.id for one in database.revisions()]
    wrong = [] if whole == "ok" else [f"the file is damaged: {whole}"]
    if revisions != list(range(1, len(revisions) + 1)) or len(revisions) < expected:
        wrong.append(f"revisions {revisions[-3:]} where there should be {expected}")
    return len(revisions), (*wrong, *(_torn(database) if revisions else ()))


def _torn(database: Database) -> Iterator[str]:
    """What the newest revision holds of one run and not of another."""
    objects = [one for one in database.open().objects if "value" in (one.get("data") or {})]
    values = {one["data"]["value"] for one in objects}
    if len(values) != 1 or len(objects) != 20:
        yield f"the newest revision has {len(objects)} objects of runs {sorted(values)}"


def _plan(path: Path, code: int, number: int) -> Iterator[str]:
    """What is wrong with a saved plan: it is that of a run that ended, or of an earlier one, and whole."""
    wrote = code == 0 and number % 3 == 2
    if not path.exists():
        if wrote:
            yield "the plan was not saved"
        return
    try:
        json.loads(path.read_text())
    except ValueError as error:
        yield f"the plan is torn: {error}"


class Writers(NamedTuple):
    """What came of many processes that wrote one state."""

    written: int
    revisions: int
    objects: int


def writers(processes: int, objects: int) -> Writers:
    """Let processes apply so many objects each, one at a time, and try again when another was faster."""
    warm()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        children = [_writer(folder, f"w{process}", objects) for process in range(processes)]
        written = sum(ended(child) for child in children)
        database = Database(folder / HOME)
        stored = [one["metadata"]["name"] for one in database.open().objects if one["kind"] == "ConfigMap"]
        return Writers(
            written, len(database.revisions()), sum("-" in one and one[0] == "w" for one in stored)
        )


def _writer(folder: Path, name: str, objects: int) -> int:
    """Start a process that writes; its exit code is how many objects it has written."""
    child = os.fork()
    if child:
        return child
    written = 0
    try:
        for place in range(objects):
            path = folder / f"{name}-{place}.json"
            path.write_text(json.dumps(config_map(path.stem, "1")))
            written += _applied(path.name, folder)
    finally:
        os._exit(written)


def _applied(file: str, folder: Path) -> bool:
    """Whether a file was applied, after as many attempts as it took."""
    chance = random.Random(file)
    for _ in range(PATIENCE):
        if ended(start(["apply", "-f", file], folder)) == 0:
            return True
        time.sleep(chance.uniform(0, 0.3))
    return False


def main() -> int:
    """Kill, let write, and say what was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=300)
    options.add_argument("--writers", type=int, default=8)
    options.add_argument("--objects", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    runs, wrong = 0, 0
    for runs, one in enumerate(kills(given.kills * 2, given.seed), 1):  # noqa: B007 - said below
        given.kills -= one.code == -signal.SIGKILL
        wrong += bool(one.wrong)
        for problem in one.wrong:
            sys.stdout.write(f"{one.command}: {problem}\n")
        if not given.kills:
            break
    sys.stdout.write(f"{runs} runs, {wrong} wrong, {given.kills} kills missing\n")
    found, expected = writers(given.writers, given.objects), given.writers * given.objects
    sys.stdout.write(
        f"{found.written} of {expected} written, {found.objects} kept in {found.revisions} revisions\n"
    )
    return int(bool(wrong) or found != Writers(expected, expected, expected))


if __name__ == "__main__":
    sys.exit(main())
