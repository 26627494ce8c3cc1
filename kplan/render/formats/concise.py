"""One line a finding, and a line that counts them."""

from kplan.render import findings
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report."""
    return (
        "\n".join([*(findings.head(one, style) for one in report.all_findings), findings.summary(report)])
        + "\n"
    )
