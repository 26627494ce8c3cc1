"""The changed objects as a unified diff, as kubectl diff prints it; values of Secrets are masked."""

from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report; nothing if nothing changes."""
    from kplan.kubectl.unified import unified  # noqa: PLC0415 - only reports with changes have a diff
    from kplan.render.painted import painted  # noqa: PLC0415 - likewise

    files = list(report.diff or ())
    if report.plan is not None:
        from kplan.render.plan_diff import changed_files  # noqa: PLC0415 - likewise

        files += changed_files(report.plan)
    return painted(unified(files), style)
