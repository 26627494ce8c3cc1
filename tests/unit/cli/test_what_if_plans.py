"""What the plan of a verb says of what was asked for, and of the pods that go for it."""

from pathlib import Path

import pytest

from kplan.cli.main import run

WORKLOAD = """
apiVersion: apps/v1
kind: %s
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: 'web:1', resources: {requests: {cpu: %s}}}]}
---
"""
BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: alone, finalizers: [example.com/keep]}
spec: {containers: [{name: c, image: 'web:1'}]}
"""
PRIORITY = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
---
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "state").mkdir()
    return tmp_path


def held(folder: Path, *texts: str) -> None:
    (folder / "state" / "all.yaml").write_text("".join(texts))


def asked(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert run([*words, "--state", "state"]) == code
    printed = capsys.readouterr()
    return printed.out, printed.err


def test_a_pod_that_is_deleted_and_made_anew_is_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(folder, WORKLOAD % ("StatefulSet", "100m"))
    out, _ = asked(capsys, "delete", "pod", "web-1")
    assert "1 to delete; pods: 1 created, 1 deleted." in out
    assert "- pod/web-1 -n default  delete: asked for" in out
    assert "deletionTimestamp" not in out


def test_a_replica_set_that_its_deployment_makes_anew_is_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(folder, WORKLOAD % ("Deployment", "100m"))
    out, _ = asked(capsys, "delete", "replicasets", "--all")
    assert "1 to delete; pods: 2 created, 2 deleted." in out


def test_a_pod_that_a_finalizer_holds_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(folder, POD)
    out, _ = asked(capsys, "delete", "pod", "alone")
    assert (
        "1 pod deleted: alone (node-1): stays Terminating until somebody removes finalizer example.com/keep"
        in out
    )
    assert "evicted" not in out


def test_a_pod_of_a_stateful_set_moves_under_its_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(folder, WORKLOAD % ("StatefulSet", "100m"))
    out, _ = asked(capsys, "drain", "node-1")
    assert "pods: 1 created, 1 evicted and moved." in out
    assert "1 pod evicted and moved: web-0 (node-1)" in out


def test_pods_that_go_for_one_reason_are_told_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(folder, (WORKLOAD % ("Deployment", "10m")).replace("replicas: 2", "replicas: 9"))
    out, _ = asked(capsys, "taint", "nodes", "node-1", "gone=yes:NoExecute")
    assert "3 pods evicted and moved: " in out
    assert ": it does not tolerate a taint of its node\n" in out
    assert "Marking for deletion" not in out


def test_pods_of_a_node_that_is_deleted_say_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(folder, (WORKLOAD % ("Deployment", "10m")).replace("replicas: 2", "replicas: 3"))
    out, _ = asked(capsys, "delete", "node", "node-1")
    assert "(node-1): its node is gone\n" in out


def test_preempted_pods_say_for_whom(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    low = (WORKLOAD % ("Deployment", "2")).replace("replicas: 2", "replicas: 6")
    held(folder, low)
    high = (
        (WORKLOAD % ("Deployment", "2"))
        .replace("web", "vip")
        .replace("containers", "priorityClassName: high, containers")
    )
    (folder / "vip.yaml").write_text(PRIORITY + high)
    out, _ = asked(capsys, "plan", "-f", "vip.yaml")
    assert "2 pods evicted: " in out
    assert ": preempted by deployment.apps/vip -n default, whose priority is higher\n" in out
    assert (
        "PLN001 pending-pods  deployment.apps/web -n default has 4 of 6 pods ready, leaves 2 pods pending, "
        "after pods of a higher priority preempted its own, those of deployment.apps/vip -n default: 0/3 nodes"
    ) in out


def test_a_drain_that_a_budget_refuses_says_it_once_and_in_the_plan(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(folder, WORKLOAD % ("Deployment", "100m"), BUDGET)
    out, err = asked(capsys, "drain", "node-1", "--timeout", "60s", code=1)
    assert out.count("evicting pod default/web-") == 1
    assert err.count("violate the pod's disruption budget. (12 times)") == 1
    assert '    warning: unable to drain node "node-1" due to error: error when evicting' in out


def test_a_drain_that_ends_repeats_what_it_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(folder, WORKLOAD % ("Deployment", "100m"))
    out, _ = asked(capsys, "drain", "node-1")
    assert "times)" not in out
    assert "warning:" not in out


@pytest.mark.parametrize(
    "line", ["scale deployment/web --replicas=3", "label deployment web a=b", "apply -f web.yaml"]
)
def test_owners_of_fields_matter_to_an_apply_of_the_server_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WORKLOAD % ("Deployment", "1"))
    assert run(["snapshot", "import", "web.yaml"]) == 0
    assert run(line.split()) == 0
    assert "managedFields" not in capsys.readouterr().out
