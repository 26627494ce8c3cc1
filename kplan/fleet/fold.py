"""Reports what several targets have in common once, with the names of the targets."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kplan.api.object import Json
from kplan.diagnostics import Diagnostic, has_error, in_order
from kplan.fleet.model import Outcome, Result, Verb
from kplan.namedtuples import NamedTuple
from kplan.report import InputSummary, Report, RuleText
from kplan.report_parts import Fleet, FoldedChange, TargetOutcome
from kplan.sentences import counted

if TYPE_CHECKING:
    from kplan.plan.change import Change

_SHOWN = 5
"""Targets that a finding names."""


def folded(verb: Verb, results: Iterable[Result], notes: Sequence[Diagnostic] = ()) -> Report:
    """One report of all results: targets by name, findings and changes by what they say.

    ``notes`` are about no target: what is not followed, and files in which targets were looked for.
    """
    found = sorted(results, key=lambda one: one.name)
    findings, rules = _findings(found)
    worst = max((one.exit_code for one in found), default=0)
    targets = tuple(
        TargetOutcome(
            one.name, one.labels, str(one.outcome), one.exit_code, _summary(one), one.error, dict(one.counts)
        )
        for one in found
    )
    read = [one.report.inputs for one in found if one.report]
    kubernetes = tuple(dict.fromkeys(minor for one in found if one.report for minor in one.report.kubernetes))
    return Report(
        f"fleet {verb}", in_order([*findings, *notes]), rules, kubernetes=kubernetes,
        inputs=InputSummary(sum(one.files for one in read), sum(one.objects for one in read)),
        fleet=Fleet(targets, tuple(_changes(found))), broken=worst > 1 or has_error(notes), failed=worst > 0,
    )  # fmt: skip


def _findings(results: Sequence[Result]) -> tuple[list[Diagnostic], Mapping[str, RuleText]]:
    """Equal findings once, with the targets that have them if not all do."""
    about: dict[Diagnostic, list[str]] = {}
    rules: dict[str, RuleText] = {}
    for one in results:
        if one.report is not None:
            rules |= one.report.rules
            for finding in one.report.all_findings:
                about.setdefault(finding, []).append(one.name)
    return [_with_targets(one, names, len(results)) for one, names in about.items()], rules


def _with_targets(one: Diagnostic, names: Sequence[str], number: int) -> Diagnostic:
    if len(names) == number and number > 1:
        text = f"all {number} targets"
    else:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        text = ", ".join(names[:_SHOWN]) + more
    return one._replace(message=f"{one.message} [{text}]")


def _changes(results: Sequence[Result]) -> Iterable[FoldedChange]:
    """Equal changes once, those of the most targets first."""
    about: dict[_Change, list[str]] = {}
    for one in results:
        for change in _of(one.report) if one.report else ():
            about.setdefault(change, []).append(one.name)
    order = sorted(about.items(), key=lambda item: (-len(item[1]), item[0].object, item[1], item[0]))
    return (FoldedChange(one.action, one.object, one.lines, tuple(names)) for one, names in order)


class _Change(NamedTuple):
    """What makes two changes the same."""

    action: str
    object: str
    lines: tuple[str, ...]
    whole: str = ""
    """All of a change, of which the lines may be abridged; of an object that comes or goes they are none."""


def _of(report: Report) -> Iterable[_Change]:
    if report.plan is not None:
        changes = (one.change for one in report.plan.changes)
        yield from (_planned(one) for one in changes if str(one.action) not in {"no-op", "refused"})
        return
    from kplan.fleet.given import without_given
    from kplan.gate import of_file

    for file in report.diff or ():
        lines = _difference(file.before, file.after)
        is_new = file.before in {"", "null\n"}
        whole = "" if lines else without_given(file.after if is_new else file.before, is_live=not is_new)
        yield _Change(of_file(file.before, file.after), file.name, lines, whole)


def _planned(change: "Change") -> _Change:
    """A change of a plan. Long values are shown in part, but compared as a whole;
    formats print as many of the lines as they have room for.
    """
    from kplan.fleet.given import without_allocated
    from kplan.render.plan_text import field_lines
    from kplan.render.style import Style

    told = without_allocated(change)
    lines = tuple(field_lines(told, Style(folds=True)))
    whole = (
        json.dumps([(one.path, one.before, one.after) for one in told.fields], sort_keys=True, default=str)
        if lines
        else _written(change.after or change.before or {})
    )
    return _Change(str(change.action), change.object.title, lines, whole)


def _written(value: Json) -> str:
    """An object as the user wrote it, as far as it tells: without what a server gave it."""
    from kplan.kubectl.last_applied import original_text
    from kplan.kubectl.server_fields import without_server_fields

    return original_text(value) or json.dumps(without_server_fields(value), sort_keys=True)


def _difference(before: str, after: str) -> tuple[str, ...]:
    """The lines that go and come; of a new or a removed object none, since all of it does."""
    if before in {"", "null\n"} or after in {"", "null\n"}:
        return ()
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return tuple(line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---")))


def _summary(result: Result) -> str:
    """The outcome of a target in one line."""
    if result.error:
        return result.error
    if result.outcome is Outcome.SKIPPED:
        return "not begun"
    words = [
        f"{number} {action}" if action == "refused" else f"{number} to {action}"
        for action, number in sorted(result.counts.items())
    ]
    findings = len(result.report.all_findings) if result.report else 0
    if findings:
        words.append(counted(findings, "finding"))
    return ", ".join(words)
