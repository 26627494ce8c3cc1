"""Logging commands of Azure Pipelines: errors and warnings as issues of the run, notes in its log."""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render import findings
from kplan.render.style import PLAIN, Style
from kplan.report import Report

_DATA: Final = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = {**_DATA, ";": "%3B", "]": "%5D"}


def render(report: Report, style: Style) -> str:
    """Print a report; lines that are no commands are in the log only."""
    del style
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    if report.plan is not None:
        from kplan.render.plan_text import unsettled_lines  # noqa: PLC0415 - a lint has no plan

        for line in unsettled_lines(report.plan, PLAIN):
            yield f"##vso[task.logissue type=warning;]{_escaped(line, _DATA)}"
    yield from (_line(one) for one in report.all_findings)
    yield findings.summary(report)


def _line(found: Diagnostic) -> str:
    """An issue, which is an error or a warning; a note is a line in which the agent finds no command."""
    if found.severity is Severity.INFO:
        return " ".join(findings.head(found, PLAIN).splitlines()).replace("##", "# #")
    properties = {"type": found.severity.value, **_place(found.location), "code": found.rule}
    given = "".join(f"{name}={_escaped(value, _PROPERTY)};" for name, value in properties.items())
    return f"##vso[task.logissue {given}]{_escaped(found.message + found.about, _DATA)}"


def _place(place: Location | None) -> dict[str, str]:
    if place is None:
        return {}
    numbers = {"linenumber": place.line, "columnnumber": place.column}
    return {"sourcepath": place.file, **{name: str(number) for name, number in numbers.items() if number}}


def _escaped(text: str, marks: dict[str, str]) -> str:
    """The text as the agent reads it back; ``%`` is the first of the marks."""
    for mark, code in marks.items():
        text = text.replace(mark, code)
    return text
