"""Every command shown in the documentation is run, and prints what the documentation says.

A block marked ``console`` holds commands after ``$`` and their output; a line ``...`` stands for the rest of an output.
A block marked ``yaml`` that begins with ``# .kplan.yaml`` is the configuration of the commands after it. ``pytest
--update`` writes the outputs anew. All other commands (in shell, YAML, prose, hints and the examples of ``--help``) are
held against the real command line without being run.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import commandlines
from kplan.errors import UsageError

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHOWN = re.compile(r"^```(?:console\n(.*?)|yaml\n(# \.kplan\.yaml\n.*?))^```$", re.DOTALL | re.MULTILINE)


class Example(NamedTuple):
    command: str
    expected: list[str]


def examples(block: str) -> Iterator[Example]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Example(command, output.splitlines())


def execute(command: str, folder: Path, environment: dict[str, str]) -> list[str]:
    words = shlex.split(command)
    assert words[0] == "kplan", f"only kplan is run from the documentation: {command}"
    done = subprocess.run(
        [sys.executable, "-m", "kplan", *words[1:]], cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout
    return done.stdout.rstrip("\n").splitlines()


def as_documented(printed: list[str], expected: list[str]) -> list[str]:
    """Cut what was printed where the documentation cuts it."""
    return [*printed[: len(expected) - 1], "..."] if expected and expected[-1] == "..." else printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_documentation_shows(
    page: Path, update: bool, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures", ignore=shutil.ignore_patterns("conformance"))
    text = page.read_text()
    for block, configuration in SHOWN.findall(text):
        if configuration:
            (tmp_path / ".kplan.yaml").write_text(configuration)
            continue
        printed = []
        for example in examples(block):
            shown = as_documented(execute(example.command, tmp_path, plain_environment), example.expected)
            printed.append("\n".join([f"$ {example.command}", *shown]) + "\n")
            if not update:
                assert shown == example.expected, example.command
        text = text.replace(f"```console\n{block}```", f"```console\n{''.join(printed)}```")
    if update:
        page.write_text(text)


def test_the_documentation_shows_commands() -> None:
    assert any(BLOCK.search(page.read_text()) for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_command_line_takes_what_the_documentation_writes(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = page.read_text()
    for words in commandlines.spans(text):
        commandlines.check(words, monkeypatch, tmp_path, prose=True)
    for block in commandlines.blocks(text, "sh", "yaml"):
        for line in block.splitlines():
            for words in commandlines.commands(line) if "kplan " in line else ():
                commandlines.check(words, monkeypatch, tmp_path)


def test_the_command_line_takes_the_examples_of_help(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = set()
    for name, words in commandlines.examples():
        seen.add(name)
        commandlines.check(words, monkeypatch, tmp_path)
    assert {"lint", "diff", "plan", "apply", "config"} <= seen


def test_the_command_line_takes_what_hints_and_help_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = [path.read_text() for path in (ROOT / "kplan").rglob("*.py")]
    found = {line for text in texts for line in re.findall(r"'(kplan [a-z][^'{}\n]*)'", text)}
    assert {"kplan rules CODE", "kplan snapshot import FILE"} <= found
    for line in sorted(found):
        for words in commandlines.commands(line):
            commandlines.check(words, monkeypatch, tmp_path, prose=True)


@pytest.mark.parametrize(
    "line",
    [
        "kplan lint --no-such-flag",
        "KPLAN_STATE=x kplan lint --fail-on sometimes | cat",
        "cat a | kplan rules A B",
        "kplan nothing",
        "kplan plan -f a --fail-on sometimes",
        "kplan diff -f a --fail-on risk",
        "kplan plan -f a; kplan diff b",
        "kplan plan -f a -o nothing=x",
    ],
)
def test_what_the_command_line_does_not_take_is_found(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    *before, wrong = commandlines.commands(line)
    for words in before:
        commandlines.check(words, monkeypatch, tmp_path)
    with pytest.raises((click.UsageError, UsageError)):
        commandlines.check(wrong, monkeypatch, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_in_the_documentation_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    assert page.name != "library.md" or blocks
    for block in blocks:
        exec(compile(block, str(page), "exec"), {})


def named(text: str) -> list[str]:
    """The files and folders that a page names in code spans, with ``<what varies>`` as a pattern."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
    top = {path.name for path in ROOT.iterdir()}
    paths = [span for span in spans if "/" in span or span in top]
    return [re.sub("<[^>]+>", "*", path) for path in paths if path.partition("/")[0] in {*top, ".venv"}]


def test_contributing_names_files_and_folders_that_exist() -> None:
    paths = [path for path in named((ROOT / "CONTRIBUTING.md").read_text()) if not path.startswith(".venv/")]
    assert {"kplan/cli/roster.py", ".ci/run", "pyproject.toml"} <= set(paths)
    assert [path for path in paths if not any(ROOT.glob(path.rstrip("/")))] == []


def test_contributing_names_rosters_that_exist() -> None:
    table = re.findall(r"`([A-Z]+)` in `(kplan/[^`]+)`", (ROOT / "CONTRIBUTING.md").read_text())
    assert len(table) > 5
    for name, path in table:
        assert re.search(rf"^{name}\b", (ROOT / path).read_text(), re.MULTILINE), (name, path)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)
