"""Comments show every text as text, notify nobody and never become too long."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath
from kplan.plan.action import Action
from kplan.plan.change import FieldEdit
from kplan.plan.effect import Consequence, ObjectEffect
from kplan.plan.model import LeftBehind
from kplan.render.formats.markdown import render
from kplan.render.markup import block
from kplan.render.sections import Fitted, Section, fit
from kplan.render.style import PLAIN
from kplan.report import Report

LIMIT = 65_536
TAGS = {
    "a", "br", "code", "details", "h3", "li", "p", "pre", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
REFERENCE = re.compile(r"[@#]\w")


def shown(text: str) -> str:
    """The text as HTML, as GitHub and GitLab make it: CommonMark, tables and raw HTML."""
    made: str = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return made


def without_tags(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def test_nothing_in_a_report_becomes_markup(any_report: Report) -> None:
    page = shown(render(any_report, PLAIN))
    assert set(re.findall(r"</?([a-z0-9]+)", page)) <= TAGS
    assert page.count("<details") == page.count("</details>")
    assert page.count("<table") == page.count("</table>")
    for link in re.findall(r'href="([^"]*)"', page):
        assert any(html.unescape(link) in rule.references for rule in any_report.rules.values())


def test_nobody_is_notified(any_report: Report) -> None:
    """Neither do the texts of code and addresses notify anybody."""
    literal = re.sub(r"<(code|pre|a)[ >].*?</\1>", "", shown(render(any_report, PLAIN)), flags=re.DOTALL)
    assert not REFERENCE.search(without_tags(literal))


def test_every_message_can_be_read(awkward_report: Report) -> None:
    page = without_tags(shown(render(awkward_report, PLAIN)).replace("<br>", "\n")).replace("\u200b", "")
    for found in awkward_report.findings:
        for line in found.message.split("\n"):
            plain = (
                re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "\ufffd", line.strip())
                .replace("\t", " ")
                .strip("\ufffd")
            )
            assert all(part in page for part in plain.split("\ufffd")), line


def test_the_summary_comes_first_and_what_matters_is_unfolded(lint_report: Report) -> None:
    first, *others = lint_report.findings
    text = render(lint_report._replace(findings=(first._replace(severity=Severity.WARNING), *others)), PLAIN)
    assert text.startswith(
        "### Found 1 warning and 1 note in 8 objects.\n\n<details open><summary>1 warning</summary>\n\n"
    )
    assert "<details><summary>1 note</summary>" in text
    assert "- **AVL003** missing-budget: A workload with several replicas has no PodDisruptionBudget." in text


def test_no_findings_are_one_line(clean_report: Report) -> None:
    assert render(clean_report, PLAIN) == "### No problems found in 2 objects.\n"


def test_a_plan_shows_changes_and_what_follows(plan_of: Callable[[str], Report]) -> None:
    text = render(plan_of("new-image-rolls-out"), PLAIN)
    assert text.startswith("### Plan: 0 to create, 1 to change, 0 to replace, 0 to delete; pods: ")
    assert re.search(
        r"<summary><code>&#126; deployment.apps/web.*</code> update: differs from the state <code>.*web.yaml:1</code></summary>\n\n```diff\n",
        text,
    )
    assert re.search(r"\n~ spec\.template\S*image: ", text)


def test_a_plan_shows_risks_before_changes(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("pods-that-do-not-fit-stay-pending")
    text = render(report, PLAIN)
    assert report.plan is not None
    weighty = [risk for risk in report.plan.risks if risk.severity is not Severity.INFO]
    risks = [text.index(f"| {risk.code} |") for risk in weighty]
    assert text.index("<details open>") < min(risks)
    assert max(risks) < text.index("```diff")


@pytest.mark.parametrize("number", [600, 5_000])
def test_very_many_findings_stay_below_the_limit_and_are_counted(
    many: Callable[[int], Report], number: int
) -> None:
    text = render(many(number), PLAIN)
    assert 50_000 < len(text) < LIMIT
    rows = text.count("\n| <code>")
    left_out = re.findall(r"([\d,]+) (?:error|warning|note)s?", text[text.rindex("**Left out") :])
    assert rows + sum(int(count.replace(",", "")) for count in left_out) == number
    for severity in ("error", "warning"):
        assert re.search(rf"<summary>[\d,]+ {severity}s</summary>", text)


def test_characters_of_several_bytes_and_endless_texts_stay_below_the_limit(
    make: Callable[..., Report],
) -> None:
    found = [
        Diagnostic(f"X{one}", "\U0001f680|" * 5_000, list(Severity)[one % 3], "pod/" + "ü" * 500, FieldPath(), Location("ß" * 900, one + 1))
        for one in range(300)
    ]  # fmt: skip
    text = render(make(found), PLAIN)
    assert len(text.encode()) < LIMIT
    assert "\u2026" in text


def test_a_plan_of_very_many_changes_stays_below_the_limit(
    plan_of: Callable[[str], Report], many: Callable[[int], Report]
) -> None:
    report = plan_of("pods-that-do-not-fit-stay-pending")
    assert report.plan is not None
    (planned,) = (one for one in report.plan.changes if one.change.fields)
    changes = tuple(
        replace(planned, change=replace(planned.change, warnings=(f"warning {number}",)))
        for number in range(2_000)
    )
    large = report._replace(plan=replace(report.plan, changes=changes), findings=many(2_000).findings)
    text = render(large, PLAIN)
    assert len(text) < LIMIT
    assert re.search(r"\*\*Left out.*[\d,]+ changes", text)
    assert "```diff" in text


def test_a_change_of_very_many_lines_is_cut_and_hides_no_other(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("new-image-rolls-out")
    assert report.plan is not None
    [planned] = [one for one in report.plan.changes if one.change.fields]
    edits = tuple(FieldEdit(f"spec.field{one}", "\U0001f680" * 50, "x") for one in range(5_000))
    refused = tuple(f"{one}: {'ü' * 10_000}" for one in range(100))
    large = replace(
        planned,
        change=replace(planned.change, fields=edits),
        effects=replace(planned.effects, refusals=refused),
    )
    text = render(report._replace(plan=replace(report.plan, changes=(large, planned))), PLAIN)
    assert len(text.encode()) < 20_000
    assert text.count("```diff") == 2
    assert re.search(r"\nand \d+ more lines\n```", text)


def test_nobody_is_sent_to_a_command_line(plan_of: Callable[[str], Report]) -> None:
    """Lists that a terminal shows in part stand in their folds to the end."""
    report = plan_of("new-image-rolls-out")
    assert report.plan is not None
    [planned] = [one for one in report.plan.changes if one.change.fields]
    about = planned.change.object
    lines = "\n".join(f"line {one} of a long text" for one in range(12))
    edits = (
        FieldEdit("data[x]", "one\nline\n", f"{lines}\n"),
        *(FieldEdit(f"spec.f{one}", "a", "b") for one in range(20)),
    )
    effects = replace(
        planned.effects,
        objects=tuple(ObjectEffect(replace(about, name=f"o{one}"), Action.CREATE) for one in range(20)),
        consequences=tuple(
            Consequence("reads", replace(about, name=f"c{one}"), "reads it") for one in range(20)
        ),
    )
    change = replace(planned.change, fields=edits, refusal="\n".join("abcdefghijk"))
    large = [replace(planned, change=change), replace(planned, effects=effects)]
    many = [
        replace(planned, change=replace(planned.change, object=replace(about, name=f"d{one}")))
        for one in range(9)
    ]
    left = tuple(LeftBehind(replace(about, name=f"l{one}")) for one in range(15))
    plan = replace(report.plan, changes=(*large, *many), left_behind=left)
    text = render(report._replace(plan=plan), PLAIN)
    assert "(-v " not in text
    assert "-v shows" not in text
    assert "more objects" not in text
    for title in ("line 11 of", "spec.f19", "o19", "c19", "d8", "l14"):
        assert title in text


def test_a_plan_that_does_not_come_to_rest_says_so_at_the_top(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("new-image-rolls-out")
    assert report.plan is not None
    text = render(report._replace(plan=replace(report.plan, complete=False, duration_seconds=3600.0)), PLAIN)
    assert text.split("\n\n")[1].startswith("Not settled after 3600 s")
    assert "Not caused" not in text


@pytest.mark.parametrize("inside", ["```", "a ```` b", "~~~", "`"])
def test_no_line_closes_its_fence(inside: str) -> None:
    page = shown(block(f"first\n{inside}\n<b>last</b>", "diff"))
    assert page.startswith('<pre><code class="language-diff">first\n')
    assert page.endswith("&lt;b&gt;last&lt;/b&gt;\n</code></pre>\n")


def test_room_goes_where_it_is_needed() -> None:
    """A row of 9 characters takes 10 bytes with its line end."""
    rows = ["x" * 9] * 10
    assert fit([Section("a", rows), Section("b", rows)], 200) == [Fitted(rows, 0), Fitted(rows, 0)]
    assert fit([Section("a", rows), Section("b", rows[:2])], 100) == [
        Fitted(rows[:8], 2),
        Fitted(rows[:2], 0),
    ]
    assert fit([Section("a", rows), Section("b", rows)], 100) == [Fitted(rows[:5], 5), Fitted(rows[:5], 5)]
    assert fit([Section("a", rows[:2]), Section("b", rows)], 100) == [
        Fitted(rows[:2], 0),
        Fitted(rows[:8], 2),
    ]
    assert fit([], 100) == []
