"""A member of a family is its own file and at most one line in a roster:
each is added to a copy of the package and used.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n"

RULE = '''"""Pods have a team label.

Somebody has to be asked.

Fix: add the label ``team``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods without the label."""
    if "team" not in subject.object.labels:
        yield Finding(FieldPath("metadata"), "no team label")


RULE = Rule(
    code="ORG001", name="team-label", severity=Severity.WARNING, kinds=POD_OWNERS, check=check,
    good=("metadata: {labels: {team: a}}",), bad=("metadata: {}",),
)
'''
COMMAND = '''"""``kplan count``: how many objects there are."""

import click

from kplan.cli import inputs, reading


@click.command("count")
@reading.files
def command(*, files: reading.Files) -> int:
    """Count the objects of files."""
    click.echo(len(inputs.load(files).objects))
    return 0
'''


class Copy:
    """The package in a folder of its own, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "kplan", folder / "kplan")  # with what is compiled: that takes longest
        (folder / "schemas").symlink_to(ROOT / "schemas")
        (folder / "pod.yaml").write_text(POD)

    def add(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)

    def enter(self, roster: str, after: str, line: str) -> None:
        """Add one line to a roster, after the first line that matches."""
        path = self.folder / roster
        text = path.read_text()
        found = re.search(rf"^.*{after}.*\n", text, re.MULTILINE)
        assert found is not None
        path.write_text(text[: found.end()] + line + "\n" + text[found.end() :])

    def kplan(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kplan", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout


@pytest.fixture
def package(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_lint_rule_is_one_file(package: Copy) -> None:
    package.add("kplan/lint/rules/naming/team_label.py", RULE)
    assert "pod.yaml:3:1: warning ORG001: no team label" in package.kplan(
        "lint", "pod.yaml", "-o", "concise", "--select", "ORG", code=1
    )
    assert "ORG001" in package.kplan("rules")
    assert "Fix: add the label" in package.kplan("rules", "team-label")


def test_a_command_is_one_file_and_one_line(package: Copy) -> None:
    package.add("kplan/cli/commands/count.py", COMMAND)
    package.enter(
        "kplan/cli/roster.py", r"^COMMANDS", '    Command("count", "Count objects.", _CHECK, "count"),'
    )
    assert "Count objects." in package.kplan("--help")
    assert package.kplan("count", "-f", "pod.yaml") == "1\n"


def test_a_format_is_one_file_and_one_line(package: Copy) -> None:
    text = '"""A number."""\n\n\ndef render(report, style):\n    return f"{len(report.all_findings)}\\n"\n'
    package.add("kplan/render/formats/number.py", text)
    package.enter(
        "kplan/render/formats/__init__.py",
        r"Format\(.concise",
        '    Format("number", frozenset({Part.FINDINGS, Part.PLAN})),',
    )
    assert package.kplan("lint", "pod.yaml", "-o", "number", "--select", "IMG001", code=1) == "1\n"
    assert package.kplan("plan", "-f", "pod.yaml", "-o", "number") == "0\n"
    assert "number" in package.kplan("lint", "--help")
