"""A report as plain JSON: what programs read, the same in every format that carries it."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from kplan import __version__
from kplan.diagnostics import Diagnostic, Location
from kplan.fixes import Fix as Correction
from kplan.render.indented import indented
from kplan.render.prose import single_quoted
from kplan.report import InputSummary, Report, RuleText

if TYPE_CHECKING:
    from kplan.render.schema import (
        Counts,
        Event,
        Finding,
        Fix,
        Inputs,
        PendingPod,
        Place,
        ReportDocument,
        RuleDocument,
        Simulation,
    )
    from kplan.report_parts import Simulation as Simulated
    from kplan.report_parts import Table

FORMAT: Final = "1.0"
"""The major version changes when a field goes or changes its meaning; readers skip fields they do not know."""
Plain = dict[str, Any]


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON text without escapes for characters beyond ASCII."""
    return indented(value, " " * indent) if indent else json.dumps(value, ensure_ascii=False)


def document(report: Report) -> "ReportDocument":
    """The whole report; parts that it does not have are left out."""
    findings = report.all_findings
    codes = {one.rule for one in (*findings, *report.fixed)}
    found: ReportDocument = {
        "format_version": FORMAT,
        "kplan_version": __version__,
        "command": report.command,
        "kubernetes": list(report.kubernetes),
        "exit_code": report.exit_code,
        "inputs": _inputs(report.inputs),
        "summary": _counts([*findings, *report.beyond], report.hidden),
        "findings": [finding(one, report.kubernetes) for one in findings],
        "rules": {code: _rule(text) for code, text in report.rules.items() if code in codes},
    }
    if report.upgrades_from:
        found["upgrades_from"] = report.upgrades_from
    if report.fixed:
        found["fixed"] = [finding(one, report.kubernetes) for one in report.fixed]
    _add_outcome(found, report)
    if report.answers:
        from kplan.render.answers import plain as answered  # noqa: PLC0415 - a lint has no answers

        found["answers"] = cast("Any", [answered(one) for one in report.answers])
    if report.printed:
        found["printed"] = report.printed.splitlines()
    if report.table is not None:
        found["rows"] = rows(report.table)
    return found


def _add_outcome(found: "ReportDocument", report: Report) -> None:
    """What changes and what happens."""
    if report.plan is not None:
        from kplan.plan.planfile import plain  # noqa: PLC0415 - a lint has no plan

        found["plan"] = cast("Any", plain(report.plan))
    if report.diff is not None:
        found["diff"] = [
            {"name": name, "before": before, "after": after} for name, before, after in report.diff
        ]
    if report.fleet is not None:
        found["fleet"] = cast("Any", {
            "targets": [{**one._asdict(), "labels": dict(one.labels), "counts": dict(one.counts)} for one in report.fleet.targets],
            "changes": [
                {**one._asdict(), "lines": list(one.lines), "targets": list(one.targets)} for one in report.fleet.changes
            ],
        })  # fmt: skip
    if report.simulation is not None:
        found["simulation"] = _simulation(report.simulation)


def finding(found: Diagnostic, kubernetes: Sequence[str]) -> "Finding":
    """A finding, for the minors it names or else for all that were checked."""
    shown: Finding = {
        "rule": found.rule, "severity": found.severity.value, "message": found.message, "object": found.object,
        "path": str(found.path), "pointer": found.path.pointer(),
        "location": _place(found.location) if found.location else None,
        "help": single_quoted(found.help), "related": [_place(place) for place in found.related],
        "kubernetes": list(found.kubernetes or kubernetes),
    }  # fmt: skip
    if found.fix:
        shown["fix"] = _fix(found.fix)
    if found.unfixed:
        shown["unfixed"] = found.unfixed
    return shown


def _fix(fix: Correction) -> "Fix":
    return {
        "safety": fix.safety.value, "message": fix.message,
        "replacements": [
            {
                "line": one.line, "column": one.column, "end_line": one.end_line, "end_column": one.end_column,
                "text": one.text,
            }
            for one in fix.replacements
        ],
    }  # fmt: skip


def _place(place: Location) -> "Place":
    found: Place = {
        "file": place.file, "line": place.line or None, "column": place.column or None,
        "end_line": place.end_line or None, "end_column": place.end_column or None,
    }  # fmt: skip
    if place.built_by:
        found["built_by"] = place.built_by
    return found


def _counts(findings: Sequence[Diagnostic], hidden: int) -> "Counts":
    severities = [one.severity.value for one in findings]
    counts: Counts = {
        "error": severities.count("error"), "warning": severities.count("warning"), "info": severities.count("info")
    }  # fmt: skip
    if hidden:
        counts["hidden"] = hidden
    return counts


def _inputs(inputs: InputSummary) -> "Inputs":
    return {
        "files": inputs.files, "objects": inputs.objects, "manifests": list(inputs.manifests),
        "skipped": [{"file": one.path, "what": one.what} for one in inputs.skipped],
        "excluded": list(inputs.excluded),
    }  # fmt: skip


def _rule(text: RuleText) -> "RuleDocument":
    return {
        "name": text.name, "severity": text.severity.value, "summary": single_quoted(text.summary),
        "why": single_quoted(text.why), "fix": single_quoted(text.fix), "references": list(text.references),
    }  # fmt: skip


def _simulation(simulated: "Simulated") -> "Simulation":
    from kplan.render.timeline import as_json  # noqa: PLC0415 - a lint simulates nothing
    from kplan.simulation.clock import SECOND  # noqa: PLC0415 - likewise

    events = cast("list[Event]", [as_json(entry, simulated.started) for entry in simulated.timeline])
    pending = [cast("PendingPod", pod._asdict()) for pod in simulated.pending]
    seconds = (simulated.ended - simulated.started) / SECOND
    return {"at_rest": simulated.rested, "seconds": seconds, "events": events, "pending": pending}


def rows(table: "Table") -> list[Plain]:
    """A table's rows by their headings in lower case."""
    names = [heading.lower().replace(" ", "_") for heading in table.headings]
    return [dict(zip(names, row, strict=True)) for row in table.rows]
