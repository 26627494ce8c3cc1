"""Reviewdog's diagnostic format, for comments on the lines of a change in any code review."""

import json
from typing import Any, Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fixes import Replacement
from kplan.render.style import Style
from kplan.report import Report

_SEVERITIES: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    found = [_diagnostic(one, report) for one in report.all_findings]
    document = {"source": {"name": "kplan"}, "diagnostics": found}
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"


def _diagnostic(found: Diagnostic, report: Report) -> dict[str, Any]:
    rule = report.rules.get(found.rule)
    url = {"url": rule.references[0]} if rule and rule.references else {}
    related = [{"message": "see also", "location": _place(one)} for one in found.related]
    return {
        "message": f"{found.message}{found.about}",
        "location": _place(found.location or Location("")),
        "severity": _SEVERITIES[found.severity],
        "code": {"value": found.rule, **url},
        **({"related_locations": related} if related else {}),
        **({"suggestions": list(map(_suggestion, found.fix.replacements))} if found.fix else {}),
    }


def _suggestion(one: Replacement) -> dict[str, Any]:
    """A change that a reviewer may take over, its columns in bytes."""
    start = {"line": one.line, "column": one.byte_column}
    end = {"line": one.end_line, "column": one.end_byte_column}
    return {"range": {"start": start, "end": end}, "text": one.text}


def _place(place: Location) -> dict[str, Any]:
    """File and line; reviewdog counts columns in bytes, which only the source could tell."""
    return {"path": place.file, **({"range": {"start": {"line": place.line}}} if place.line else {})}
