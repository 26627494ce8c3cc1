"""A report as plain JSON: what programs read, the same in every format that carries it."""

import json
from collections.abc import Sequence
from typing import Any, Final

from kplan import __version__
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.report import InputSummary, Report, RuleText, Story, Table

FORMAT: Final = "1.0"
"""The major version changes when a field goes or changes its meaning; readers skip fields they do not know."""
Plain = dict[str, Any]


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON text with every character as it is."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def document(report: Report) -> Plain:
    """The whole report; parts that it does not have are left out."""
    found: Plain = {
        "format_version": FORMAT,
        "kplan_version": __version__,
        "command": report.command,
        "kubernetes": list(report.kubernetes),
        "inputs": _inputs(report.inputs),
        "summary": {f"{severity.noun}s": report.count(severity) for severity in Severity},
        "findings": [finding(one) for one in report.findings],
        "rules": {code: _rule(text) for code, text in report.rules.items()},
    }
    if report.plan is not None:
        from kplan.plan.planfile import plain  # noqa: PLC0415 - a lint has no plan

        found["plan"] = plain(report.plan)
    if report.diff is not None:
        found["diff"] = [
            {"object": name, "before": before, "after": after} for name, before, after in report.diff
        ]
    if report.story is not None:
        found["story"] = _story(report.story)
    if report.answers:
        from kplan.render.answers import plain as answered  # noqa: PLC0415 - likewise

        found["answers"] = [answered(one) for one in report.answers]
    if report.printed:
        found["printed"] = report.printed.splitlines()
    if report.table is not None:
        found["rows"] = rows(report.table)
    return found


def finding(found: Diagnostic) -> Plain:
    """A finding; places count lines and columns from 1."""
    return {
        "rule": found.rule, "severity": str(found.severity), "message": found.message, "object": found.object,
        "path": str(found.path), "pointer": found.path.pointer(),
        "location": _location(found.location) if found.location else None,
        "help": found.help, "related": [_location(place) for place in found.related],
        **({"kubernetes": list(found.kubernetes)} if found.kubernetes else {}),
    }  # fmt: skip


def _location(place: Location) -> Plain:
    return {
        "file": place.file, "line": place.line, "column": place.column,
        "endLine": place.end_line, "endColumn": place.end_column,
    }  # fmt: skip


def _inputs(inputs: InputSummary) -> Plain:
    skipped = [{"file": one.path, "what": one.what} for one in inputs.skipped]
    return {
        "files": inputs.files, "objects": inputs.objects, "skipped": skipped, "excluded": list(inputs.excluded)
    }  # fmt: skip


def _rule(text: RuleText) -> Plain:
    return {
        "name": text.name, "severity": str(text.severity), "summary": text.summary, "why": text.why, "fix": text.fix,
        "references": list(text.references),
    }  # fmt: skip


def _story(story: Story) -> Plain:
    from kplan.render.timeline import as_json  # noqa: PLC0415 - a lint has no story
    from kplan.simulation.clock import SECOND  # noqa: PLC0415 - likewise

    events = [as_json(entry, story.started) for entry in story.timeline]
    return {
        "rested": story.rested, "seconds": (story.ended - story.started) / SECOND, "events": events,
        "pending": [pod._asdict() for pod in story.pending],
    }  # fmt: skip


def rows(table: Table) -> Sequence[Plain]:
    """A table's rows by their headings in lower case."""
    names = [heading.lower().replace(" ", "_") for heading in table.headings]
    return [dict(zip(names, row, strict=True)) for row in table.rows]
