"""``--output FORMAT[=FILE]``, and the one place where a report is printed, written and turned into an exit code."""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from kplan.cli import reading
from kplan.cli.settings import option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.sentences import counted

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kplan.diagnostics import Diagnostic
    from kplan.fixes import Fix
    from kplan.report import InputSummary, Part, Report

_MACHINES = frozenset(
    {"json", "jsonl", "yaml", "html", "sarif", "junit", "gitlab", "github", "checkstyle", "azure", "rdjson"}
)
"""Formats that escape what has to be escaped themselves."""
_LOGGED = frozenset({"github", "azure"})
"""Formats for programs whose lines people read in a log."""
_FOR_PEOPLE = frozenset({"text", "concise", "grouped", "tree"})
_SHORT = 10
"""Signs that hold no name with its value."""
_MOST_NAMES = 5
_MOST_FINDINGS = 10_000
"""Findings that are shown to people, who are not asked for more."""
F = TypeVar("F", bound=Callable[..., Any])


class Output(NamedTuple):
    """One format, and the file it goes to; standard output if none is named."""

    format: str
    file: str = ""


class _OutputType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """Reads ``FORMAT[=FILE]``."""

    name = "FORMAT[=FILE]"

    def __init__(self, parts: "Sequence[Part]", names: Sequence[str] = ()) -> None:
        """Formats that can show the parts of a report, or those that a command has itself."""
        self._parts = parts
        self._own = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """A format of those that can show what the command has."""
        if isinstance(value, Output):
            return value
        name, given, file = str(value).removeprefix("=").partition("=")
        known = self._names()
        if name not in known:
            self.fail(f"'{name}' is not one of {', '.join(known)}.", param, ctx)
        if given and not file:
            self.fail(f"no file after '{name}='.", param, ctx)
        return Output(name, file)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """The formats."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(name) for name in self._names() if name.startswith(incomplete)]

    def _names(self) -> Sequence[str]:
        from kplan.render.formats import showing

        return self._own or showing(self._parts)


def _checked(context: click.Context, parameter: click.Parameter, given: Sequence[Output]) -> Sequence[Output]:
    """The outputs, each with a place of its own. Raises UsageError before anything is done."""
    del context, parameter
    if sum(not one.file for one in given) > 1:
        raise UsageError(
            "only one format can go to standard output", hint="write the others to files: -o FORMAT=FILE"
        )
    files = [os.path.realpath(one.file) for one in given if one.file]
    for place, one in enumerate(one for one in given if one.file):
        if files[place] in files[:place]:
            raise UsageError(f"two formats for one file, {one.file}", hint="name a file for each")
    return given


def known(given: Sequence[str], parts: "Sequence[Part]", *, but: Collection[str]) -> Sequence[Output]:
    """Those of some values of ``-o`` that are formats for these parts. Raises UsageError, and click's own error."""
    context = click.get_current_context()
    made = _OutputType(parts)
    names = set(made._names()) - set(but)  # noqa: SLF001 - of this module
    found = [made.convert(text, None, context) for text in given if text.partition("=")[0] in names]
    return _checked(context, context.command.params[0], found)


def require_table(given: Sequence[Output]) -> None:
    """Raise UsageError for a format that shows no table."""
    from kplan.render.formats import showing
    from kplan.report import Part

    known = showing([Part.TABLE])
    for one in given:
        if one.format not in known:
            raise UsageError(f"--statistics cannot be shown as {one.format}", hint=f"use {', '.join(known)}")


def output(*parts: "Part", default: str = "text") -> Callable[[F], F]:
    """``-o`` with the formats that can show these parts, and ``--color``."""

    def decorate(command: F) -> F:
        names = _OutputType(parts)._names()  # noqa: SLF001 - of this module
        return option(
            "-o", "--output", "outputs", type=_OutputType(parts), multiple=True, default=[default],
            callback=_checked,
            help=f"Format: {', '.join(names)}; with =FILE the output goes to that file; repeatable. Default: {default}.",
        )(color(command))  # fmt: skip

    return decorate


def own_formats(*names: str, what: str) -> Callable[[F], F]:
    """``-o`` of a command that prints something else than a report, in formats of its own;
    the first one is the default.
    """
    return option(
        "-o", "--output", "outputs", type=_OutputType((), names), multiple=True, default=[names[0]], callback=_checked,
        help=f"{what}: {', '.join(names)}; with =FILE the output goes to that file; repeatable. Default: {names[0]}.",
    )  # fmt: skip


def write(texts: Iterable[tuple[Output, str]]) -> None:
    """Print texts, or write them to the files that were asked for."""
    written = []
    for one, text in texts:
        if one.file:
            from kplan.cli.files import write_text

            write_text(one.file, text)
        else:
            click.echo(text, nl=False, color=True)
        written.append(one.file)
    if all(written):
        click.echo(f"wrote {', '.join(written)}", err=True)


def show_secrets(command: F) -> F:
    """``--show-secrets``."""
    return option(
        "--show-secrets", "show_secrets", is_flag=True,
        help="Show the values of Secrets and other credentials, which are masked otherwise.",
    )(command)  # fmt: skip


def color(command: F) -> F:
    """``--color``, once."""
    if any("--color" in one.opts for one in getattr(command, "__click_params__", ())):
        return command
    return option(
        "--color", "color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True,
        help="Colour the output; auto: only on a terminal, and only without NO_COLOR.",
    )(command)  # fmt: skip


def wants_colour(choice: str, stream: TextIO | None = None) -> bool:
    """Whether ``--color`` means colours on a stream; standard output unless one is given."""
    if choice == "auto":
        return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")
    return choice == "always"


def emit(
    report: "Report", outputs: Sequence[Output], color: str, *, verbose: bool = False, masks: bool = True, most: int | None = None,
) -> int:  # fmt: skip
    """Print and write a report in every format asked for; the answer is the exit code. Raises UsageError.

    ``masks`` is False if the user asked for what is hidden otherwise. ``most`` findings are shown, 0 for all; if it is
    not said, all in formats for programs.
    """
    from kplan.masking.texts import concealed_text
    from kplan.render.formats import named
    from kplan.render.style import Style

    if masks and report.findings and not report.is_check:
        report = report._replace(findings=[_for_all_eyes(one) for one in report.findings])
    report_problems(report, color)

    def texts() -> Iterator[tuple[Output, str]]:
        for one in outputs:
            chosen = named(one.format)
            assert chosen is not None
            style = Style(not one.file and wants_colour(color), verbose)
            limit = most if most is not None else 0 if one.format in _MACHINES else _MOST_FINDINGS
            told = _without_values(report) if masks and one.format in _MACHINES else report
            text = _shown(report, one.format, chosen.render(told.capped(limit), style), colour=style.colour)
            yield one, concealed_text(text) if masks else text

    write(texts())
    return report.exit_code


def _shown(report: "Report", format_: str, text: str, *, colour: bool) -> str:
    """The text as it may stand on a terminal or in a log."""
    from kplan.render.terminal import escaped, inert

    text = _sound(text)
    if format_ not in _MACHINES - _LOGGED:
        text = escaped(text, colour=colour)
    if format_ in _FOR_PEOPLE and report.command != "diff":  # a diff is kubectl's, byte for byte
        text = inert(_without_passwords(text) if report.is_check else text)
    return text


def _for_all_eyes(found: "Diagnostic") -> "Diagnostic":
    """A refusal without the values that servers and kubectl repeat."""
    from kplan.cli.hidden import hidden

    return found._replace(message=hidden(found.message))


def _without_values(report: "Report") -> "Report":
    """A report whose fixes repeat no credential of the file: one that has to is made with ``--fix`` alone."""
    found = [
        one
        if one.fix is None or not one.fix.replacements or not _repeats(one.fix)
        else one._replace(fix=None)
        for one in report.findings
    ]
    return report._replace(findings=found)


def _repeats(fix: "Fix") -> bool:
    from kplan.masking.objects import concealed_output

    return any(len(one.text) > _SHORT and concealed_output(one.text) != one.text for one in fix.replacements)


def _without_passwords(text: str) -> str:
    """The text without passwords in URLs, which somebody may have named as a file."""
    if "://" not in text or "@" not in text:
        return text
    from kplan.masking.shapes import masked_names

    return masked_names(text)


def _sound(text: str) -> str:
    """The text as valid UTF-8: bytes of file names that are not become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def report_problems(report: "Report", color: str) -> None:
    """Say on standard error what is wrong with the input, what was not read, and what kubectl says there."""
    if not report.is_check:
        say(report.findings, color)
    if report.early:
        what = "1 object comes" if report.early == 1 else f"{report.early} objects come"
        click.echo(
            f"Warning: {what} before the namespace or definition that is needed first; "
            "kubectl apply would have to be run a second time",
            err=True,
        )
    if report.stderr:
        _tell(report.stderr, end="")
    for line in _unread(report.inputs):
        _tell(line)


def _tell(text: str, end: str = "\n") -> None:
    from kplan.cli.hidden import hidden
    from kplan.render.terminal import escaped, inert

    click.echo(hidden(inert(escaped(text))) + end, nl=False, err=True)


def say(found: "Sequence[Diagnostic]", color: str = "auto") -> None:
    """Print diagnostics on standard error."""
    from kplan.masking.shapes import masked
    from kplan.masking.texts import concealed_text
    from kplan.render.findings import blocks
    from kplan.render.style import Style
    from kplan.render.terminal import escaped, inert

    style = Style(colour=wants_colour(color, sys.stderr))
    for block in blocks(found, style) if found else ():
        said = masked(concealed_text(inert(escaped(block, colour=style.colour))))
        click.echo(said, err=True, color=True)


def _listed(names: "Sequence[str]") -> str:
    """The first few names, and how many there are beside them."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _unread(inputs: "InputSummary") -> Iterator[str]:
    """What to say of files that were found and not read as manifests."""
    for folder, number in inputs.below.items():
        yield f"{counted(number, 'file')} in subfolders of {folder} not read; use -R to read them"
    if inputs.built:
        yield f"built {_listed(inputs.built)}"
    if inputs.deliveries:
        from kplan.pipeline.deliveries import in_words as delivered

        yield delivered(inputs.deliveries)
    if not inputs.skipped:
        return
    from kplan.inputs.reading import in_words

    if reading.shows_skipped():
        yield f"{in_words(inputs.skipped)}:"
        yield from (f"  {one.path}  {one.what}" for one in inputs.skipped)
        yield from (f"  {path}  excluded" for path in inputs.excluded)
    else:
        yield f"{in_words(inputs.skipped)}; --show-skipped lists them"
