"""Workflow commands of GitHub Actions: findings as annotations of the files of a pull request."""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render import findings
from kplan.render.prose import single_quoted
from kplan.render.style import PLAIN, Style
from kplan.report import Report

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = {**_DATA, ":": "%3A", ",": "%2C"}
_STDIN: Final = "STDIN"


def render(report: Report, style: Style) -> str:
    """Print a report; GitHub shows the lines that are no commands in the log only."""
    del style
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    if report.plan is not None:
        from kplan.render.plan_text import summary_line, unsettled_lines  # noqa: PLC0415 - a lint has no plan

        yield f"::notice title=kplan::{_escaped(summary_line(report.plan.summary), _DATA)}"
        for line in unsettled_lines(report.plan, PLAIN):
            yield f"::warning title=kplan::{_escaped(line, _DATA)}"
    yield from (_command(one) for one in report.all_findings)
    yield findings.summary(report)


def _command(found: Diagnostic) -> str:
    title = f"{found.rule} {found.object}".rstrip()
    properties = {**_place(found.location), "title": title}
    given = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items())
    built = f" (built by {found.location.built_by})" if found.location and found.location.built_by else ""
    advice = f"\n{single_quoted(found.help)}" if found.help else ""
    return f"::{_COMMANDS[found.severity]} {given}::{_escaped(found.message + built + found.minors + advice, _DATA)}"


def _place(place: Location | None) -> dict[str, str]:
    """File, lines and columns; GitHub takes columns only within one line."""
    if place is None or place.file == _STDIN:
        return {}
    known = {"line": place.line, "endLine": place.end_line}
    if place.line and place.end_line in (0, place.line):
        known |= {"col": place.column, "endColumn": place.end_column}
    numbers = {name: str(number) for name, number in known.items() if number}
    return {"file": place.file.removeprefix("./"), **numbers}


def _escaped(text: str, marks: dict[str, str]) -> str:
    """The text as GitHub reads it back; ``%`` is the first of the marks."""
    for mark, code in marks.items():
        text = text.replace(mark, code)
    return text
