"""Findings as an editor shows them, and what can be done about one: its fix, or a comment that silences it."""

from collections.abc import Iterator

from lsprotocol import types

from kplan.diagnostics import Diagnostic, Severity
from kplan.lsp.ranges import Ruler
from kplan.manifest.commenting import with_ignores
from kplan.render.prose import paragraphs, single_quoted
from kplan.report import Report, RuleText

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_UNSILENCED = ("YAML", "OBJ", "SUP")
"""Codes that no comment silences: what cannot be read, and comments that are wrong themselves."""


def shown(report: Report, path: str, ruler: Ruler) -> list[types.Diagnostic]:
    """The findings about a file."""
    return [
        diagnostic(one, ruler, report.rules.get(one.rule))
        for one in report.findings
        if one.location and one.location.file == path
    ]


def diagnostic(one: Diagnostic, ruler: Ruler, rule: RuleText | None = None) -> types.Diagnostic:
    """A finding; the help stands on a line of its own, and its code leads to what the rule refers to."""
    assert one.location is not None
    message = single_quoted(f"{one.message}\n{one.help}" if one.help else one.message)
    page = types.CodeDescription(rule.references[0]) if rule and rule.references else None
    return types.Diagnostic(
        ruler.range(one.location), message, severity=_SEVERITIES[one.severity], code=one.rule, source="kplan",
        code_description=page,
    )  # fmt: skip


def actions(
    report: Report, path: str, uri: str, text: str, ruler: Ruler, where: types.Range
) -> Iterator[types.CodeAction]:
    """What can be done about the findings on some lines."""
    for one in report.findings:
        if one.location is None or one.location.file != path:
            continue
        if not where.start.line <= max(one.location.line - 1, 0) <= where.end.line:
            continue
        told = diagnostic(one, ruler, report.rules.get(one.rule))
        if one.fix is not None and one.fix.replacements:
            edits = [ruler.edit(part) for part in one.fix.replacements]
            yield types.CodeAction(
                f"{one.rule}: {one.fix.message}{'' if one.fix.is_safe else ' (unsafe)'}", types.CodeActionKind.QuickFix,
                diagnostics=[told], is_preferred=one.fix.is_safe,
                edit=types.WorkspaceEdit(changes={uri: edits}),
            )  # fmt: skip
        if not one.rule.startswith(_UNSILENCED) and not path.endswith(".json"):
            yield from _silence(one, told, uri, text, ruler)


def _silence(
    one: Diagnostic, told: types.Diagnostic, uri: str, text: str, ruler: Ruler
) -> Iterator[types.CodeAction]:
    assert one.location is not None
    new, left = with_ignores(text, {max(one.location.line - 1, 0): {one.rule}})
    if left or new == text:
        return
    before, after = text.split("\n"), new.split("\n")
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    added = len(after) - len(before)
    start = types.Position(same, 0)
    end = start if added else ruler.place(same, len(ruler.lines[same]))
    line = f"{after[same]}\n" if added else after[same].removesuffix("\r")
    yield types.CodeAction(
        f"Ignore {one.rule} here", types.CodeActionKind.QuickFix, diagnostics=[told],
        edit=types.WorkspaceEdit(changes={uri: [types.TextEdit(types.Range(start, end), line)]}),
    )  # fmt: skip


def documentation(code: str, rule: RuleText | None) -> str:
    """What a rule is about, in Markdown."""
    if rule is None:
        return ""
    return "\n\n".join([f"**{code} {rule.name}**", *paragraphs(rule)])
