"""For people: findings with their excerpts, plans, diffs, simulations, answers and tables."""

from typing import Any

from kplan.render import findings
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print every part that a report has; findings beside other parts go to standard error, if commands say them."""
    parts = [*_outcome(report, style), *_tables(report, style)]
    if report.fleet is not None:
        from kplan.render import fleet_text  # noqa: PLC0415 - a lint of one set has no targets

        parts.append(fleet_text.render(report.fleet, style))
        if report.is_check and report.findings:
            parts.append("\n" + findings.text(report, style))
        return "".join(parts)
    if not parts and report.is_check:
        return findings.text(report, style)
    if report.table is not None and report.is_check:
        parts.append("".join(f"{line}\n" for line in findings.last(report)))
        parts = parts if report.table.rows else parts[-1:]
    return "".join(parts)


def _outcome(report: Report, style: Style) -> list[str]:
    parts = []
    if report.plan is not None:
        from kplan.render import plan_text  # noqa: PLC0415 - a lint has no plan

        before = f"{report.printed}\n" if report.printed else ""
        return [before + plan_text.render(report.plan, style)]
    if report.diff is not None:
        from kplan.kubectl.unified import unified  # noqa: PLC0415 - likewise
        from kplan.render.painted import painted  # noqa: PLC0415 - likewise

        parts.append(painted(unified(report.diff), style))
    if report.simulation is not None:
        from kplan.render import timeline  # noqa: PLC0415 - likewise

        parts.append(timeline.played(report.simulation, report.printed, style))
    elif report.printed:
        parts.append(report.printed)
    return parts


def _tables(report: Report, style: Style) -> list[str]:
    parts = []
    if report.answers:
        from kplan.render import answers  # noqa: PLC0415 - likewise

        parts.append("\n".join(answers.text(one, style) for one in report.answers))
    if report.replies is not None:
        from kplan.render.replies import documents  # noqa: PLC0415 - likewise

        parts.append(documents(report.replies))
    if report.table is not None:
        from kplan.kubectl.printers.table import aligned  # noqa: PLC0415 - likewise

        rows = [[_cell(value) for value in row] for row in report.table.rows]
        parts.append(aligned([report.table.headings, *rows]))
    return parts


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    from kplan.render.document import dumps  # noqa: PLC0415 - likewise

    return dumps(value)
