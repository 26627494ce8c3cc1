"""A legacy repository: what was there before is written down once, and only new mistakes fail."""

import json

import pytest
from jsonschema import Draft202012Validator

from kplan.cli.main import run

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      hostPID: true
      containers:
      - name: a
        image: registry.example.com/{name}
      - name: b
        image: registry.example.com/{name}:1.2
"""
SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {pin: NDcxMQ}\nstringData: {hush-hush: 4711}\n"
)
BROKEN = "apiVersion: v1\nkind: [\n"


@pytest.fixture
def legacy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    for name in ("web", "api"):
        (tmp_path / "old" / f"{name}.yaml").write_text(DEPLOYMENT.format(name=name))
    (tmp_path / "secret.yaml").write_text(SECRET)
    (tmp_path / "broken.yaml").write_text(BROKEN)
    assert run(["lint"]) == 2
    assert run(["lint", "--write-baseline"]) == 0
    (tmp_path / ".kplan.yaml").write_text("lint: {baseline: .kplan-baseline.json}\n")
    return tmp_path


def findings(capsys, *arguments):
    capsys.readouterr()
    code = run(["lint", "-o", "json", *arguments])
    report = json.loads(capsys.readouterr().out)
    return code, [one["rule"] for one in report["findings"]], report["summary"].get("hidden", 0)


def edit(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.usefixtures("legacy")
def test_what_is_in_the_baseline_is_counted_and_not_shown(capsys):
    code, rules, hidden = findings(capsys)
    assert (code, rules) == (0, [])
    assert hidden > 10
    run(["lint"])
    assert (
        capsys.readouterr().out
        == f"No new problems found in 3 objects. {hidden} findings in the baseline not shown.\n"
    )


def test_only_the_new_mistake_is_shown(legacy, capsys):
    path = legacy / "old" / "web.yaml"
    edit(path, "  name: web\n", "  name: web\n  annotations:\n    note: moves every line\n")
    edit(path, "      - name: b\n", "      - name: b\n        securityContext: {privileged: true}\n")
    assert findings(capsys)[:2] == (1, ["SEC001"])


def test_one_more_of_the_same_is_new(legacy, capsys):
    more = "      - name: c\n        image: registry.example.com/web\n"
    (legacy / "old" / "web.yaml").write_text(DEPLOYMENT.format(name="web") + more)
    code, rules, _ = findings(capsys, "--select", "IMG001")
    assert (code, rules) == (1, ["IMG001"])


def test_a_list_item_that_moves_is_not_new(legacy, capsys):
    first, second = DEPLOYMENT.format(name="web").split("      - name: b\n")
    head, item = first.split("      - name: a\n")
    (legacy / "old" / "web.yaml").write_text(f"{head}      - name: b\n{second}      - name: a\n{item}")
    assert findings(capsys)[:2] == (0, [])


def test_a_broken_file_is_new_where_it_was_not_before(legacy, capsys):
    (legacy / "other.yaml").write_text(BROKEN)
    assert findings(capsys)[:2] == (2, ["YAML001"])


@pytest.mark.usefixtures("legacy")
def test_a_missing_path_is_never_excused(capsys):
    run(["lint", "missing.yaml", "--write-baseline"])
    assert findings(capsys, "missing.yaml")[:2] == (2, ["YAML006"])


def test_what_no_longer_occurs_is_said_once_and_taken_out(legacy, capsys):
    edit(legacy / "old" / "web.yaml", "hostPID: true", "hostPID: false")
    (legacy / "old" / "api.yaml").unlink()
    before = json.loads((legacy / ".kplan-baseline.json").read_text())["findings"]
    run(["lint"])
    gone = 1 + sum(one["count"] for one in before if one["file"] == "old/api.yaml")
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if "no longer" in line] == [
        f"{gone} findings in .kplan-baseline.json no longer occur; --write-baseline takes them out"
    ]
    run(["lint", "--write-baseline"])
    after = json.loads((legacy / ".kplan-baseline.json").read_text())["findings"]
    assert sum(one["count"] for one in before) - sum(one["count"] for one in after) == gone
    capsys.readouterr()
    run(["lint"])
    assert "no longer" not in capsys.readouterr().err


def test_a_run_over_some_files_or_rules_judges_only_these(legacy, capsys):
    before = (legacy / ".kplan-baseline.json").read_bytes()
    for arguments in (["old/web.yaml"], ["--select", "IMG001"]):
        capsys.readouterr()
        run(["lint", *arguments])
        assert "no longer" not in capsys.readouterr().err
        run(["lint", *arguments, "--write-baseline"])
        assert (legacy / ".kplan-baseline.json").read_bytes() == before


def test_a_run_over_some_files_does_not_take_out_what_it_cannot_be_sure_of(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder in ("web", "api"):
        (tmp_path / folder).mkdir()
    (tmp_path / "web" / "web.yaml").write_text(DEPLOYMENT.format(name="web"))
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n"
    (tmp_path / "api" / "service.yaml").write_text(service)
    assert run(["lint", "--write-baseline"]) == 0
    before = (tmp_path / ".kplan-baseline.json").read_text()
    assert "LBL002" in before
    line = ["lint", "--baseline", ".kplan-baseline.json"]
    capsys.readouterr()
    assert run([*line, "api"]) == 0  # without a pod in sight nobody knows whether the Service finds one
    assert "no longer" not in capsys.readouterr().err
    assert run([*line, "--write-baseline", "api"]) == 0
    assert (tmp_path / ".kplan-baseline.json").read_text() == before
    (tmp_path / "api" / "service.yaml").write_text(service.replace("app: api", "app: web"))
    capsys.readouterr()
    assert run([*line, "--ignore", "AVL", "--ignore", "PRB"]) == 0
    assert "1 finding in .kplan-baseline.json no longer occurs" in capsys.readouterr().err


def test_the_folder_a_run_starts_in_does_not_matter(legacy, capsys, monkeypatch):
    monkeypatch.chdir(legacy / "old")
    assert findings(capsys, "..")[:2] == (0, [])
    assert findings(capsys, str(legacy))[:2] == (0, [])


def test_the_file_is_as_published_sorted_and_without_secrets(legacy, root):
    text = (legacy / ".kplan-baseline.json").read_text()
    Draft202012Validator(json.loads((root / "schemas/kplan/baseline.v1.json").read_text())).validate(
        json.loads(text)
    )
    listed = [(one["file"], one["object"], one["rule"], one["path"]) for one in json.loads(text)["findings"]]
    assert listed == sorted(listed)
    assert "4711" not in text
    assert "NDcxMQ" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "baseline not found"),
        ("{", "not a baseline"),
        ('{"format_version": "1.0", "findings": [{"file": 1}]}', "not a baseline: $.findings[0]"),
        ('{"format_version": "2.0", "findings": []}', "not a baseline: $.format_version"),
    ],
)
def test_a_file_that_is_no_baseline_is_a_usage_error(tmp_path, monkeypatch, capsys, content, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SECRET)
    if content is not None:
        (tmp_path / "b.json").write_text(content)
    assert run(["lint", "a.yaml", "--baseline", "b.json"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_what_is_in_the_baseline_is_not_fixed(legacy, capsys):
    path = legacy / "old" / "web.yaml"
    old = path.read_text()
    edit(path, "  name: web\n", "  name: web\n  labels: {version: 1.0}\n")
    code, _, _ = findings(capsys, "--fix", "--unsafe-fixes", "--ignore", "SEC,RES,PRB,AVL")
    assert path.read_text() == old.replace("  name: web\n", '  name: web\n  labels: {version: "1.0"}\n')
    assert code == 0


def test_what_a_fix_leaves_is_what_a_first_baseline_holds(legacy, capsys):
    (legacy / ".kplan-baseline.json").unlink()
    (legacy / ".kplan.yaml").unlink()
    edit(legacy / "old" / "web.yaml", "  name: web\n", "  name: web\n  labels: {version: 1.0}\n")
    assert findings(capsys, "--fix", "--write-baseline")[:2] == (0, [])
    assert 'version: "1.0"' in (legacy / "old" / "web.yaml").read_text()
    assert "NAM001" not in (legacy / ".kplan-baseline.json").read_text()


def test_a_baseline_that_is_not_there_stops_a_fix(legacy):
    edit(legacy / "old" / "web.yaml", "  name: web\n", "  name: web\n  labels: {version: 1.0}\n")
    assert run(["lint", "--fix", "--baseline", "nowhere.json"]) == 2
    assert "{version: 1.0}" in (legacy / "old" / "web.yaml").read_text()
