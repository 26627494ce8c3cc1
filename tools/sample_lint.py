"""Draw findings of the recommended rules at random, to be judged one by one: docs/lint-sample.md.

python tools/sample_lint.py --seed N --size N FOLDER...        one folder a repository, named owner__name

One finding of every rule that fires, then others from all that are left. The same seed, folders and rules draw the
same. Prints rows of a table: repository, file, line, code; and, as comments behind them, what the finding says.
"""

import argparse
from pathlib import Path
from random import Random
from typing import NamedTuple

from kplan import pipeline
from kplan.lint.selection import LintOptions


class Drawn(NamedTuple):
    """A finding, told apart from every other without the paths of a machine."""

    repository: str
    file: str
    line: int
    code: str
    message: str
    object: str

    @property
    def row(self) -> str:
        """A row of the table that waits for its verdict."""
        place = f"| {self.repository} | {self.file} | {self.line} | {self.code} | | |"
        return f"{place} <!-- {self.object}: {self.message} -->"


def findings(folder: Path) -> list[Drawn]:
    """What the recommended rules find in a repository, in a fixed order."""
    name = folder.name.replace("__", "/")
    report = pipeline.lint(pipeline.load([str(folder)]), LintOptions())
    return [
        Drawn(name, file, place.line, one.rule, one.message.replace(str(folder), name), one.object)
        for one in report.findings
        if (place := one.location) and (file := place.file.removeprefix(f"{folder}/"))
    ]


def draw(found: list[Drawn], size: int, random: Random) -> list[Drawn]:
    """One of every rule, then any others, as many as asked for; more where there are more rules."""
    rules: dict[str, list[Drawn]] = {}
    for one in found:
        rules.setdefault(one.code, []).append(one)
    firsts = [random.choice(rules[code]) for code in sorted(rules)]
    rest = [one for one in found if one not in set(firsts)]
    return sorted([*firsts, *random.sample(rest, max(0, min(size - len(firsts), len(rest))))])


def main() -> None:
    """Draw from all folders together."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--size", type=int, default=200)
    asked.add_argument("folders", nargs="+", type=Path)
    options = asked.parse_args()
    found = [one for folder in sorted(options.folders) for one in findings(folder)]
    for one in draw(found, options.size, Random(options.seed)):
        print(one.row)


if __name__ == "__main__":
    main()
