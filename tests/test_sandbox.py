"""A cluster that lives in a file: verbs change it, its clock goes on, and commands begin where the one before ended."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

GREETER = """
apiVersion: v1
kind: Pod
metadata: {name: greeter}
spec: {containers: [{name: c, image: hello-world}]}
"""
EVERY_MINUTE = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: minutely}
spec:
  schedule: "* * * * *"
  successfulJobsHistoryLimit: 100
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: hello-world}]}}}}
"""
SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: c, image: httpd}]}}
"""
FRONT = """
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: LoadBalancer, selector: {app: shop}, ports: [{port: 80}]}
"""

Type = Callable[..., str]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Run a command in a folder of its own; the answer is what it prints."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str, manifest: str = "") -> str:
        if manifest:
            Path("given.yaml").write_text(manifest)
            words = (*words, "-f", "given.yaml")
        run(words)
        said = capsys.readouterr()
        return said.out + said.err

    return typed


def test_verbs_change_a_sandbox(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    assert kplan("get", "pods").count("Running") == 2
    assert kplan("scale", "deployment", "shop", "--replicas=5") == "deployment.apps/shop scaled\n"
    assert kplan("get", "pods").count("Running") == 5


def test_a_dry_run_leaves_a_sandbox_alone(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    kplan("scale", "deployment", "shop", "--replicas=5", "--dry-run=server")
    assert kplan("get", "pods").count("Running") == 2


def test_over_a_snapshot_a_verb_is_a_question(kplan: Type) -> None:
    kplan("snapshot", "import", "nodes:2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    assert "what-if: nothing stored" in kplan("scale", "deployment", "shop", "--replicas=5")
    assert kplan("get", "pods").count("Running") == 2


def test_a_verb_can_be_looked_at_before_it_is_done(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    kplan("scale", "deployment", "shop", "--replicas=3", "--until", "1s")
    assert kplan("get", "pods").count("ContainerCreating") == 1


def test_a_crash_loop_goes_on_while_time_passes(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=GREETER)
    kplan("advance", "15m")
    assert kplan("get", "pod", "greeter").splitlines()[1].split()[3] == "7"


def test_a_cronjob_of_every_minute_runs_sixty_times_an_hour(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=EVERY_MINUTE)
    kplan("advance", "1h")
    assert len(kplan("get", "jobs", "--no-headers").splitlines()) == 60


def test_a_pool_stays_with_the_cluster(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi", "--lb-pool", "192.0.2.7-192.0.2.9")
    kplan("apply", manifest=FRONT)
    assert "192.0.2.7" in kplan("get", "service", "front")


def test_info_says_what_a_state_is_and_delete_keeps_snapshots(kplan: Type) -> None:
    kplan("snapshot", "import", "nodes:1x4cpu,8Gi")
    assert "snapshot" in kplan("cluster", "info").splitlines()[0]
    assert "is a snapshot" in kplan("cluster", "delete")
    Path(".kplan/state.db").unlink()
    kplan("cluster", "create")
    assert "sandbox" in kplan("cluster", "info").splitlines()[0]
    kplan("cluster", "delete")
    assert not Path(".kplan/state.db").exists()
