"""Only what a change introduces: the findings that the same run over a revision of git does not have."""

import json
import subprocess

import pytest

from kplan.cli.main import run

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostPID: true
      containers:
      - name: a
        image: registry.example.com/web
        envFrom: [{configMapRef: {name: settings}}]
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n"


def git(*arguments):
    named = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *named, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "web.yaml").write_text(WEB)
    (tmp_path / "deploy" / "settings.yaml").write_text(SETTINGS)
    git("add", "-A")
    git("commit", "-qm", "first")
    return tmp_path


def findings(capsys, *arguments):
    capsys.readouterr()
    code = run(["lint", "-o", "json", "--new-only", "main", *arguments])
    out = capsys.readouterr()
    assert out.out, out.err
    return code, [one["rule"] for one in json.loads(out.out)["findings"]]


def edit(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.usefixtures("repository")
def test_what_was_there_is_counted_and_not_shown(capsys):
    assert findings(capsys) == (0, [])
    run(["lint", "--new-only", "main"])
    assert " findings in main not shown." in capsys.readouterr().out


def test_only_what_the_change_introduces_is_shown(repository, capsys):
    path = repository / "deploy" / "web.yaml"
    edit(path, "metadata:\n", "metadata:\n  annotations:\n    note: moves every line\n")
    edit(path, "      - name: a\n", "      - name: a\n        securityContext: {privileged: true}\n")
    git("add", "-A")
    for arguments in ((), ("deploy/web.yaml",), ("deploy",), ("--context", "deploy", "deploy/web.yaml")):
        assert findings(capsys, *arguments) == (1, ["SEC001"])


def test_what_the_change_breaks_elsewhere_is_shown(repository, capsys):
    (repository / "deploy" / "settings.yaml").unlink()
    assert findings(capsys) == (1, ["REF001"])
    assert findings(capsys, "deploy/web.yaml") == (1, ["REF001"])


def test_a_file_under_another_name_is_not_new(repository, capsys):
    git("mv", "deploy/web.yaml", "deploy/front.yaml")
    assert findings(capsys) == (0, [])
    edit(repository / "deploy" / "front.yaml", "hostPID: true", "hostPID: true\n      hostIPC: true")
    assert findings(capsys) == (1, ["SEC006"])


def test_a_new_file_is_new(repository, capsys):
    (repository / "other.yaml").write_text(WEB.replace("web", "other"))
    code, rules = findings(capsys)
    assert code == 1
    assert len(rules) > 4


def test_a_run_in_a_folder_below_finds_the_same(repository, capsys, monkeypatch):
    edit(repository / "deploy" / "web.yaml", "hostPID: true", "hostPID: true\n      hostIPC: true")
    monkeypatch.chdir(repository / "deploy")
    assert findings(capsys) == (1, ["SEC006"])
    assert findings(capsys, "web.yaml") == (1, ["SEC006"])


def test_a_comment_that_goes_shows_what_it_silenced(repository, capsys):
    path = repository / "deploy" / "web.yaml"
    edit(path, "hostPID: true", "hostPID: true  # kplan: ignore[SEC006]")
    git("commit", "-qam", "silence")
    edit(path, "  # kplan: ignore[SEC006]", "")
    assert findings(capsys) == (1, ["SEC006"])


def test_what_is_broken_in_the_revision_is_no_matter(repository, capsys):
    edit(repository / "deploy" / "settings.yaml", "data: {A: b}", "data: {A: b")
    git("commit", "-qam", "break")
    edit(repository / "deploy" / "settings.yaml", "data: {A: b", "data: {A: b}")
    assert findings(capsys) == (0, [])


def test_nothing_in_the_worktree_changes(repository, capsys):
    edit(repository / "deploy" / "web.yaml", "hostPID: true", "hostPID: false")
    before = subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True).stdout
    findings(capsys)
    assert subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True).stdout == before


@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_not_there_is_a_usage_error(capsys):
    assert run(["lint", "--new-only", "nowhere"]) == 2
    assert "git has no revision 'nowhere'" in capsys.readouterr().err


def test_only_what_the_change_introduces_is_fixed(repository, capsys):
    path = repository / "deploy" / "web.yaml"
    edit(path, "    spec:\n", "    spec:\n      serviceAccount: web\n")
    git("commit", "-qam", "an old mistake")
    edit(path, "metadata:\n", "metadata:\n  labels: {version: 1.0}\n")
    findings(capsys, "--fix")
    assert "{version: '1.0'}" in path.read_text().replace('"', "'")
    assert "serviceAccount: web\n" in path.read_text()
    run(["lint", "--fix", "--diff", "--new-only", "main"])
    assert "Nothing to fix." in capsys.readouterr().err
    run(["lint", "--fix"])
    assert "serviceAccountName: web\n" in path.read_text()
