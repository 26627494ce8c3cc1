"""The gate: on which findings and changes a run fails, as ``--fail-on`` and the configuration say it."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Final, assert_never

from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.report import POLICY, Report


class Condition(StrEnum):
    """What may fail a run."""

    NEVER = "never"
    """Nothing but what cannot be read or is refused."""
    CHANGES = "changes"
    """Any object is created, changed, replaced or deleted."""
    CREATES = "creates"
    UPDATES = "updates"
    REPLACES = "replaces"
    DELETES = "deletes"
    RISK = "risk"
    """Any risk that is new or worse; ``risk>=error`` only those of that severity or more."""


PLAN: Final = tuple(Condition)
"""What may fail a plan."""
DIFF: Final = tuple(one for one in Condition if one not in (Condition.RISK, Condition.REPLACES))
"""What may fail a diff."""


def parse(text: str, known: Collection[str]) -> tuple[Condition, Severity]:
    """A condition and the least severity it counts from. Raises UsageError."""
    name, at_least, severity = text.partition(">=")
    if name in known and (not at_least or (name == Condition.RISK and severity in list(Severity))):
        return Condition(name), Severity(severity) if at_least else Severity.INFO
    raise UsageError(
        f"unknown condition '{text}'", hint=f"use {', '.join(known)}" + _risk_hint(known)
    )  # fmt: skip


def _risk_hint(known: Collection[str]) -> str:
    return " or risk>=error" if Condition.RISK in known else ""


def judged(report: Report, conditions: Sequence[str]) -> Report:
    """The report, failed if one of the conditions holds or a policy does not."""
    broken = any(one.rule == POLICY for one in report.findings)
    holds = (_holds(report, *parse(one, tuple(Condition))) for one in conditions)
    return report._replace(failed=broken or any(holds))


def also(report: Report, conditions: Sequence[str]) -> Report:
    """The report, failed if it was, or if one of the conditions holds."""
    return report._replace(failed=report.failed or judged(report, conditions).failed)


def _holds(report: Report, condition: Condition, least: Severity) -> bool:
    changed = _changed(report)
    match condition:
        case Condition.NEVER:
            return False
        case Condition.CHANGES:
            return bool(changed)
        case Condition.CREATES:
            return "create" in changed
        case Condition.UPDATES:
            return "update" in changed
        case Condition.REPLACES:
            return "replace" in changed
        case Condition.DELETES:
            return bool({"delete", "replace"} & changed)
        case Condition.RISK:
            return _risky(report, least)
    assert_never(condition)


def _changed(report: Report) -> set[str]:
    """What happens to objects: create, update, replace, delete."""
    if report.plan is not None:
        summary = report.plan.summary
        counts = {
            "create": summary.create, "update": summary.update, "replace": summary.replace, "delete": summary.delete
        }  # fmt: skip
        return {name for name, count in counts.items() if count}
    return {of_file(one.before, one.after) for one in report.diff or ()}


def of_file(before: str, after: str) -> str:
    """What a diff says of an object; the text ``null`` stands for no Secret."""
    if before in ("", "null\n"):
        return "create"
    return "delete" if after in ("", "null\n") else "update"


def _risky(report: Report, least: Severity) -> bool:
    risks = report.plan.risks if report.plan is not None else ()
    return any(risk.status != "existing" and risk.severity.rank <= least.rank for risk in risks)


def at_least(report: Report, severity: str) -> Report:
    """The report, failed if a finding is of that severity or more; ``never`` fails on none."""
    if severity == Condition.NEVER:
        return report._replace(failed=False)
    rank = Severity(severity).rank
    return report._replace(failed=any(one.severity.rank <= rank for one in report.findings))


def checked(given: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Conditions given one by one or with commas between. Raises UsageError for one that is not known."""
    conditions = tuple(part.strip() for one in given for part in one.split(",") if part.strip())
    for one in conditions:
        parse(one, known)
    return conditions
