"""What-if verbs say what really came of them, once, and where it belongs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
      containers: [{name: web, image: "web:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec: {nodeName: node-2, containers: [{name: c, image: c}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 4, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "db:1"}]}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""

Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask what a command would do to a stored snapshot: its exit code, and all that it prints."""
    monkeypatch.chdir(tmp_path)
    Path("cluster.yaml").write_text(CLUSTER)
    run(["cluster", "create", "--nodes", "2x8cpu,16Gi"])
    run(["apply", "-f", "cluster.yaml"])
    capsys.readouterr()
    run(["snapshot", "export", "-o", "json"])
    Path("dump.json").write_text(capsys.readouterr().out)

    def asked(*words: str) -> tuple[int, str]:
        code = run([*words, "--state", "dump.json"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return asked


def test_a_drain_that_is_cut_short_is_not_done(ask: Ask) -> None:
    code, said = ask(
        "drain",
        "node-1",
        "node-2",
        "--force",
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--limit",
        "steps=300",
    )
    assert code == 1
    assert "node-1 drained" not in said
    assert "node-2 drained" not in said
    assert ": the simulation stopped before it was gone" in said


def test_what_fails_of_a_drain_stands_beside_its_node(ask: Ask) -> None:
    code, said = ask(
        "drain",
        "node-1",
        "node-2",
        "--timeout=5s",
        "--force",
        "--ignore-daemonsets",
        "--delete-emptydir-data",
    )
    assert code == 1
    first, _, second = said.partition("~ node/node-1")[2].partition("~ node/node-2")
    assert 'warning: unable to drain node "node-1"' in first
    assert 'warning: unable to drain node "node-2"' in second
    assert 'warning: unable to drain node "node-2"' not in first


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("drain", "node-1", "node-2", "--force", "--ignore-daemonsets", "--timeout=5s"), ""),
        (("taint", "nodes", "--all", "a=b:NoExecute"), "it does not tolerate a taint of its node; "),
    ],
)
def test_a_pod_that_nobody_creates_anew_is_said_to_be_gone(
    words: tuple[str, ...], why: str, ask: Ask
) -> None:
    said = ask(*words)[1]
    assert f"bare (node-2): {why}it has no controller, so nothing creates it anew" in said


def test_a_deleted_namespace_is_told_once(ask: Ask) -> None:
    code, said = ask("delete", "namespace", "shop")
    assert code == 0
    assert "because it is being terminated" not in said
    assert said.count("1 Deployment") == 1
    (line,) = (one for one in said.splitlines() if "(-v lists them)" in one)
    assert ", deployment.apps/web -n shop, " in line
    assert ", 3 PersistentVolumeClaims" in line
    assert "Endpointses" not in said


def test_fewer_pods_of_a_stateful_set_keep_their_claims(ask: Ask) -> None:
    _, said = ask("scale", "statefulset/db", "--replicas=1", "-n", "shop")
    assert "keeps 2 claims of pods that are gone, with the data: data-db-1 and data-db-2" in said
    _, said = ask("scale", "statefulset/db", "--replicas=0", "-n", "shop")
    assert "never fewer than" not in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("rollout", "undo", "service/web"),
            'retrieving rollbacker for "Service", no visitor method exists for { Service}',
        ),
        (
            ("rollout", "history", "service/web"),
            'retrieving history for "Service", no visitor method exists for { Service}',
        ),
        (("rollout", "status", "service/web"), "no status viewer has been implemented for Service"),
        (
            ("rollout", "undo", "pdb/web"),
            'retrieving rollbacker for "PodDisruptionBudget.policy", no visitor method exists for {policy PodDisruptionBudget}',
        ),
    ],
)
def test_kinds_without_rollouts_are_named_as_kubectl_does(
    words: tuple[str, ...], says: str, ask: Ask
) -> None:
    code, said = ask(*words, "-n", "shop")
    assert code == 2
    assert f"{says}\n" in said
