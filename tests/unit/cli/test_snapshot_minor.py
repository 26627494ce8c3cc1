"""A stored state keeps the minor that it was imported for."""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.pipeline.resting import known
from kplan.simulation.scenario import Scenario


@pytest.mark.parametrize(("given", "kept"), [(("--kubernetes-version", "1.33"), "1.33"), ((), "")])
def test_an_import_keeps_its_minor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], kept: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["snapshot", "import", "nodes:1x2cpu,4Gi", *given]) == 0
    state = pipeline.open_state(None, tmp_path)
    assert state.facts.kubernetes == kept
    assert known(state, kept or "1.36", Scenario()) is not None
    (node,) = state.store.list("", "Node")
    assert node["status"]["nodeInfo"]["kubeletVersion"].startswith(f"v{kept or '1.36'}.")


def test_what_ifs_run_on_the_minor_of_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["snapshot", "import", "nodes:1x2cpu,4Gi", "--kubernetes-version", "1.34"]) == 0
    capsys.readouterr()
    assert run(["create", "configmap", "a", "--from-literal=b=c", "-o", "json"]) == 0
    assert run(["cordon", "node-1", "-o", "json"]) == 0
    assert '"kubernetes_version": "1.34"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("version", "Server Version: v1.29.0 (simulated)"),
        ("api-versions", "flowcontrol.apiserver.k8s.io/v1beta3\n"),
        ("plan -f deployment.yaml", "web-7f979874cf"),
        ("plan -f deployment.yaml -o json --kubernetes-version 1.33", '"kubernetes_version": "1.33"'),
        ("plan -f deployment.yaml -o json --kubernetes-version 1.36", '"kubernetes_version": "1.36"'),
        ("version --kubernetes-version 1.36", "Server Version: v1.36."),
        ("plan -f deployment.yaml -o json", '"kubernetes_version": "1.29"'),
        ("diff -f flows.yaml -o json", '"kubernetes": [\n    "1.29"\n  ]'),
        ("dry-run -f flows.yaml", "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3"),
    ],
)
def test_questions_are_answered_for_the_minor_of_the_cluster(
    command: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "flows.yaml").write_text(FLOWS)
    assert run(["snapshot", "import", "nodes:1x2cpu,4Gi", "--kubernetes-version", "1.29"]) == 0
    capsys.readouterr()
    run(command.split())
    assert said in capsys.readouterr().out


DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: deploy-nginx}}
  template:
    metadata: {labels: {app: deploy-nginx}}
    spec: {containers: [{name: nginx, image: nginx}]}
"""
FLOWS = """
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
kind: FlowSchema
metadata: {name: a}
spec: {priorityLevelConfiguration: {name: exempt}}
"""
