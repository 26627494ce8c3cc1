"""SARIF 2.1.0, for code scanning: every finding with its rule's documentation."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from kplan import __version__
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fixes import Fix
from kplan.render.document import dumps
from kplan.render.fingerprint import fingerprints
from kplan.render.prose import paragraphs, single_quoted
from kplan.render.style import PLAIN, Style
from kplan.report import Report, RuleText

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
"""The words of GitHub's ``problem.severity``."""
Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """Print a report."""
    del style
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> Json:
    codes = sorted({one.rule for one in report.all_findings})
    index = {code: place for place, code in enumerate(codes)}
    findings = report.all_findings
    return {
        "tool": {
            "driver": {
                "name": "kplan", "version": __version__, "semanticVersion": __version__,
                "rules": [_rule(code, report.rules) for code in codes],
            }
        },
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that kplan was run in."}}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(one, index, mark) for one, mark in zip(findings, fingerprints(findings), strict=True)
        ],
    }  # fmt: skip


def _invocation(report: Report) -> Json:
    """How the run ended, and what a plan leaves open that is about no object."""
    ended: Json = {"executionSuccessful": not report.broken, "exitCode": report.exit_code}
    if report.plan is None:
        return ended
    from kplan.render.plan_text import unsettled_lines  # noqa: PLC0415 - a lint has no plan

    notes = [{"level": "warning", "message": {"text": line}} for line in unsettled_lines(report.plan, PLAIN)]
    return {**ended, "toolExecutionNotifications": notes} if notes else ended


def _rule(code: str, rules: Mapping[str, RuleText]) -> Json:
    text = rules.get(code)
    if text is None:
        return {"id": code}
    parts = list(paragraphs(text))
    links = [f"- <{one}>" for one in text.references]
    found = {
        "id": code, "name": text.name,
        "shortDescription": {"text": parts[0]},
        "fullDescription": {"text": "\n\n".join(parts[: 2 if text.why else 1])},
        "help": {
            "text": "\n\n".join([*parts, *text.references]),
            "markdown": "\n\n".join([*paragraphs(text, fix="**Fix:** "), *(["\n".join(links)] if links else [])]),
        },
        "defaultConfiguration": {"level": _LEVELS[text.severity]},
        "properties": {"tags": ["kubernetes"], "problem.severity": _PROBLEMS[text.severity]},
    }  # fmt: skip
    return {**found, "helpUri": text.references[0]} if text.references else found


def _result(found: Diagnostic, index: Mapping[str, int], fingerprint: str) -> Json:
    result = {
        "ruleId": found.rule, "ruleIndex": index[found.rule], "level": _LEVELS[found.severity],
        "message": {"text": _message(found)}, "locations": _locations(found),
        "partialFingerprints": {"kplanFinding/v1": fingerprint},
    }  # fmt: skip
    if found.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": "see also"}}
            for number, place in enumerate(found.related)
        ]
    if found.fix and found.location:
        result["fixes"] = [_fix(found.fix, found.location.file)]
    properties = {
        "path": str(found.path),
        "kubernetes": list(found.kubernetes),
        "builtBy": found.location.built_by if found.location else "",
    }
    kept = {name: value for name, value in properties.items() if value}
    return {**result, "properties": kept} if kept else result


def _fix(fix: Fix, file: str) -> Json:
    """A proposed change; unsafe ones say so."""
    replacements = [
        {
            "deletedRegion": {
                "startLine": one.line, "startColumn": one.column, "endLine": one.end_line, "endColumn": one.end_column
            },
            "insertedContent": {"text": one.text},
        }
        for one in fix.replacements
    ]  # fmt: skip
    text = fix.message if fix.is_safe else f"{fix.message} (unsafe)"
    change = {"artifactLocation": artifact(file), "replacements": replacements}
    return {"description": {"text": text}, "artifactChanges": [change]}


def _message(found: Diagnostic) -> str:
    advice = f"\n{single_quoted(found.help)}" if found.help else ""
    return f"{found.message}{found.about}{advice}"


def _locations(found: Diagnostic) -> list[Json]:
    """The place and the object; nothing if neither is known."""
    location: Json = {}
    if found.location:
        location["physicalLocation"] = _physical(found.location)
    if found.object:
        location["logicalLocations"] = [_logical(found)]
    return [location] if location else []


def _logical(found: Diagnostic) -> Json:
    """The object: its own name, its title, and the field where one is meant."""
    name = found.object.partition(" ")[0].rpartition("/")[2]
    return {"name": name, "fullyQualifiedName": f"{found.object} {found.path}".rstrip(), "kind": "resource"}


def _physical(place: Location) -> Json:
    found: Json = {"artifactLocation": artifact(place.file)}
    region = {
        "startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column
    }  # fmt: skip
    known = {name: number for name, number in region.items() if number}
    return {**found, "region": known} if place.line else found


def artifact(file: str) -> Json:
    """A file as a URI: relative to the folder kplan was run in, or absolute."""
    path = quote(file.removeprefix("./"), errors="surrogateescape")
    return {"uri": f"file://{path}"} if path.startswith("/") else {"uri": path, "uriBaseId": _ROOT}
