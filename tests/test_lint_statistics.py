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


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("style", ["text", "concise", "grouped", "markdown"])
def test_what_is_too_much_to_show_is_counted(capsys, style):
    assert run(["lint", "--select", "IMG001,RES002", "--max-findings", "2", "-o", style]) == 1
    said = capsys.readouterr().out
    assert "Found 6 warnings in 2 objects. 4 of them not shown; see --max-findings." in said
    run(["lint", "--select", "IMG001,RES002", "--max-findings", "0", "-o", style])
    whole = capsys.readouterr().out
    assert "not shown" not in whole
    assert whole.count("two.yaml") > said.count("two.yaml") == 0


@pytest.mark.usefixtures("folder")
def test_programs_get_the_first_findings_and_the_count_of_all(capsys):
    run(["lint", "--select", "IMG001,RES002", "--max-findings", "2", "-o", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (len(report["findings"]), report["summary"]["warning"]) == (2, 6)
    run(["lint", "--select", "IMG001,RES002", "--max-findings", "1", "-o", "concise"])
    assert "two.yaml" not in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_people_are_shown_a_lot_and_programs_all(capsys, monkeypatch):
    monkeypatch.setattr("kplan.cli.output._MOST_FINDINGS", 2)
    run(["lint", "--select", "IMG001,RES002"])
    assert "4 of them not shown" in capsys.readouterr().out
    run(["lint", "--select", "IMG001,RES002", "-o", "json"])
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 6
