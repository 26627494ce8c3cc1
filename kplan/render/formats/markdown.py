"""A comment for a pull or merge request: the summary, then folds; always under 65,536 characters."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.render import findings
from kplan.render.markup import block, code, fold, prose, words
from kplan.render.sections import Fitted, Section, fit
from kplan.render.style import PLAIN, Style
from kplan.report import Report, RuleText

if TYPE_CHECKING:
    from kplan.plan.model import Plan, PlannedChange

_ROOM: Final = 60_000
"""Bytes of all rows together, so that headings and folds fit into the 65,536 characters of a comment as well."""
_MOST_LINES: Final = 60
_MOST_BYTES: Final = 6_000
_LONGEST_LINE: Final = 500
"""How much is shown of one change."""
_TARGETS: Final = ("| Target | Outcome | |", "|---|---|---|")
_TABLE: Final = ("| Where | Rule | Object | Message |", "|---|---|---|---|")


def render(report: Report, style: Style) -> str:
    """Print a report."""
    sections = list(_sections(report, style._replace(colour=False, folds=True)))
    fitted = fit(sections, _ROOM)
    left_out = [
        f"{shown.left_out:,} {section.noun}{'' if shown.left_out == 1 else 's'}"
        for section, shown in zip(sections, fitted, strict=True)
        if shown.left_out
    ]
    first, *others = map(words, _headlines(report))
    parts = [f"### {first}", *others]
    parts += [_shown(section, shown) for section, shown in zip(sections, fitted, strict=True) if shown.rows]
    if left_out:
        parts.append(f"**Left out, because a comment is too short for it: {', '.join(left_out)}.**")
    return "\n\n".join(parts) + "\n"


def _headlines(report: Report) -> Iterator[str]:
    """What a reader sees in any case."""
    if report.plan is not None:
        from kplan.render.plan_text import summary_line, unsettled_lines  # noqa: PLC0415 - a lint has no plan

        yield summary_line(report.plan.summary)
        yield from unsettled_lines(report.plan, PLAIN)
    if report.fleet is not None:
        from kplan.render.fleet_text import summary_line as targets_line  # noqa: PLC0415 - likewise

        yield targets_line(report.fleet)
    if (report.plan is None and report.fleet is None) or report.all_findings:
        yield findings.summary(report)


def _sections(report: Report, style: Style) -> Iterator[Section]:
    """What matters most comes first."""
    found = report.all_findings
    yield from (_of(severity, found) for severity in Severity if severity is not Severity.INFO)
    if report.plan is not None:
        yield Section("change", list(_changes(report.plan, style)))
    if report.fleet is not None:
        from kplan.render.fleet_markdown import sections  # noqa: PLC0415 - a lint of one set has no targets

        yield from sections(report.fleet)
    yield _of(Severity.INFO, found)
    codes = {one.rule for one in found}
    yield Section("rule", [_rule(text) for text in report.rules.values() if text.code in codes])


def _of(severity: Severity, found: Sequence[Diagnostic]) -> Section:
    return Section(severity.noun, [_row(one) for one in found if one.severity is severity])


def _shown(section: Section, shown: Fitted) -> str:
    """A section's fold; changes are folds themselves."""
    if section.noun in ("change", "changed object"):
        return "\n\n".join(shown.rows)
    count = len(shown.rows) + shown.left_out
    title = f"{count:,} {section.noun}{'' if count == 1 else 's'}"
    table = [] if section.noun == "rule" else _TARGETS if section.noun == "target" else _TABLE
    return fold(title, "\n".join([*table, *shown.rows]), unfolded=section.noun in ("error", "warning"))


def _row(found: Diagnostic) -> str:
    place = code(str(found.location)) if found.location else ""
    if found.location and found.location.built_by:
        place += f"<br>built by {code(found.location.built_by)}"
    advice = f"<br>{prose(found.help)}" if found.help else ""
    return f"| {place} | {words(found.rule)} | {code(found.object)} | {words(found.message + found.minors)}{advice} |"


def _rule(text: RuleText) -> str:
    """One rule in an item of a list."""
    parts = [text.summary, text.why, f"Fix: {text.fix}" if text.fix else ""]
    links = [f"<{one}>" for one in text.references]
    said = " ".join([*(prose(" ".join(part.split())) for part in parts if part), *links])
    return f"- **{words(text.code)}** {words(text.name)}: {said}"


def _changes(plan: "Plan", style: Style) -> Iterator[str]:
    """Every change with what follows from it, what follows from none, and what is left behind."""
    from kplan.render.effects_text import effect_lines  # noqa: PLC0415 - a lint has no plan
    from kplan.render.plan_groups import change_groups  # noqa: PLC0415 - likewise
    from kplan.render.plan_text import change_lines, is_told, left_lines, without_namespace  # noqa: PLC0415 - likewise

    absent, others = without_namespace(filter(is_told, plan.changes), style)
    yield from (fold(words(first), _cut(rest)) for first, *rest in absent)
    for group in change_groups(others, style):
        yield from (_change(planned, change_lines(planned, style)[1:]) for planned in group.shown)
        if group.more:
            yield fold(code(group.rest), _cut([one.change.object.title for one in group.more]))
    if lines := effect_lines(plan.not_caused_by_changes, style):
        yield fold("Not caused by these changes", _cut(lines))
    if lines := list(left_lines(plan.left_behind, style)):
        yield fold(f"Left behind: {len(plan.left_behind)}", _cut(lines[1:]))


def _change(planned: "PlannedChange", lines: Sequence[str]) -> str:
    change = planned.change
    reason = f": {change.reason}" if change.reason else ""
    about = code(f"{change.action.symbol} {change.object.title}".strip())
    title = f"{about} {words(change.action + reason)} {code(change.location)}".rstrip()
    return fold(title, _cut(lines)) if lines else title


def _cut(lines: Sequence[str]) -> str:
    """The first lines as a difference, without the indentation they have in a text."""
    kept, left = [], _MOST_BYTES
    for line in lines[:_MOST_LINES]:
        kept.append(line.removeprefix("    ")[:_LONGEST_LINE])
        left -= len(kept[-1].encode("utf-8", "replace"))
        if left < 0:
            break
    more = len(lines) - len(kept)
    return block("\n".join([*kept, *([f"and {more} more lines"] if more else [])]), "diff")
