"""``kplan fleet``: many targets in one report, the same with every engine."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kplan.fleet.engines import Engine
from kplan.fleet.engines.processes import Processes
from kplan.fleet.engines.serial import Serial
from kplan.fleet.fold import folded
from kplan.fleet.model import Outcome, Result, Task, Verb, Work
from kplan.fleet.work import run as work
from kplan.pipeline.loaded import Loaded
from kplan.render.formats import FORMATS
from kplan.report import Part
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
    spec: {containers: [{name: web, image: 'example.com/web:1'}]}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.email=a@example.com", "-c", "user.name=a")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three overlays of one base, committed."""
    files = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": WEB}
    for name in ("dev", "eu", "us"):
        files[f"overlays/{name}/kustomization.yaml"] = f"namePrefix: {name}-\nresources: [../../base]\n"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def without_helm(folder: Path) -> Path:
    """A folder for the PATH that has a git and no helm."""
    found = folder / ".bin"
    found.mkdir()
    (found / "git").symlink_to(shutil.which("git") or "")
    return found


def outcomes(done: Ran) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in json.loads(done.out)["fleet"]["targets"]}


ALL = ("--targets", "overlays/*", "--base", "main", "-o", "json")


def test_a_change_of_one_overlay_is_of_its_target_alone(repository: Path) -> None:
    (repository / "overlays/eu/kustomization.yaml").write_text(
        "namePrefix: eu-\nresources: [../../base]\nreplicas: [{name: web, count: 5}]\n"
    )
    done = kplan("fleet", "diff", *ALL)
    assert outcomes(done) == {"overlays/dev": "clean", "overlays/eu": "changed", "overlays/us": "clean"}
    assert done.code == 1


def test_an_equal_change_is_told_once(repository: Path) -> None:
    (repository / "base/web.yaml").write_text(WEB.replace("web:1", "web:2"))
    changes = json.loads(kplan("fleet", "plan", *ALL).out)["fleet"]["changes"]
    assert [one["targets"] for one in changes] == [["overlays/dev"], ["overlays/eu"], ["overlays/us"]]
    for name in ("dev", "eu", "us"):
        (repository / f"overlays/{name}/kustomization.yaml").write_text("resources: [../../base]\n")
    git(repository, "commit", "-q", "-am", "same names")
    (repository / "base/web.yaml").write_text(WEB.replace("web:1", "web:3"))
    (only,) = json.loads(kplan("fleet", "plan", *ALL).out)["fleet"]["changes"]
    assert only["targets"] == ["overlays/dev", "overlays/eu", "overlays/us"]
    assert (
        'spec.template.spec.containers[web].image: "example.com/web:2" -> "example.com/web:3"'
        in only["lines"][0]
    )


def test_what_is_created_otherwise_is_told_apart(repository: Path) -> None:
    for name, replicas in (("dev", 1), ("eu", 2), ("us", 2)):
        (repository / f"overlays/{name}/more.yaml").write_text(
            WEB.replace("name: web, namespace", "name: more, namespace").replace(
                "replicas: 2", f"replicas: {replicas}"
            )
        )
        (repository / f"overlays/{name}/kustomization.yaml").write_text("resources: [more.yaml]\n")
    for verb in ("diff", "plan"):
        changes = json.loads(kplan("fleet", verb, *ALL).out)["fleet"]["changes"]
        created = [one["targets"] for one in changes if one["action"] == "create"]
        assert created == [["overlays/eu", "overlays/us"], ["overlays/dev"]]


def test_an_address_that_a_server_gives_makes_no_difference(repository: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\nspec: {ports: [{port: 80}]}\n"
    for name in ("dev", "eu", "us"):
        folder = repository / f"overlays/{name}"
        (folder / "service.yaml").write_text(service)
        other = service.replace("name: web", f"name: a-{name}")
        (folder / "other.yaml").write_text(other if name == "eu" else "---\n")
        (folder / "kustomization.yaml").write_text("resources: [other.yaml, service.yaml]\n")
    for verb in ("diff", "plan"):
        changes = json.loads(kplan("fleet", verb, *ALL).out)["fleet"]["changes"]
        targets = [
            one["targets"] for one in changes if one["object"].endswith((".default.web", "/web -n default"))
        ]
        assert targets[0] == ["overlays/dev", "overlays/eu", "overlays/us"]


PORTS = "apiVersion: v1\nkind: Service\nmetadata: {{name: {0}, namespace: default}}\nspec: {{type: {1}, ports: [{2}]}}\n"


def _services(repository: Path, kind: str, ports: str, other: str) -> None:
    """A Service that all targets have, and one of eu that comes before it."""
    (repository / "base/web.yaml").write_text(PORTS.format("web", kind, ports))
    (repository / "overlays/eu/other.yaml").write_text(PORTS.format("a", "NodePort", other))
    for name in ("dev", "eu", "us"):
        first = "other.yaml, " if name == "eu" else ""
        (repository / f"overlays/{name}/kustomization.yaml").write_text(f"resources: [{first}../../base]\n")


def _changes_of_web(*arguments: str) -> list[dict[str, Any]]:
    changes = json.loads(kplan("fleet", *arguments).out)["fleet"]["changes"]
    return [one for one in changes if one["object"].endswith((".default.web", "/web -n default"))]


def test_a_node_port_that_a_server_gives_makes_no_difference(repository: Path) -> None:
    _services(repository, "ClusterIP", "{port: 80}", "{port: 80}")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "services")
    _services(repository, "NodePort", "{port: 80}", "{port: 80}")
    state = repository / "state.yaml"
    taken = "\n---\n".join(
        PORTS.format(f"taken-{port}", "NodePort", f"{{port: 80, nodePort: {port}}}")
        for port in range(30086, 31500)
    )
    state.write_text(taken)
    target = "- {{name: {0}, inputs: [{{kustomize: overlays/{0}}}], state: '{1}'}}\n"
    (repository / "targets.yaml").write_text(
        target.format("dev", "state.yaml") + target.format("us", "nodes:1x1cpu,1Gi")
    )
    (only,) = _changes_of_web("plan", "--targets", "targets.yaml", "--base", "main", "-o", "json")
    assert only["targets"] == ["dev", "us"]
    assert '+ spec.ports[80/TCP].nodePort: "(known after apply)"' in only["lines"]


def test_a_node_port_that_somebody_asks_for_does(repository: Path) -> None:
    _services(repository, "ClusterIP", "{port: 80}", "{port: 80}")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "services")
    for name, port in (("dev", 30001), ("us", 30002), ("eu", 30002)):
        asked = PORTS.format("web", "NodePort", f"{{port: 80, nodePort: {port}}}")
        (repository / f"overlays/{name}/web.yaml").write_text(asked)
        (repository / f"overlays/{name}/kustomization.yaml").write_text("resources: [web.yaml]\n")
    for verb in ("plan", "diff"):
        changes = _changes_of_web(verb, *ALL)
        assert [one["targets"] for one in changes] == [["overlays/eu", "overlays/us"], ["overlays/dev"]]


def test_values_that_differ_where_none_is_shown_are_told_apart(repository: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: default}\ndata: {key: %s}\n"
    (repository / "base/web.yaml").write_text(text % "before")
    for name in ("dev", "eu", "us"):
        (repository / f"overlays/{name}/kustomization.yaml").write_text("resources: [../../base]\n")
    git(repository, "commit", "-q", "-am", "settings")
    for name in ("dev", "eu", "us"):
        last = "1" if name == "dev" else "2"
        (repository / f"overlays/{name}/web.yaml").write_text(text % ("x" * 100 + last))
        (repository / f"overlays/{name}/kustomization.yaml").write_text("resources: [web.yaml]\n")
    changes = _changes_of_web("plan", *ALL)
    assert [one["targets"] for one in changes] == [["overlays/eu", "overlays/us"], ["overlays/dev"]]


def test_after_one_that_fails_the_others_are_skipped_and_none_is_lost(repository: Path) -> None:
    for number in range(9):
        (repository / f"overlays/t{number}").mkdir()
        (repository / f"overlays/t{number}/kustomization.yaml").write_text("resources: [../../base]\n")
    (repository / "overlays/dev/kustomization.yaml").write_text("resources: [gone.yaml]\n")
    for jobs in ("1", "2"):
        found = outcomes(kplan("fleet", "diff", *ALL, "--fail-fast", "--jobs", jobs))
        assert len(found) == 12
        assert found["overlays/dev"] == "refused"
        assert found["overlays/us"] == "skipped"


def test_what_leads_to_no_target_is_told(repository: Path) -> None:
    none = kplan("fleet", "diff", "-f", "base/web.yaml")
    assert none.code == 2
    assert "hold no Application" in none.err
    (repository / "apps.yaml").write_text("apiVersion: argoproj.io/v1alpha1\nkind: [\n")
    broken = kplan("fleet", "diff", "-f", "apps.yaml")
    assert broken.code == 2
    assert "apps.yaml:" in broken.err
    (repository / "targets.yaml").write_text("- 3\n")
    assert (
        "targets.yaml:1:3: error CFG001: it is 3, not a mapping"
        in kplan("fleet", "diff", "--targets", "targets.yaml").err
    )


def test_a_target_that_is_refused_stays_by_itself(repository: Path) -> None:
    (repository / "overlays/us/kustomization.yaml").write_text("resources: [gone.yaml]\n")
    (repository / "overlays/eu/kustomization.yaml").write_text(
        "namePrefix: eu-\nresources: [../../base]\nreplicas: [{name: web, count: 5}]\n"
    )
    done = kplan("fleet", "diff", *ALL)
    assert outcomes(done) == {"overlays/dev": "clean", "overlays/eu": "changed", "overlays/us": "refused"}
    assert done.code == 2
    stopped = kplan("fleet", "diff", *ALL, "--fail-fast", "--jobs", "1")
    assert outcomes(stopped)["overlays/us"] == "refused"


def test_what_a_target_takes_for_granted_is_there_where_nothing_is_known(repository: Path) -> None:
    folder = repository / "elsewhere"
    folder.mkdir()
    (folder / "all.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: billing}\n---\n"
        "apiVersion: example.com/v1\nkind: Till\nmetadata: {name: b, namespace: billing}\n"
    )
    target = repository / "targets.yaml"
    target.write_text("name: one\ninputs: [{path: elsewhere}]\n")
    assert kplan("fleet", "plan", "--targets", "targets.yaml").code == 0
    target.write_text(target.read_text() + "state: nodes:1x1cpu,1Gi\n")
    known = kplan("fleet", "plan", "--targets", "targets.yaml")
    assert known.code == 2
    assert "2 refused" in known.out


def test_the_configuration_and_labels_choose_targets(repository: Path) -> None:
    (repository / ".kplan.yaml").write_text(
        "targets:\n- {name: one, labels: {env: prod}, inputs: [{path: base/web.yaml}], namespace: default}\n"
        "- {name: two, labels: {env: dev}, inputs: [{kustomize: overlays/dev}], state: 'nodes:1x4cpu,8Gi'}\n"
    )
    assert set(outcomes(kplan("fleet", "lint", "-o", "json"))) == {"one", "two"}
    assert set(outcomes(kplan("fleet", "plan", "-l", "env=prod", "-o", "json"))) == {"one"}
    wrong = kplan("fleet", "lint", "-l", "env=none")
    assert (wrong.code, wrong.err.splitlines()[0][:27]) == (2, "error: no target has labels")


def test_the_files_of_configured_targets_are_told_as_from_here(repository: Path) -> None:
    (repository / ".kplan.yaml").write_text(
        "targets: [{name: one, inputs: [{path: gone.yaml}]}, {name: two, inputs: [{path: base/web.yaml}]}]\n"
    )
    done = kplan("fleet", "lint", "-o", "json")
    told = json.loads(done.out)
    assert {one["location"]["file"] for one in told["findings"]} == {"gone.yaml", "base/web.yaml"}
    assert told["inputs"]["objects"] == 1


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        ("[{name: one}]", "target 'one' has no inputs"),
        ("3", "targets is 3, not a list"),
        ("[{name: one, inputz: []}]", "unknown key 'targets[0].inputz'"),
    ],
)
def test_a_configuration_that_is_wrong_is_told_once(repository: Path, targets: str, says: str) -> None:
    (repository / ".kplan.yaml").write_text(f"targets: {targets}\n")
    done = kplan("fleet", "lint")
    assert done.code == 2
    line, *advice = done.err.splitlines()
    assert all(one.startswith("  help: ") for one in advice)
    assert says in line


def test_a_target_assumes_for_itself(repository: Path) -> None:
    """Its own assumptions count before those of the configuration, and the command line before both."""
    (repository / "crash.yaml").write_text("images: [{image: 'example.com/*', outcome: fails}]\n")
    (repository / ".kplan.yaml").write_text(
        "simulate: {images: {'example.com/*': runs}}\n"
        "targets:\n"
        "- {name: all, inputs: [{path: base/web.yaml}]}\n"
        "- {name: own, inputs: [{path: base/web.yaml}], assumptions: {images: {'example.com/*': pull-fails}}}\n"
        "- {name: file, inputs: [{path: base/web.yaml}], assumptions: {scenario: crash.yaml}}\n"
    )

    def found(*more: str) -> dict[str, str]:
        told = json.loads(kplan("fleet", "plan", "-o", "json", *more).out)["findings"]
        return {one["message"].rpartition("[")[2].rstrip("]"): one["message"] for one in told}

    assert found().keys() == {"own", "file"}
    assert "Failed to pull image" in found()["own"]
    assert "CrashLoopBackOff" in found()["file"]
    assert found("--assume", "example.com/*=runs") == {}


def test_a_stored_cluster_of_a_target_is_asked_as_its_own_minor(repository: Path) -> None:
    assert kplan("cluster", "create", "--kubernetes-version", "1.31").code == 0
    (repository / "service.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}], trafficDistribution: PreferSameNode}\n"
    )
    (repository / ".kplan.yaml").write_text(
        "targets: [{name: old, inputs: [{path: service.yaml}], state: .kplan/state.db}]\n"
    )
    assert outcomes(kplan("fleet", "plan", "-o", "json")) == {"old": "refused"}
    assert outcomes(kplan("fleet", "plan", "-o", "json", "--kubernetes-version", "1.36")) == {
        "old": "changed"
    }


def test_a_target_may_be_a_chart(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without helm it is an error of that target, and of applications of a branch it is told once."""
    monkeypatch.setenv("PATH", str(without_helm(repository)))
    (repository / "chart").mkdir()
    (repository / "chart/Chart.yaml").write_text("{apiVersion: v2, name: c, version: 0.1.0}\n")
    (repository / ".kplan.yaml").write_text(
        "targets: [{name: c, inputs: [{helm: {chart: chart, values: base/web.yaml}}]}, {name: d, inputs: [{path: base/web.yaml}]}]\n"
    )
    done = kplan("fleet", "plan", "-o", "json")
    assert outcomes(done) == {"c": "refused", "d": "changed"}
    assert [one["rule"] for one in json.loads(done.out)["findings"]] == ["HELM001"]


def test_a_chart_without_helm_is_told_once_of_a_branch(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "chart").mkdir()
    (repository / "chart/Chart.yaml").write_text("{apiVersion: v2, name: c, version: 0.1.0}\n")
    (repository / "app.yaml").write_text(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c, namespace: argocd}\n"
        "spec: {project: default, source: {repoURL: 'https://example.com/x.git', path: chart}, "
        "destination: {server: 'https://kubernetes.default.svc', namespace: web}}\n"
    )
    git(repository, "remote", "add", "origin", "https://example.com/x.git")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "chart")
    monkeypatch.setenv("PATH", str(without_helm(repository)))
    for verb in ("plan", "diff"):
        done = kplan("fleet", verb, "-f", "app.yaml", "--base", "main", "-o", "json")
        assert [one["rule"] for one in json.loads(done.out)["findings"]] == ["HELM001"]


def test_files_without_manifests_are_said_to_have_none(repository: Path) -> None:
    (repository / "empty").mkdir()
    done = kplan("fleet", "plan", "-f", "empty/")
    assert done.code == 2
    assert (
        done.err == "error: no manifests in empty/ (only files that end in .json, .yaml or .yml are read)\n"
    )


def test_targets_in_files(repository: Path) -> None:
    (repository / "targets").mkdir()
    (repository / "targets/a.yaml").write_text("name: a\ninputs: [{path: ../base/web.yaml}]\n")
    (repository / "targets/b.yaml").write_text("- {name: b, inputs: [{kustomize: ../overlays/dev}]}\n")
    done = kplan("fleet", "lint", "--targets", "targets", "-o", "json")
    assert set(outcomes(done)) == {"a", "b"}
    (repository / "targets/c.yaml").write_text("{name: a, input: []}\n")
    wrong = kplan("fleet", "lint", "--targets", "targets")
    assert wrong.code == 2
    assert "targets/c.yaml:1:11: error CFG001: unknown key 'input'" in wrong.err


@pytest.mark.parametrize("verb", ["lint", "diff", "plan"])
def test_the_answer_is_the_same_with_any_number_of_processes(repository: Path, verb: str) -> None:
    (repository / "base/web.yaml").write_text(WEB.replace("web:1", "web:2"))
    base = () if verb == "lint" else ("--base", "main")
    made = {
        jobs: kplan("fleet", verb, "--targets", "overlays/*", *base, "-o", "json", "--jobs", jobs).out
        for jobs in ("1", "2", "4")
    }
    assert made["1"].startswith("{")
    assert made["1"] == made["2"] == made["4"]


def test_applications_are_targets(repository: Path) -> None:
    (repository / "apps").mkdir()
    for name in ("dev", "eu"):
        (repository / f"apps/{name}.yaml").write_text(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
            f"metadata: {{name: {name}, namespace: argocd}}\n"
            "spec: {destination: {namespace: default}, source: {repoURL: 'https://x.example.com/r', "
            f"path: overlays/{name}}}}}\n"
        )
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "apps")
    (repository / "overlays/eu/kustomization.yaml").write_text(
        "namePrefix: eu-\nresources: [../../base]\nreplicas: [{name: web, count: 5}]\n"
    )
    (repository / "apps/dev.yaml").unlink()
    done = kplan("fleet", "diff", "-f", "apps", "--base", "main", "-o", "json")
    assert outcomes(done) == {"application/argocd/dev": "changed", "application/argocd/eu": "changed"}
    actions = {one["object"]: one["action"] for one in json.loads(done.out)["fleet"]["changes"]}
    assert actions == {
        "apps.v1.Deployment.default.dev-web": "delete",
        "apps.v1.Deployment.default.eu-web": "update",
    }
    (gone,) = [one for one in json.loads(done.out)["findings"] if one["rule"] == "APP003"]
    assert gone["message"] == "application/argocd/dev was deployed at main, and is not any more"
    assert gone["location"]["file"].endswith("apps/dev.yaml")
    assert "kplan-base-" not in done.out


def test_the_text_says_what_changes_where(repository: Path) -> None:
    (repository / "overlays/eu/kustomization.yaml").write_text(
        "namePrefix: eu-\nresources: [../../base]\nreplicas: [{name: web, count: 5}]\n"
    )
    lines = kplan("fleet", "plan", "--targets", "overlays/*", "--base", "main").out.splitlines()
    assert lines[0] == "3 targets: 1 changed, 2 clean."
    assert "overlays/eu  changed   1 to update" in lines
    assert "~ deployment.apps/eu-web -n default  update in overlays/eu" in lines
    markdown = kplan("fleet", "plan", "--targets", "overlays/*", "--base", "main", "-o", "markdown").out
    assert "3 targets: 1 changed, 2 clean." in markdown
    assert "<code>overlays/eu</code>" in markdown


def tasks(number: int) -> Iterator[Task]:
    for place in range(number):
        yield Task(f"target-{place}", Work(Verb.LINT), Loaded())


def dies_once(task: Task) -> Result:
    """Work whose process is killed the first time."""
    mark = Path(os.environ["KPLAN_TEST_MARK"]) / task.name
    if task.name == "target-3" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return work(task)


def dies(task: Task) -> Result:
    if task.name == "target-1":
        os.kill(os.getpid(), 9)
    return work(task)


def sleeps(task: Task) -> Result:
    if task.name == "target-1":
        time.sleep(30)
    return work(task)


def test_a_process_that_dies_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPLAN_TEST_MARK", str(tmp_path))
    found = list(Processes(2).run(tasks(8), dies_once))
    assert sorted(one.name for one in found) == sorted(one.name for one in tasks(8))
    assert {one.outcome for one in found} == {Outcome.CLEAN}


def test_a_target_whose_process_always_dies_fails_alone() -> None:
    found = {one.name: one for one in Processes(2).run(tasks(4), dies)}
    assert found["target-1"].outcome is Outcome.FAILED
    assert "its process ended 3 times" in found["target-1"].error
    assert {one.outcome for name, one in found.items() if name != "target-1"} == {Outcome.CLEAN}


@pytest.mark.parametrize("engine", [Serial(0.5), Processes(2, 0.5)], ids=["serial", "processes"])
def test_a_target_that_takes_too_long_is_given_up(engine: Engine) -> None:
    found = {one.name: one for one in engine.run(tasks(3), sleeps)}
    assert found["target-1"].error == "it took more than 0.5 seconds"
    assert found["target-2"].outcome is Outcome.CLEAN


def test_findings_are_folded_over_targets() -> None:
    results: list[Any] = [
        work(replace(one, state="nodes:nonsense", work=Work(Verb.DIFF))) for one in tasks(3)
    ]
    report = folded(Verb.DIFF, results)
    assert report.fleet is not None
    assert {one.outcome for one in report.fleet.targets} == {"failed"}
    assert report.exit_code == 2


def test_every_format_shows_a_fleet(repository: Path) -> None:
    (repository / "overlays/us/kustomization.yaml").write_text("resources: [gone.yaml]\n")
    (repository / "overlays/eu/kustomization.yaml").write_text("resources: [../../base]\n")
    offered = [one.name for one in FORMATS if one.shows & {Part.FLEET, Part.FINDINGS}]
    assert {"html", "sarif", "junit", "markdown"} <= set(offered)
    for verb in ("lint", "diff", "plan"):
        base = () if verb == "lint" else ("--base", "main")
        files = [word for name in offered for word in ("-o", f"{name}=out.{name}")]
        done = kplan("fleet", verb, "--targets", "overlays/*", *base, *files, "--jobs", "1")
        assert done.code == 2, done.err  # overlays/us cannot be built
        for name in offered:
            assert (repository / f"out.{name}").stat().st_size, name


def test_the_page_has_every_target_and_change(repository: Path) -> None:
    (repository / "base/web.yaml").write_text(WEB.replace("web:1", "web:2</script>"))
    page = kplan("fleet", "plan", "--targets", "overlays/*", "--base", "main", "-o", "html").out
    told = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["fleet"]
    assert [one["name"] for one in told["targets"]] == ["overlays/dev", "overlays/eu", "overlays/us"]
    assert len(told["changes"]) == 3
    assert "showFleet(data)" in page
