"""Attack kplan with documents and states made at random and with known hostile inputs, each under limits.

``python tests/attack.py --seconds 60`` prints how many cases were run and names what crashed, hung or grew.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "fixtures" / "hostile"
CPU_SECONDS = 10
"""The hard end of one case; what takes longer than it should is for the caller to judge."""
COMMANDS = (
    "lint {}", "plan -f {}", "dry-run -f {}", "diff -f {}", "get all -A --state {}", "describe pods -A --state {}",
    "events -A --state {}",
)  # fmt: skip


class Case(NamedTuple):
    """One command over one input, and how it went."""

    command: str
    code: int
    """The exit code; negative for a signal."""
    cpu: float
    mebibytes: int
    output: str

    @property
    def problem(self) -> str:
        """What is wrong with it; empty where nothing is."""
        if self.code < 0:
            return f"ended by signal {-self.code} after {self.cpu:.1f} s"
        if self.code not in (0, 1, 2):
            return f"exit code {self.code}: {self.output.strip().splitlines()[-1:]}"
        if "Traceback" in self.output or "internal error" in self.output:
            return "a traceback"
        return "a control character" if any(one in self.output for one in "\x1b\x07\x9b") else ""


def run(command: str, folder: str) -> Case:
    """Run one command in a process of its own, with limits."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            _act(command, folder, said.fileno())
        _, status, used = os.wait4(child, 0)
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    code = os.waitstatus_to_exitcode(status)
    return Case(command, code, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, output)


def _act(command: str, folder: str, output: int) -> None:
    from kplan.cli.main import main

    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, number in enumerate((nothing, output, output)):
        os.dup2(number, place)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    try:
        main(command.split())
    finally:
        os._exit(99)


def known() -> tuple[Path, ...]:
    """The inputs of the corpus."""
    return tuple(path for path in sorted(CORPUS.iterdir()) if path.suffix in {".yaml", ".json"})


def mutated(random_: random.Random, value: object) -> object:
    """A value with something of it replaced, dropped or repeated."""
    if random_.random() < 0.08:
        return random_.choice(
            ("", "x", 0, -1, 10**30, 1.5, None, True, [], {}, [[]], {"": None}, "\x1b[31m", "9" * 300)
        )
    if isinstance(value, dict):
        return {key: mutated(random_, one) for key, one in value.items() if random_.random() > 0.03}
    if isinstance(value, list):
        return [mutated(random_, one) for one in value for _ in range(random_.choice((1, 1, 1, 1, 2)))]
    return value


def seeds() -> Sequence[object]:
    """Sound documents to start from."""
    import yaml

    folder = ROOT / "fixtures" / "manifests"
    texts = (path.read_text() for path in sorted(folder.rglob("*.yaml")))
    found: list[object] = []
    for text in texts:
        try:
            found += [one for one in yaml.safe_load_all(text) if isinstance(one, dict)]
        except yaml.YAMLError:
            continue
    return found


def attack(seconds: float, seed: int = 1) -> Iterator[Case]:
    """Cases for so many seconds: the corpus first, then documents and lists of documents made at random."""
    end, chance, sound = time.monotonic() + seconds, random.Random(seed), seeds()
    with tempfile.TemporaryDirectory() as folder:
        for path in known():
            for command in COMMANDS:
                if time.monotonic() < end:
                    yield run(command.format(path), folder)
        while time.monotonic() < end:
            items = [mutated(chance, chance.choice(sound)) for _ in range(chance.randint(1, 4))]
            path = Path(folder, "made.json")
            path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
            yield run(chance.choice(COMMANDS).format(path), folder)


def main() -> int:
    """Attack, and keep the inputs of what went wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    count, wrong = 0, 0
    for case in attack(given.seconds / 2, given.seed):
        count += 1
        if case.problem:
            wrong += 1
            sys.stdout.write(f"{case.command}: {case.problem}\n")
    sys.stdout.write(f"{count} cases, {wrong} wrong\n")
    return int(_fuzz(given.seconds / 2, given.seed) or bool(wrong))


def _fuzz(seconds: float, seed: int) -> bool:
    """Documents and dumps made from the schemas of all kinds; whether something was wrong with one."""
    from tests import fuzzing

    end, commands, documents, dumps, wrong = time.monotonic() + seconds, 0, 0, 0, 0
    while time.monotonic() < end:
        states = seed % 4 == 0
        found = fuzzing.apart(seed, 25, states=states)
        seed, commands, wrong = seed + 1, commands + found.commands, wrong + len(found.wrong)
        documents, dumps = documents + found.documents * (not states), dumps + found.commands * states
        for one in found.wrong:
            sys.stdout.write(f"seed {seed - 1}: {one.command}: {one.problem}\n")
    sys.stdout.write(f"{commands} commands over {documents} documents and {dumps} dumps, {wrong} wrong\n")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
