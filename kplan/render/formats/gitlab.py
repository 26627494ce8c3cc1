"""GitLab's code quality report: findings in the widget and the changes of a merge request."""

from typing import Any, Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.render.document import dumps
from kplan.render.fingerprint import fingerprints
from kplan.render.style import Style
from kplan.report import Report

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}
_NOWHERE: Final = "."
"""The path of a finding that is in no file; GitLab refuses a report in which one has none."""


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    findings = report.all_findings
    marked = zip(findings, fingerprints(findings), strict=True)
    return dumps([_issue(one, fingerprint) for one, fingerprint in marked], indent=2) + "\n"


def _issue(found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    place = found.location
    lines = {"begin": (place.line if place else 0) or 1}
    if place and place.end_line > place.line > 0:
        lines["end"] = place.end_line
    return {
        "description": f"{found.message}{found.about}", "check_name": found.rule, "fingerprint": fingerprint,
        "severity": _SEVERITIES[found.severity],
        "location": {"path": place.file.removeprefix("./") if place else _NOWHERE, "lines": lines},
    }  # fmt: skip
