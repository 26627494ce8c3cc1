"""kplan's command lines in texts, and whether the real command line takes them; nothing is read, written or run."""

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest

from kplan import gate
from kplan.cli.group import cli
from kplan.cli.roster import COMMANDS
from kplan.cli.verbs import VerbCommand
from kplan.render.formats import named

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`(kplan [^`]+)`(?!`)")
ANNOUNCED = ("sarif", "junit", "github", "gitlab", "markdown")
_INCOMPLETE = (click.MissingParameter, click.BadOptionUsage, click.exceptions.NoArgsIsHelpError)
_BETWEEN = frozenset("|;&()")


def blocks(page: str, *languages: str) -> Iterator[str]:
    """The fenced blocks of a page in one of these languages."""
    return (text for language, text in _FENCE.findall(page) if language in languages)


def spans(page: str) -> Iterator[list[str]]:
    """The commands in the prose of a page: code spans that begin with ``kplan``."""
    for span in _SPAN.findall(_FENCE.sub("", page)):
        yield from commands(" ".join(span.split()))


def examples() -> Iterator[tuple[str, list[str]]]:
    """Every command's name with each command of the examples in its help."""
    for entry in COMMANDS:
        found = cli.get_command(click.Context(cli), entry.name)
        assert found is not None
        members = found.commands.values() if isinstance(found, click.Group) else ()
        for command in (found, *members):
            for line in (command.epilog or "").splitlines():
                yield from ((entry.name, words) for words in commands(line))


def commands(line: str) -> Iterator[list[str]]:
    """The arguments of every kplan in a line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&()<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for token in [*lexer, ";"]:
        if not set(token) <= _BETWEEN:
            words.append(token)
        else:
            yield from _of_kplan(words)
            words = []


def _of_kplan(words: list[str]) -> Iterator[list[str]]:
    while words and re.fullmatch(r"\w+=.*|-", words[0], re.DOTALL):
        words = words[1:]
    if words and words[0].rpartition("/")[2] == "kplan":
        yield list(_without_redirections(words[1:]))


def _without_redirections(words: Sequence[str]) -> Iterator[str]:
    left = iter(words)
    for word in left:
        if word in ("<", ">", ">>"):
            assert not next(left).startswith("="), f"the shell would write to a file: {shlex.join(words)}"
        else:
            yield word


def check(
    words: Sequence[str], monkeypatch: pytest.MonkeyPatch, folder: Path, *, prose: bool = False
) -> None:
    """Fail where the command line does not take these words; prose may name a command without its arguments."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(click.Command, "invoke", _conditions)
    monkeypatch.setattr(VerbCommand, "invoke", _conditions)
    for option, value in pairwise(words):
        if option == "--config":
            (folder / value).parent.mkdir(parents=True, exist_ok=True)
            (folder / value).touch()
    try:
        _parse(words)
    except click.UsageError as error:
        if not prose or not isinstance(error, _INCOMPLETE):
            raise
        _parse([*words, *(["VALUE"] if isinstance(error, click.BadOptionUsage) else []), "--help"])


def _parse(words: Sequence[str]) -> None:
    cli.main([merged(word) for word in words], prog_name="kplan", standalone_mode=False)


def merged(word: str) -> str:
    """A format that is announced and not there yet stands for one that is."""
    name, equals, file = word.partition("=")
    return f"json{equals}{file}" if name in ANNOUNCED and named(name) is None else word


def _conditions(command: click.Command, context: click.Context) -> Any:
    """Stands for running a command: looks at what only the command itself would."""
    given = context.params.get("fail_on")
    if isinstance(given, tuple):
        gate.checked(given, gate.DIFF if command.name == "diff" else gate.PLAN)
