"""The report as one JSON document (schemas/kplan/report.v1.json); what the API server answers as kubectl prints it."""

from kplan.render.document import document, dumps
from kplan.render.replies import whole
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    if report.replies is not None:
        return dumps(whole(report.replies), indent=4) + "\n"
    return dumps(document(report), indent=2) + "\n"
