"""The largest numbers that the API takes are taken, and nothing that is computed from them ends a run."""

import json
from pathlib import Path

import pytest

from tests import fuzzing

_MOST = 2**63 - 1
_CONTAINERS = [{"name": "a", "image": "nginx:1"}]


def _answer(command: str, *objects: object) -> str:
    path = Path("made.json")
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    problem, _, said = fuzzing.one(command, str(path))
    assert not problem, problem
    return said


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _object(version: str, kind: str, spec: object, **metadata: object) -> dict[str, object]:
    named = {"name": "x", "namespace": "default", **metadata}
    return {"apiVersion": version, "kind": kind, "metadata": named, "spec": spec}


def test_a_deadline_of_for_ever_starts_jobs() -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": _CONTAINERS}}
    spec = {
        "schedule": "* * * * *",
        "startingDeadlineSeconds": _MOST,
        "jobTemplate": {"spec": {"template": template}},
    }
    assert "Created job x-" in _answer("simulate -f {} --until 3m", _object("batch/v1", "CronJob", spec))


@pytest.mark.parametrize("grace", [_MOST, 2**62, 315_360_000_000])
def test_a_pod_that_has_for_ever_to_end_is_deleted(grace: int) -> None:
    spec = {"terminationGracePeriodSeconds": grace, "nodeName": "x", "containers": _CONTAINERS}
    node = _object("v1", "Node", {}, namespace="")
    pod = {**_object("v1", "Pod", spec), "status": {"phase": "Running"}}
    quota = _object("v1", "ResourceQuota", {"hard": {"pods": str(_MOST)}})
    assert 'pod "x" deleted' in _answer("delete pod x --wait=false --state {}", node, pod, quota)


def test_the_last_run_was_in_the_last_second_there_is() -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": _CONTAINERS}}
    cron = _object(
        "batch/v1", "CronJob", {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": template}}}
    )
    cron["status"] = {"lastScheduleTime": "9999-12-31T23:59:59Z"}
    _answer("advance 1h --state {}", cron)


@pytest.mark.parametrize("text", ["9" * 100_000, "0." + "1" * 100_000, "1" * 4_000 + "Ki"])
def test_a_quantity_of_a_hundred_thousand_digits_ends_no_run(text: str) -> None:
    container = {**_CONTAINERS[0], "resources": {"requests": {"cpu": text}, "limits": {"cpu": text}}}
    _answer("lint --isolated {}", _object("v1", "Pod", {"containers": [container]}))
