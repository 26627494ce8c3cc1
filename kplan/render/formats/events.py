"""The Events of a simulation as kubectl get events lays them out, with times since the start."""

from kplan.render import timeline
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print what kubectl prints, and what happened then."""
    if report.simulation is None:
        return report.printed
    return timeline.played(report.simulation, report.printed, style)
