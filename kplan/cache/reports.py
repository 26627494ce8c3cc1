"""A report of a check as JSON and back: findings, their documentation and what was read.

Literals that look like credentials are masked in what is written, as they are in whatever is printed.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath, Key
from kplan.fixes import Edit, Fix, Op, Replacement, Safety
from kplan.inputs.skipped import Skipped
from kplan.masking.names import MASK
from kplan.masking.texts import concealed_text
from kplan.report import InputSummary, Report, RuleText

_PLAIN: Final = frozenset(
    {"command", "findings", "rules", "inputs", "kubernetes", "broken", "failed", "unsafe_fixes"}
)
"""The parts of a report that are written; a report with any other part is not one of a check, and is not kept."""
_SEVERITIES: Final = {one.value: one for one in Severity}
_SAFETIES: Final = {one.value: one for one in Safety}
_OPS: Final = {one.value: one for one in Op}
_plain_path = lru_cache(1 << 12)(FieldPath.of)


def packed(report: Report, beside: Mapping[str, Any]) -> bytes | None:
    """A report, and JSON to go with it; None for a report that holds more than a check does."""
    empty = Report(report.command)
    if any(getattr(report, name) != getattr(empty, name) for name in Report._fields if name not in _PLAIN):
        return None
    if any(map(may_repeat_a_secret, report.findings)):
        return None
    written = {
        "command": report.command, "kubernetes": report.kubernetes, "broken": report.broken, "failed": report.failed,
        "unsafe_fixes": report.unsafe_fixes, "inputs": report.inputs._asdict(), "rules": tuple(report.rules.values()), "findings": [row_of(one) for one in report.findings],
        "beside": beside,
    }  # fmt: skip
    from kplan.cache.jsonbytes import writer  # noqa: PLC0415 - a report that is known is not written

    return writer(len(report.findings))(written)


def may_repeat_a_secret(one: Diagnostic) -> bool:
    """Whether the fix of a finding may hold text that is masked in the finding."""
    return one.fix is not None and (not one.excerpt or MASK in one.excerpt) and _may_repeat(one.fix)


def _may_repeat(fix: Fix) -> bool:
    """Whether a fix may repeat text of the user's, which is left out where it stands:
    whatever does more than add or remove.
    """
    moves = any(one.op in (Op.RENAME, Op.KEEP_LAST) for one in fix.edits)
    texts = [one for one in fix.replacements if one.text]
    return not fix.replacements or any(moves or one[:2] != one[2:4] for one in texts)


def unpacked(written: bytes) -> Mapping[str, Any] | None:
    """The stored report as plain data; None if the entry is something else."""
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("beside"), dict) else None


def report_of(written: Mapping[str, Any]) -> Report:
    """The report that was packed."""
    rules = {one.code: one for one in map(_rule, written["rules"])}
    return Report(
        written["command"], tuple(map(finding_of, written["findings"])), rules, _inputs(written["inputs"]),
        tuple(written["kubernetes"]), broken=written["broken"], failed=written["failed"],
        unsafe_fixes=written["unsafe_fixes"],
    )  # fmt: skip


def row_of(one: Diagnostic) -> list[Any]:
    """A finding as JSON, its paths step by step."""
    fix: tuple[Any, ...] | None = None
    if one.fix is not None:
        edits = [(edit.op, _steps(edit.path), edit.text) for edit in one.fix.edits]
        fix = (one.fix.safety, one.fix.message, edits, one.fix.document, one.fix.replacements)
    return [
        one.rule, concealed_text(one.message), one.severity, one.object, _steps(one.path), one.location,
        concealed_text(one.excerpt), concealed_text(one.help), one.related, one.kubernetes, fix, one.unfixed,
    ]  # fmt: skip


def finding_of(row: list[Any]) -> Diagnostic:
    """The finding that was written so."""
    rule, message, severity, about, path, location, excerpt, help_, related, kubernetes, fix, unfixed = row
    return Diagnostic(
        rule, message, _SEVERITIES[severity], about, _path(path), None if location is None else Location(*location), excerpt, help_,
        tuple([Location(*one) for one in related]), tuple(kubernetes), None if fix is None else _fix(*fix), unfixed,
    )  # fmt: skip


def _fix(safety: str, message: str, edits: list[Any], document: int, replacements: list[Any]) -> Fix:
    return Fix(
        _SAFETIES[safety], message, tuple([Edit(_OPS[op], _path(path), text) for op, path, text in edits]), document,
        tuple([Replacement(*one) for one in replacements]),
    )  # fmt: skip


def _steps(path: FieldPath) -> list[Any]:
    return [{"key": step} if isinstance(step, Key) else step for step in path.steps]


def _path(steps: list[Any]) -> FieldPath:
    """The path of these steps; most paths are those of many findings."""
    try:
        return _plain_path(*steps)
    except TypeError:  # a key of the user's is written as a mapping, which has no hash
        return FieldPath.of(*(Key(step["key"]) if isinstance(step, dict) else step for step in steps))


def _rule(row: list[Any]) -> RuleText:
    written = RuleText(*row)
    return written._replace(severity=Severity(written.severity), references=tuple(written.references))


def _inputs(written: dict[str, Any]) -> InputSummary:
    lists = {name: tuple(value) for name, value in written.items() if isinstance(value, list)}
    return InputSummary(**{**written, **lists, "skipped": tuple(Skipped(*one) for one in written["skipped"])})
