"""``--statistics`` counts the findings of each rule; ``-o grouped`` lists them by file."""

import json

import pytest

from kplan.cli.main import run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n  - name: a\n    image: b\n  - name: c\n    image: d:1\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(POD.format(name=name))
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_rules_are_counted_most_first(capsys):
    assert run(["lint", "--select", "IMG001,RES002", "--statistics"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["COUNT", "CODE", "NAME", "FIXABLE"],
        ["4", "RES002", "missing-memory-limit", "0"],
        ["2", "IMG001", "floating-tag", "0"],
    ]
    assert "Found 6 warnings in 2 objects." in lines


@pytest.mark.usefixtures("folder")
def test_json_has_rows_beside_the_findings(capsys):
    run(["lint", "--select", "IMG001,RES002", "--statistics", "-o", "json"])
    report = json.loads(capsys.readouterr().out)
    assert [(row["count"], row["code"]) for row in report["rows"]] == [(4, "RES002"), (2, "IMG001")]
    assert report["summary"]["warning"] == len(report["findings"]) == 6


def test_nothing_found_is_no_table(folder, capsys):
    for path in folder.glob("*.yaml"):
        path.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n")
    (folder / "two.yaml").unlink()
    assert run(["lint", "--statistics"]) == 0
    assert capsys.readouterr().out == "No problems found in 1 object.\n"


@pytest.mark.usefixtures("folder")
def test_a_format_without_tables_is_a_usage_error(capsys):
    assert run(["lint", "--statistics", "-o", "sarif"]) == 2
    assert "--statistics cannot be shown as sarif" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_findings_stand_under_their_file(capsys):
    run(["lint", "--select", "IMG001", "-o", "grouped", "one.yaml", "two.yaml"])
    assert capsys.readouterr().out.splitlines() == [
        "one.yaml:",
        "  7:12  warning IMG001: image 'b' has no tag (pod/one)",
        "",
        "two.yaml:",
        "  7:12  warning IMG001: image 'b' has no tag (pod/two)",
        "",
        "Found 2 warnings in 2 objects.",
    ]
