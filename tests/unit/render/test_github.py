"""Workflow commands are read back as GitHub's runner reads them."""

from collections.abc import Callable

import pytest

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.render.formats.github import render
from kplan.render.style import PLAIN
from kplan.report import Report


def unescaped(text: str, *codes: str) -> str:
    for code in (*codes, "%0D", "%0A", "%25"):
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """Command, properties and message of every line that is a command."""
    found = []
    for line in render(report, PLAIN).split("\n"):
        if not line.startswith("::"):
            continue
        head, _, message = line[2:].partition("::")
        command, _, given = head.partition(" ")
        pairs = [pair.partition("=") for pair in given.split(",")]
        properties = {name: unescaped(value, "%3A", "%2C") for name, _, value in pairs}
        found.append((command, properties, unescaped(message)))
    return found


def test_every_finding_is_read_back(any_report: Report) -> None:
    read = commands(any_report)[int(any_report.plan is not None) :]
    assert len(read) == len(any_report.all_findings)
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    for (command, properties, message), found in zip(read, any_report.all_findings, strict=True):
        assert command == levels[found.severity]
        assert message.startswith(found.message)
        assert properties["title"] == f"{found.rule} {found.object}".rstrip()
        if found.location and found.location.file != "STDIN":
            assert properties["file"] == found.location.file.removeprefix("./")
        else:
            assert "file" not in properties


@pytest.mark.parametrize(
    ("place", "numbers"),
    [
        (Location("a", 3, 5, 3, 9), {"line": "3", "endLine": "3", "col": "5", "endColumn": "9"}),
        (Location("a", 3, 5, 4, 9), {"line": "3", "endLine": "4"}),
        (Location("a", 3, 5), {"line": "3", "col": "5"}),
        (Location("a", 3), {"line": "3"}),
        (Location("a"), {}),
    ],
)
def test_columns_stand_within_one_line_only(
    make: Callable[..., Report], place: Location, numbers: dict[str, str]
) -> None:
    [(_, properties, _)] = commands(make([Diagnostic("SEC003", "m", location=place)]))
    assert properties == {"file": "a", **numbers, "title": "SEC003"}


def test_a_line_is_as_github_documents_it(make: Callable[..., Report]) -> None:
    place = Location("a b,c.yaml", 3)
    found = Diagnostic(
        "SEC003", "50% of\nit: ::error::", Severity.WARNING, location=place, help="do ``this``"
    )
    assert render(make([found]), PLAIN) == (
        "::warning file=a b%2Cc.yaml,line=3,title=SEC003::50%25 of%0Ait: ::error::%0Ado `this`\n"
        "Found 1 warning in 1 object.\n"
    )


def test_a_plan_begins_with_its_summary(plan_of: Callable[[str], Report]) -> None:
    report = plan_of("new-image-rolls-out")
    command, properties, message = commands(report)[0]
    assert (command, properties) == ("notice", {"title": "kplan"})
    assert message.startswith("Plan: 0 to create, 1 to change")
