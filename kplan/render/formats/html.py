"""One self-contained page to explore: changes, the cluster over the simulated time, relations, risks and findings."""

from kplan.render.style import PLAIN, Style
from kplan.report import Report

_MOST_TEXT = 60_000
"""Characters that a reader without scripts sees."""


def render(report: Report, style: Style) -> str:
    """Print a report; it opens without a network, and asks for none."""
    del style
    from kplan.render.formats import text  # noqa: PLC0415 - a member of the family loads when it is used
    from kplan.render.html.data import data_of  # noqa: PLC0415 - likewise
    from kplan.render.html.page import page  # noqa: PLC0415 - likewise
    from kplan.render.terminal import escaped  # noqa: PLC0415 - likewise

    plain = escaped(text.render(report, PLAIN))
    more = "\n..." if len(plain) > _MOST_TEXT else ""
    return page(f"kplan {report.command}", data_of(report), plain[:_MOST_TEXT] + more)
