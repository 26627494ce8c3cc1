"""Findings under the file that they are in, a line each, and a line that counts them."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kplan.diagnostics import Diagnostic, in_order
from kplan.render import findings
from kplan.render.style import Style, Tone
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report; what a plan changes comes first."""
    parts = [_changes(report, style)] if report.plan is not None else []
    for file, found in groupby(in_order(report.all_findings), _file):
        parts.append("".join(f"{line}\n" for line in _group(file, list(found), style)))
    return "\n".join([*filter(None, parts), "".join(f"{line}\n" for line in findings.last(report))])


def _changes(report: Report, style: Style) -> str:
    from kplan.render.plan_text import summary_line, unsettled_lines  # noqa: PLC0415 - a lint has no plan

    assert report.plan is not None
    return "".join(
        f"{line}\n" for line in (summary_line(report.plan.summary), *unsettled_lines(report.plan, style))
    )


def _file(found: Diagnostic) -> str:
    return found.location.file if found.location else ""


def _group(file: str, found: Sequence[Diagnostic], style: Style) -> Iterator[str]:
    """The file, and its findings with their places in one column."""
    yield f"{style.paint(file or 'in no file', Tone.PLACE)}:"
    places = [_place(one) for one in found]
    width = max(map(len, places))
    for place, one in zip(places, found, strict=True):
        line = findings.head(one._replace(location=None), style)
        yield " ".join(f"  {place:>{width}}  {line}".rstrip().splitlines())


def _place(found: Diagnostic) -> str:
    where = found.location
    if where is None or not where.line:
        return "-"
    return f"{where.line}:{where.column}" if where.column else str(where.line)
