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


KIND = """
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: lab
nodes: [{role: control-plane}, {role: worker}, {role: worker}]
networking: {podSubnet: 10.42.0.0/16, serviceSubnet: 10.43.0.0/16}
"""


@pytest.fixture
def lab(kplan: Type) -> Type:
    """A sandbox made of a kind configuration."""
    Path("lab.yaml").write_text(KIND)
    kplan("cluster", "create", "--config", "lab.yaml")
    return kplan


def test_a_kind_cluster_begins_with_what_kind_brings(lab: Type) -> None:
    pods = lab(
        "get", "pods", "-n", "kube-system", "-o", "custom-columns=N:metadata.name", "--no-headers"
    ).split()
    prefixes = ["coredns-", "coredns-", "etcd-lab-control-plane", "kindnet-", "kindnet-", "kindnet-"]
    assert all(name.startswith(prefix) for name, prefix in zip(pods, prefixes, strict=False))
    assert {"kube-apiserver-lab-control-plane", "kube-scheduler-lab-control-plane"} < set(pods)
    assert lab("get", "pods", "-A", "--field-selector", "status.phase!=Running").startswith("No resources")
    assert "10.43.0.10" in lab("get", "service", "kube-dns", "-n", "kube-system")
    assert "Corefile:" in lab("describe", "configmap", "coredns", "-n", "kube-system")
    assert "lab-worker2" in lab("get", "leases", "-n", "kube-node-lease")
    assert "172.18.0.2:6443" in lab("get", "endpoints", "kubernetes")
    assert "HolderIdentity:  lab-worker" in lab("describe", "node", "lab-worker")
    assert "rancher.io/local-path" in lab("get", "storageclass", "standard")


def test_a_kind_configuration_says_where_addresses_come_from(lab: Type) -> None:
    lab("run", "web", "--image=nginx", "--port=80", "--expose")
    assert " 10.42.1.2 " in lab("get", "pod", "web", "-o", "wide")
    assert " 10.43." in lab("get", "service", "web")
    assert " 10.43.0.1 " in lab("get", "service", "kubernetes")
    assert "has no IPv4 range" in lab(
        "snapshot", "import", _written("v6.yaml", KIND.replace("10.42.0.0/16", "fd00::/56"))
    )


def _written(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


def test_what_every_node_runs_is_not_drained_unasked(lab: Type) -> None:
    assert (
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/kindnet-"
        in lab("drain", "lab-worker")
    )
    assert "node/lab-worker drained" in lab("drain", "lab-worker", "--ignore-daemonsets")


def test_a_configuration_may_leave_parts_out(kplan: Type) -> None:
    bare = KIND.replace("podSubnet: 10.42.0.0/16", "disableDefaultCNI: true, kubeProxyMode: none")
    kplan("cluster", "create", "--config", _written("bare.yaml", bare))
    found = kplan("get", "daemonsets", "-A")
    assert found.startswith("No resources found")


def test_events_of_an_object_are_listed_as_they_happened(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=GREETER.replace("hello-world", "nginx"))
    reasons = [line.split()[2] for line in kplan("get", "events", "--no-headers").splitlines()]
    assert reasons == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
