"""What asks for more pods than a simulation plays is said to be left out, and the answer comes at once."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kplan.cli.group import cli

_TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "web:1"}]}}
_ONCE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "hello-world"}]}}
_SELECTOR = {"matchLabels": {"a": "b"}}


def _workload(kind: str, group: str, **spec: object) -> str:
    return yaml.safe_dump({"apiVersion": group, "kind": kind, "metadata": {"name": "x"}, "spec": spec})


@pytest.mark.parametrize(
    "text",
    [
        _workload("Deployment", "apps/v1", replicas=2147483647, selector=_SELECTOR, template=_TEMPLATE),
        _workload("ReplicaSet", "apps/v1", replicas=2001, selector=_SELECTOR, template=_TEMPLATE),
        _workload("StatefulSet", "apps/v1", replicas=10**8, serviceName="s", selector=_SELECTOR, template=_TEMPLATE),
        _workload("Job", "batch/v1", parallelism=10**9, completions=10**9, template=_ONCE),
        _workload("Job", "batch/v1", parallelism=3, completions=10**6, template=_ONCE),
        _workload("Job", "batch/v1", parallelism=10**9, template=_ONCE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["plan", "simulate"])
def test_a_request_for_very_many_pods_is_left_out(
    text: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, [command, "-f", "-"], input=text, standalone_mode=False)
    assert done.exception is None
    assert "more pods: they are not played" in done.stderr
    assert command != "plan" or "Not played: " in done.stdout


def test_a_scenario_says_how_many_are_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few.yaml").write_text("maxPods: 4\n")
    text = _workload("Deployment", "apps/v1", replicas=5, selector=_SELECTOR, template=_TEMPLATE)
    few = ["plan", "-f", "-", "--scenario", "few.yaml"]
    assert "asks for 5 more pods" in CliRunner().invoke(cli, few, input=text, standalone_mode=False).stderr
    assert "not played" not in CliRunner().invoke(cli, few[:3], input=text, standalone_mode=False).stderr


@pytest.mark.parametrize("command", [["simulate", "-f", "-", "--until", "8760h"], ["advance", "8760h"]])
def test_a_run_without_end_is_stopped_and_says_so(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    job = {"spec": {"template": _ONCE}}
    text = _workload("CronJob", "batch/v1", schedule="* * * * *", jobTemplate=job)
    (tmp_path / "every.yaml").write_text(text)
    given = [*command, "--limit", "steps=1500"]
    if command[0] == "advance":
        given += ["--state", "every.yaml"]
    done = CliRunner().invoke(cli, given, input=text, standalone_mode=False)
    assert done.exception is None
    assert "stopped after 1,536 steps: what follows 2026-01-01T0" in done.stderr


def test_a_limit_says_how_many_pods_are_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = _workload("Deployment", "apps/v1", replicas=5, selector=_SELECTOR, template=_TEMPLATE)
    few = ["plan", "-f", "-", "--limit", "pods=4", "--limit", "depth=100"]
    assert "asks for 5 more pods" in CliRunner().invoke(cli, few, input=text, standalone_mode=False).stderr
