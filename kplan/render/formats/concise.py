"""One line a change and a finding, and a line that counts them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kplan.render import findings
from kplan.render.style import Style
from kplan.report import Report

if TYPE_CHECKING:
    from kplan.plan.model import Plan


def render(report: Report, style: Style) -> str:
    """Print a report."""
    return "".join(f"{' '.join(line.splitlines())}\n" for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    if report.plan is not None:
        yield from _changes(report.plan, style)
    yield from (findings.head(one, style) for one in report.all_findings)
    yield from findings.last(report)


def _changes(plan: "Plan", style: Style) -> Iterator[str]:
    """What changes; what is refused is among the findings."""
    from kplan.plan.action import Action  # noqa: PLC0415 - a lint has no plan
    from kplan.render.plan_text import summary_line, unsettled_lines  # noqa: PLC0415 - likewise

    for one in plan.changes:
        if one.change.action not in (Action.NOOP, Action.REFUSED):
            yield f"{one.change.action.symbol} {one.change.object.title}"
    yield summary_line(plan.summary)
    yield from unsettled_lines(plan, style)
