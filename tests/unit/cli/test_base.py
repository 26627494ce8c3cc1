"""``--base``: what a branch changes, with the inputs at a revision of git as the state."""

import json
import subprocess
from pathlib import Path

import pytest

from running import Ran, kplan

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        envFrom:
        - configMapRef: {name: web-config-bbbbbbbbbb}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web-config-bbbbbbbbbb, namespace: default}
data: {COLOR: blue}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.email=a@example.com", "-c", "user.name=a")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def commit(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "change")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {"deploy/web.yaml": WEB, "deploy/config.yaml": CONFIG, "deploy/service.yaml": SERVICE})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed_lines(result: Ran) -> list[str]:
    return [
        line.strip()
        for line in result.out.splitlines()
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]


def test_a_changed_field_is_the_whole_difference(repository: Path) -> None:
    (repository / "deploy/web.yaml").write_text(WEB.replace("web:1", "web:2"))
    done = kplan("diff", "-f", "deploy", "--base", "main")
    assert changed_lines(done) == ["-        image: example.com/web:1", "+        image: example.com/web:2"]
    assert done.code == 1


def test_order_and_comments_are_no_changes(repository: Path) -> None:
    (repository / "deploy/service.yaml").unlink()
    (repository / "deploy/a.yaml").write_text(f"# first\n{SERVICE}")
    done = kplan("diff", "-f", "deploy", "--base", "main")
    assert (done.out, done.code) == ("", 0)


def test_what_the_branch_removes_is_shown(repository: Path) -> None:
    (repository / "deploy/service.yaml").unlink()
    done = kplan("diff", "-f", "deploy", "--base", "main", "-o", "json")
    (file,) = json.loads(done.out)["diff"]
    assert (file["name"], file["after"]) == ("v1.Service.default.web", "")
    left = kplan("plan", "-f", "deploy", "--base", "main", "-o", "json")
    (one,) = json.loads(left.out)["plan"]["left_behind"]
    assert one["object"]["name"] == "web"
    pruned = json.loads(kplan("plan", "-f", "deploy", "--base", "main", "--prune", "-o", "json").out)["plan"]
    assert [one["change"]["action"] for one in pruned["changes"]].count("delete") == 1
    assert pruned["left_behind"] == []


def test_a_generated_name_is_followed(repository: Path) -> None:
    for name, text in (("config", CONFIG.replace("blue", "red")), ("web", WEB)):
        (repository / f"deploy/{name}.yaml").write_text(text.replace("bbbbbbbbbb", "cccccccccc"))
    done = kplan("diff", "-f", "deploy/config.yaml", "--base", "main")
    lines = changed_lines(done)
    assert "-  COLOR: blue" in lines
    assert "+  COLOR: red" in lines
    planned = json.loads(kplan("plan", "-f", "deploy", "--base", "main", "-o", "json").out)["plan"]
    (renamed,) = [one for one in planned["left_behind"] if one["object"]["kind"] == "ConfigMap"]
    assert renamed["renamed_to"]["name"] == "web-config-cccccccccc"


def test_a_kustomization_is_built_on_both_sides(repository: Path) -> None:
    overlay = (
        "resources: [../deploy]\nconfigMapGenerator: [{name: flags, namespace: default, literals: [A=1]}]\n"
    )
    base = "resources: [web.yaml, service.yaml]\n"
    commit(repository, {"prod/kustomization.yaml": overlay, "deploy/kustomization.yaml": base})
    (repository / "prod/kustomization.yaml").write_text(overlay.replace("A=1", "A=2") + "namePrefix: p-\n")
    for given in (("-k", "prod"), ("-f", "prod")):
        done = json.loads(kplan("diff", *given, "--base", "main", "-o", "json").out)["diff"]
        assert [one["after"] for one in done if one["name"] == "v1.Service.default.web"] == [""]
    (repository / "prod/kustomization.yaml").write_text(overlay.replace("A=1", "A=2"))
    (only,) = json.loads(kplan("diff", "-k", "prod", "--base", "main", "-o", "json").out)["diff"]
    assert 'A: "1"' in only["before"]
    assert 'A: "2"' in only["after"]


def test_three_dots_are_where_the_branch_left(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "feature")
    commit(repository, {"deploy/service.yaml": SERVICE.replace("port: 80", "port: 81")})
    git(repository, "checkout", "-q", "main")
    commit(repository, {"deploy/web.yaml": WEB.replace("web:1", "web:2")})
    git(repository, "checkout", "-q", "feature")
    whole = kplan("diff", "-f", "deploy", "--base", "main", "-o", "json")
    own = kplan("diff", "-f", "deploy", "--base", "main...", "-o", "json")
    names = [[one["name"] for one in json.loads(done.out)["diff"]] for done in (whole, own)]
    assert names == [["apps.v1.Deployment.default.web", "v1.Service.default.web"], ["v1.Service.default.web"]]


def test_what_is_wrong_at_the_base_is_a_warning_at_its_place(repository: Path) -> None:
    commit(repository, {"deploy/bad.yaml": CONFIG.replace("web-config-bbbbbbbbbb", "Bad_Name")})
    (repository / "deploy/bad.yaml").unlink()
    done = kplan("diff", "-f", "deploy", "--base", "main")
    assert done.code == 0
    assert done.err.startswith("main:deploy/bad.yaml:3:18: warning API422")


def test_what_was_refused_before_is_not_held_against_the_branch(repository: Path) -> None:
    bad = CONFIG.replace("web-config-bbbbbbbbbb", "Bad_Name")
    commit(repository, {"deploy/bad.yaml": bad})
    done = kplan("diff", "-f", "deploy", "--base", "main")
    assert done.code == 0
    assert "deploy/bad.yaml:3:18: warning API422" in done.err
    (repository / "deploy/worse.yaml").write_text(bad.replace("Bad_Name", "Worse_Name"))
    assert kplan("diff", "-f", "deploy", "--base", "main").code == 2


def test_the_worktree_is_not_touched(repository: Path) -> None:
    (repository / "deploy/web.yaml").write_text(WEB.replace("web:1", "web:2"))
    before = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True
    ).stdout
    index = (repository / ".git/index").read_bytes()
    kplan("plan", "-f", "deploy", "--base", "main")
    after = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True
    ).stdout
    assert before == after
    assert (repository / ".git/index").read_bytes() == index


def test_a_folder_that_is_new_has_nothing_before(repository: Path) -> None:
    (repository / "more").mkdir()
    (repository / "more/service.yaml").write_text(SERVICE.replace("name: web,", "name: other,"))
    done = kplan("diff", "-f", "more", "--base", "main", "-o", "json")
    assert [(one["name"], one["before"]) for one in json.loads(done.out)["diff"]] == [
        ("v1.Service.default.other", "")
    ]


def test_links_that_lead_out_are_not_followed(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("password: hunter2\n")
    (repository / "deploy/up").symlink_to(outside)
    (repository / "deploy/link.yaml").symlink_to("up")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "links")
    (repository / "deploy/link.yaml").unlink()
    (repository / "deploy/up").unlink()
    done = kplan("diff", "-f", "deploy", "--base", "main")
    assert "hunter2" not in done.out + done.err
    assert "password" not in done.out + done.err


def test_the_configuration_names_the_base(repository: Path) -> None:
    (repository / ".kplan.yaml").write_text("inputs: [{path: deploy}]\nbase: main\n")
    (repository / "deploy/web.yaml").write_text(WEB.replace("web:1", "web:2"))
    assert [one["name"] for one in json.loads(kplan("diff", "-o", "json").out)["diff"]] == [
        "apps.v1.Deployment.default.web"
    ]
    alone = json.loads(kplan("diff", "-o", "json", "--state", "nodes:1x4cpu,8Gi").out)["diff"]
    assert {one["before"] for one in alone} == {""}


@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_not_there_is_told() -> None:
    done = kplan("diff", "-f", "deploy", "--base", "nope")
    assert done.code == 2
    assert "git has no revision 'nope'" in done.err
    assert kplan("diff", "-f", "deploy", "--base=--upload-pack=x").code == 2
