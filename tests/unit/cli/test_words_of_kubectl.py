"""What kubectl's words come to on the command line: ``why`` by name of pods and workloads, aliases, and groups."""

from pathlib import Path
from typing import Any

import pytest

from kplan.cli.main import run

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: CPU}}}]}
"""
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---"


@pytest.fixture
def state(tmp_path: Path) -> str:
    path = tmp_path / "state"
    path.mkdir()
    (path / "web.yaml").write_text(NAMESPACE + DEPLOYMENT.replace("NAME", "web").replace("CPU", "1"))
    (path / "node.yaml").write_text(
        "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {allocatable: {cpu: '4', memory: 8Gi, pods: '10'}}\n"
    )
    return str(path)


def test_a_workload_stands_for_the_pod_that_it_makes(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "deploy/web", "-n", "shop", "--state", state]) == 0
    assert "n1" in capsys.readouterr().out


def test_a_workload_may_exist_only_in_manifests(
    state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.yaml"
    both = (
        DEPLOYMENT.replace("NAME", "new").replace("CPU", "64")
        + "---"
        + DEPLOYMENT.replace("NAME", "other").replace("CPU", "1")
    )
    file.write_text(both)
    arguments: list[Any] = ["-n", "shop", "-f", str(file), "--state", state]
    assert run(["why", "deployment/new", *arguments]) == 1
    assert "Insufficient cpu" in capsys.readouterr().out
    assert run(["why", "deployment/other", *arguments]) == 0
    assert run(["why", "deployment/web", *arguments]) == 0
    assert run(["why", "deployment/nope", *arguments]) == 2
    assert "of the state or the manifests" in capsys.readouterr().err


def test_a_service_is_placed_nowhere(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "svc/web", "--state", state]) == 2
    assert "neither a pod nor a workload" in capsys.readouterr().err


def test_short_names_of_kinds_create_as_well(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("deploy x --image=i", "cm x", "ns x", "sa x", "svc clusterip x --tcp=80"):
        assert run(["create", *words.split(), "--dry-run=client", "-o", "name", "--state", state]) == 0
    assert capsys.readouterr().out.split() == [
        "deployment.apps/x", "configmap/x", "namespace/x", "serviceaccount/x", "service/x",
    ]  # fmt: skip


def test_a_group_alone_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["set"]) == 2
    assert "  image            Update the image of a pod template\n" in capsys.readouterr().err
    assert run(["create", "svc", "--help"]) == 0
    assert "  kplan create service [flags] [options]\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "drain n1 -n shop", "cordon n1 --namespace=shop", "taint node n1 a=b:NoSchedule -n shop", "explain pods -n shop",
        "api-resources -n shop", "api-versions -n shop", "version -n shop", "cluster-info -n shop",
    ],
)  # fmt: skip
def test_a_namespace_is_taken_where_it_says_nothing(
    state: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*line.split(), "--state", state]) == 0, capsys.readouterr().err


def test_what_a_verb_does_not_find_is_refused_by_the_server(
    state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["create", "job", "a", "--from=cj/nope", "--state", state]) == 2
    assert 'Error from server (NotFound): cronjobs.batch "nope" not found' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "advice"),
    [
        ("apps/v1", "app/v1", "Deployment is in apps/v1"),
        ("kind: Deployment", "kind: deployment", "did you mean Deployment?"),
        ("apps/v1", "shops.example.org/v1", "add its CustomResourceDefinition"),
    ],
)
def test_a_type_that_is_not_served_is_told_from_the_one_that_was_meant(
    tmp_path: Path, before: str, after: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(DEPLOYMENT.replace(before, after))
    assert run(["dry-run", "-f", str(path), "--state", "nodes:1x1cpu,1Gi"]) == 2
    assert f"help: {advice}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("set image deployment/web c=nginx:2 -n shop --record", "kplan set image deployment/web c=nginx:2 --namespace=shop --record=true"),
        ("scale deployment/web --replicas=3 -n shop --record", "kplan scale deployment/web --replicas=3 --namespace=shop --record=true"),
        ("label deployment web a=b -n shop --record=true", "kplan label deployment web a=b --namespace=shop --record=true"),
        ("set image deployment/web c=nginx:2 -n shop --record=false", None),
    ],
)  # fmt: skip
def test_the_command_line_is_noted_where_that_is_asked_for(
    tmp_path: Path, state: str, line: str, cause: str | None,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(["snapshot", "import", state]) == 0
    assert run([*line.split(), "--commit"]) == 0
    assert "Flag --record has been deprecated" in capsys.readouterr().err
    assert run(["get", "deployment", "web", "-n", "shop", "-o", "yaml"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert (f"kubernetes.io/change-cause: {cause}" in shown) if cause else ("change-cause" not in shown)


def test_an_apply_notes_its_line_as_part_of_what_was_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(NAMESPACE + DEPLOYMENT.replace("NAME", "web").replace("CPU", "1"))
    for line, count in (("apply -f web.yaml --record", 2), ("apply -f web.yaml", 0)):
        assert run(line.split()) == 0
        capsys.readouterr()
        assert run(["get", "deployment", "web", "-n", "shop", "-o", "json"]) == 0
        assert capsys.readouterr().out.count("kubernetes.io/change-cause") == count


@pytest.mark.parametrize("line", ["replace -f a.yaml --record", "create deployment a --image=b --record"])
def test_only_some_verbs_note_it(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    assert "unknown flag: --record" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        ("delete ns gone -n shop", True), ("delete clusterrole,deployment web -n shop", True), ("delete deployment web -n shop", False),
        ("delete ns gone", False),
    ],
)  # fmt: skip
def test_what_is_in_no_namespace_is_deleted_with_a_warning(
    state: str, line: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*line.split(), "--state", state])
    assert ("Warning: deleting cluster-scoped resources" in capsys.readouterr().err) is warned
