"""The family of formats: one file and one line each; every one of them copes with every report."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kplan.render.formats import FORMATS, Format, named, showing
from kplan.render.style import PLAIN, Style
from kplan.report import Part, Report

CHECKED = [one for one in FORMATS if Part.FINDINGS in one.shows]
names = pytest.mark.parametrize("one", CHECKED, ids=lambda one: one.name)


def test_every_file_is_in_the_roster_and_says_what_it_is(root: Path) -> None:
    files = {path.stem for path in (root / "kplan" / "render" / "formats").glob("*.py")} - {"__init__"}
    assert files == {one.name for one in FORMATS}
    assert all(one.summary.endswith(".") or ";" in one.summary for one in FORMATS)
    assert named("sarif") is not None
    assert named("nope") is None


def test_lint_and_plan_offer_the_same_formats() -> None:
    offered = set(showing([Part.FINDINGS]))
    assert (
        offered
        == set(showing([Part.PLAN])) - {"tree", "unified"}
        >= {"sarif", "junit", "github", "gitlab", "markdown", "json", "jsonl", "concise"}
    )
    assert "sarif" not in showing([Part.ANSWERS])


@names
def test_every_report_has_a_text_that_ends_with_a_line_end(one: Format, any_report: Report) -> None:
    text = one.render(any_report, PLAIN)
    assert text.endswith("\n")
    assert text == one.render(any_report, PLAIN)


@names
def test_a_finding_says_for_which_minors_it_is(one: Format, lint_report: Report) -> None:
    first, *others = lint_report.findings
    checked = lint_report._replace(kubernetes=("1.33", "1.34", "1.36"))
    text = one.render(
        checked._replace(findings=[first._replace(kubernetes=("1.33", "1.34")), *others]), PLAIN
    )
    if one.name in ("json", "jsonl", "yaml", "html"):
        compact = "".join(text.split())
        assert '"1.33","1.34"],' in compact or '"1.33","1.34"]}' in compact or '-"1.33"-"1.34"' in compact
    else:
        assert "Kubernetes 1.33, 1.34" in text


@pytest.mark.parametrize(
    "name", ["concise", "grouped", "github", "azure", "junit", "sarif", "markdown", "tree", "text"]
)
def test_a_plan_that_does_not_settle_says_so_and_what_goes_on(
    name: str, plan_of: Callable[[str], Report]
) -> None:
    report, one = plan_of("new-image-rolls-out"), named(name)
    assert report.plan is not None
    assert one is not None
    assert "Not settled" not in one.render(report, PLAIN)
    restless = replace(report.plan, complete=False, duration_seconds=3600.0, going_on=("pod/web -n shop",))
    text = one.render(report._replace(plan=restless), PLAIN)
    assert "Not settled after 3600 s of simulated time; still going on: pod/web -n shop" in text
    unplayed = one.render(report._replace(plan=replace(restless, unplayed=("too many pods",))), PLAIN)
    assert "Not played: too many pods" in unplayed
    assert "Not settled" not in unplayed


@names
def test_colour_is_for_people_only(one: Format, lint_report: Report) -> None:
    coloured = one.render(lint_report, Style(colour=True))
    assert ("\x1b[" in coloured) is (one.name in ("text", "concise", "grouped"))


@names
def test_the_time_grows_with_the_findings_and_not_with_their_square(
    one: Format, many: Callable[[int], Report]
) -> None:
    def seconds(report: Report) -> float:
        started = time.process_time()
        one.render(report, PLAIN)
        return time.process_time() - started

    small, large = many(300), many(3_000)
    assert min(seconds(large) for _ in range(3)) < 30 * max(0.001, min(seconds(small) for _ in range(3)))


def test_the_documentation_lists_the_roster(root: Path, update: bool) -> None:
    page = root / "docs" / "formats.md"
    before, _, rest = page.read_text().partition("<!-- formats -->\n")
    _, _, after = rest.partition("<!-- /formats -->\n")
    rows = [
        f"| [{one.name}](#{one.name}) | {one.summary} | {', '.join(part for part in Part if part in one.shows)} |"
        for one in FORMATS
    ]
    table = "\n".join(["| format | what it is | what it shows |", "|---|---|---|", *rows])
    text = f"{before}<!-- formats -->\n{table}\n<!-- /formats -->\n{after}"
    if update:
        page.write_text(text)
    assert page.read_text() == text
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [*(one.name for one in FORMATS), "Adding one"]


@pytest.mark.parametrize("name", ["json", "sarif", "markdown", "junit"])
def test_rules_without_a_finding_are_not_documented(name: str, lint_report: Report) -> None:
    """Notes may have been left out of the findings."""
    shown = [one for one in lint_report.findings if one.rule == "REF009"]
    one = named(name)
    assert one is not None
    text = one.render(lint_report._replace(findings=shown), PLAIN)
    assert "AVL003" not in text
    assert "The stable names" in text
