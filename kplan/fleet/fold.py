"""What many targets have in common is told once, with the targets that it is about."""

from collections.abc import Iterable, Mapping, Sequence

from kplan.diagnostics import Diagnostic, in_order
from kplan.fleet.model import Outcome, Result, Verb
from kplan.report import Report, RuleText
from kplan.report_parts import Fleet, FoldedChange, TargetOutcome

_SHOWN = 5
"""Targets that a finding names."""


def folded(verb: Verb, results: Iterable[Result], unfollowed: Sequence[Diagnostic] = ()) -> Report:
    """One report of all results: targets by name, findings and changes by what they say."""
    found = sorted(results, key=lambda one: one.name)
    findings, rules = _findings(found)
    worst = max((one.exit_code for one in found), default=0)
    targets = tuple(
        TargetOutcome(
            one.name, one.labels, str(one.outcome), one.exit_code, _summary(one), one.error, dict(one.counts)
        )
        for one in found
    )
    kubernetes = tuple(dict.fromkeys(minor for one in found if one.report for minor in one.report.kubernetes))
    return Report(
        f"fleet {verb}", in_order([*findings, *unfollowed]), rules, kubernetes=kubernetes,
        fleet=Fleet(targets, tuple(_changes(found))), broken=worst > 1, failed=worst > 0,
    )  # fmt: skip


def _findings(results: Sequence[Result]) -> tuple[list[Diagnostic], Mapping[str, RuleText]]:
    """Equal findings once, with the targets that have them where not all do."""
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
    about: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for one in results:
        for change in _of(one.report) if one.report else ():
            about.setdefault(change, []).append(one.name)
    order = sorted(about.items(), key=lambda item: (-len(item[1]), item[0][1], item[0]))
    return (FoldedChange(action, title, lines, tuple(names)) for (action, title, lines), names in order)


def _of(report: Report) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    if report.plan is not None:
        from kplan.render.plan_text import field_lines
        from kplan.render.style import PLAIN

        for one in report.plan.changes:
            if str(one.change.action) not in {"no-op", "refused"}:
                yield str(one.change.action), one.change.object.title, tuple(field_lines(one.change, PLAIN))
        return
    from kplan.gate import of_file

    for file in report.diff or ():
        yield of_file(file.before, file.after), file.name, _difference(file.before, file.after)


def _difference(before: str, after: str) -> tuple[str, ...]:
    """The lines that go and come; of a new or a removed object none, since all of it does."""
    if before in {"", "null\n"} or after in {"", "null\n"}:
        return ()
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return tuple(line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---")))


def _summary(result: Result) -> str:
    """What is said of a target in one line."""
    if result.error:
        return result.error
    if result.outcome is Outcome.SKIPPED:
        return "not begun"
    words = [f"{number} to {action}" for action, number in sorted(result.counts.items())]
    findings = len(result.report.all_findings) if result.report else 0
    if findings:
        words.append(f"{findings} finding{'' if findings == 1 else 's'}")
    return ", ".join(words)
