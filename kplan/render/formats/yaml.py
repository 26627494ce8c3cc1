"""Objects as a stream of YAML documents; answers and tables as one document."""

from kplan.manifest.writer import to_yaml
from kplan.render.document import document
from kplan.render.replies import documents
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    if report.replies is not None:
        return documents(report.replies)
    return to_yaml(document(report))
