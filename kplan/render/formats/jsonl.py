"""One JSON object a line: every finding, change, event or object by itself, for programs that read as it comes."""

from collections.abc import Iterator
from typing import Any

from kplan.render import document
from kplan.render.replies import lines
from kplan.render.style import Style
from kplan.report import Report


def render(report: Report, style: Style) -> str:
    """Print a report; the last line is the summary."""
    del style
    return "".join(f"{document.dumps(line)}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[dict[str, Any]]:
    if report.replies is not None:
        yield from lines(report.replies)
        return
    whole: Any = document.document(report)
    yield from ({"type": "finding", **one} for one in whole["findings"])
    plan = whole.get("plan", {})
    yield from ({"type": "change", **one} for one in plan.get("changes", ()))
    yield from ({"type": "risk", **one} for one in plan.get("risks", ()))
    yield from ({"type": "event", **one} for one in whole.get("simulation", {}).get("events", ()))
    yield {"type": "summary", "command": report.command, **whole["summary"], **plan.get("summary", {})}
