"""What a verb on a sandbox loads: users wait for it at every command."""

import subprocess
import sys
from pathlib import Path

import pytest

from kplan.cli.main import run

UNNEEDED = (
    "kplan.plan.builder", "kplan.plan.risks", "kplan.plan.consequences", "kplan.state.sources.git",
    "kplan.state.sources.manifests", "kplan.plan.asked", "kplan.kubectl.apply", "kplan.kubectl.drain", "numpy._core",
    "pydantic", "yaml",
)  # fmt: skip
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
PROGRAM = """
import sys
from kplan.cli.main import run
code = run(sys.argv[1:])
print(code, *sorted(sys.modules))
"""


@pytest.mark.parametrize("verb", ["create deployment web --image=web:1", "cordon node-1", "advance 1m"])
def test_a_verb_on_a_sandbox_makes_no_plan_that_nobody_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["cluster", "create", "--nodes", "1x2cpu,4Gi"]) == 0
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *verb.split()], capture_output=True, text=True, check=True
    )
    code, *modules = ran.stdout.splitlines()[-1].split()
    assert code == "0", ran.stderr
    found = set(UNNEEDED) & set(modules)
    assert not found
    assert run(["get", "nodes", "-o", "name"]) == 0


def test_a_plan_without_policies_and_definitions_loads_nothing_of_what_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["cluster", "create", "--nodes", "1x2cpu,4Gi"]) == 0
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "plan", "-f", "web.yaml"], capture_output=True, text=True, check=True
    )
    code, *modules = ran.stdout.splitlines()[-1].split()
    assert code == "0", ran.stderr
    found = {
        "kplan.apiserver.cel",
        "kplan.apiserver.customresource",
        "kplan.api.view",
        "kplan.network",
    } & set(modules)
    assert not found


def test_what_is_done_in_a_sandbox_is_kept_without_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["cluster", "create", "--nodes", "1x2cpu,4Gi"]) == 0
    assert run(["create", "configmap", "one", "--from-literal=a=b"]) == 0
    assert run(["create", "configmap", "one", "--from-literal=a=b"]) == 2
    capsys.readouterr()
    assert run(["get", "configmap", "one", "-o", "name"]) == 0
    assert capsys.readouterr().out == "configmap/one\n"
