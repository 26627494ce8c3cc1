"""A plan as a tree: every change, what follows from it, and the pods below what owns them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kplan.render.style import Style, Tone
from kplan.report import Report

if TYPE_CHECKING:
    from kplan.render.plan_tree import Branch


def render(report: Report, style: Style) -> str:
    """Print a report."""
    if report.plan is None:
        return ""
    from kplan.render.plan_text import summary_line  # noqa: PLC0415 - only plans have a tree
    from kplan.render.plan_tree import branches  # noqa: PLC0415 - likewise

    head = style.paint(summary_line(report.plan.summary), Tone.HEADING)
    lines = _drawn(tuple(branches(report.plan)), "", style)
    return "".join(f"{line}\n" for line in (head, *lines))


def _drawn(found: "Sequence[Branch]", margin: str, style: Style) -> Iterator[str]:
    """The branches with the lines that lead to them; a text of several lines stays in its column."""
    for place, branch in enumerate(found):
        last = place == len(found) - 1
        first, *more = branch.text.splitlines() or [""]
        deeper = margin + ("    " if last else "│   ")
        yield f"{margin}{'└── ' if last else '├── '}{_painted(first, branch, style)}"
        gap = deeper + ("│   " if branch.below else "    ")
        yield from (f"{gap}{_painted(line, branch, style)}" for line in more)
        yield from _drawn(branch.below, deeper, style)


def _painted(text: str, branch: "Branch", style: Style) -> str:
    return text if branch.tone is None else style.paint(text, branch.tone)
