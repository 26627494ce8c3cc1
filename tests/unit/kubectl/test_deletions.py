"""The flags of delete, in delete and in the verbs that delete on the way."""

import shlex
from pathlib import Path

import pytest
import yaml

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.manifest.writer import to_yaml_documents

LABELS = {"app": "web"}
WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": LABELS},
        "template": {
            "metadata": {"labels": LABELS},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        },
    },
}
HELD = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "held", "namespace": "default", "finalizers": ["example.com/held"]},
    "immutable": True,
    "data": {"a": "1"},
}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.kubectl.apply([WEB, HELD])
    made.run()
    return made


def said(cluster: Cluster, line: str) -> list[str]:
    printed = cluster.kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


def written(path: Path, *values: object) -> Path:
    path.write_text(to_yaml_documents(values))
    return path


def changed() -> dict[str, object]:
    other = {"app": "other"}
    template = {**WEB["spec"]["template"], "metadata": {"labels": other}}  # type: ignore[index]
    spec = {"replicas": 1, "selector": {"matchLabels": other}, "template": template}
    return {**WEB, "spec": spec}


def replica_sets(cluster: Cluster) -> list[str]:
    return [value["metadata"]["name"] for value in cluster.store.list("apps", "ReplicaSet")]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("apply -f {} --cascade=none", ['error: invalid cascade value (none). Must be "background", "foreground", or "orphan"']),
        ("apply -f {} --subresource=status", ["error: --subresource can only be specified for --server-side"]),
        ("apply -f {} --server-side --subresource=pods", ["Error from server (NotFound): the server could not find the requested resource"]),
        ("apply -f {} --server-side --subresource=scale", ["error: kplan applies no Scale"]),
        ("apply -f {} --force --prune --all", ["error: --force cannot be used with --prune"]),
        ("apply -f {} --force --server-side --dry-run=server", ["error: --force cannot be used with --server-side"]),
        ("apply -f {} --wait --timeout=3s", ["deployment.apps/web configured"]),
        ("replace -f {} --timeout=3s", ["error: --timeout must have --force specified"]),
        ("replace -f {} --grace-period=3", ["error: --grace-period must have --force specified"]),
        ("replace -f {} --force --dry-run=client", ["error: --dry-run can not be used when --force is set"]),
        ("delete deploy web --cascade=true --dry-run=client", [
            'deployment.apps "web" deleted from default namespace (dry run)',
            "warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background.",
        ]),
        ("run box --image=busybox --cascade=no", ['error: invalid cascade value (no). Must be "background", "foreground", or "orphan"']),
        ("run box --image=busybox -t", ["error: -i/--stdin is required for containers with -t/--tty=true", "See 'kubectl run -h' for help and examples"]),
        ("run box --image=busybox -i --dry-run=client", [
            "error: --dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
            "See 'kubectl run -h' for help and examples",
        ]),
        ("run box --image=busybox --force --wait --timeout=3s --grace-period=2 -R --cascade=orphan", ["pod/box created"]),
    ],
)  # fmt: skip
def test_what_is_said(line: str, lines: list[str], cluster: Cluster, tmp_path: Path) -> None:
    scaled = {**WEB, "spec": {**WEB["spec"], "replicas": 2}}  # type: ignore[dict-item]
    assert said(cluster, line.format(written(tmp_path / "web.yaml", scaled))) == lines


def test_a_forced_apply_leaves_the_dependents_of_what_it_deletes_where_told(
    cluster: Cluster, tmp_path: Path
) -> None:
    (old,) = replica_sets(cluster)
    path = written(tmp_path / "web.yaml", changed())
    assert said(cluster, f"apply -f {path} --force --cascade=orphan") == ["deployment.apps/web configured"]
    cluster.run()
    assert old in replica_sets(cluster)
    assert said(cluster, f"apply -f {written(path, WEB)} --force") == ["deployment.apps/web configured"]
    cluster.run()
    assert replica_sets(cluster) == [old], "the one that was left alone is adopted, the other one gone"


def test_a_forced_apply_gives_up_after_the_timeout(cluster: Cluster, tmp_path: Path) -> None:
    path = written(tmp_path / "held.yaml", {**HELD, "data": {"a": "2"}})
    before = cluster.engine.clock.now
    assert said(cluster, f"apply -f {path} --force --timeout=20s")[-1].endswith("context deadline exceeded")
    assert cluster.engine.clock.now - before <= 20_000_000


def test_a_forced_replacement_names_what_it_waited_for_where_it_is_told_to_wait(
    cluster: Cluster, tmp_path: Path
) -> None:
    path = written(tmp_path / "held.yaml", HELD)
    line = f"replace -f {path} --force --timeout=20s"
    deleted = 'configmap "held" deleted from default namespace'
    assert said(cluster, line) == [deleted, "error: context deadline exceeded"]
    awaited = "error: timed out waiting for the condition on configmaps/held"
    assert said(cluster, f"{line} --wait") == [deleted, awaited]


def test_pruning_deletes_as_it_is_told(cluster: Cluster, tmp_path: Path) -> None:
    (old,) = replica_sets(cluster)
    line = f"apply -f {written(tmp_path / 'held.yaml', HELD)} --prune --all --cascade=orphan"
    assert "deployment.apps/web pruned" in said(cluster, line)
    cluster.run()
    assert replica_sets(cluster) == [old]


def test_a_status_is_applied_and_nothing_else(cluster: Cluster, tmp_path: Path) -> None:
    condition = {"type": "Tested", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    value = {**WEB, "spec": {**WEB["spec"], "replicas": 5}, "status": {"conditions": [condition]}}  # type: ignore[dict-item]
    line = f"apply --server-side --force-conflicts --subresource=status -f {written(tmp_path / 'web.yaml', value)}"
    assert said(cluster, line) == ["deployment.apps/web serverside-applied"]
    found = cluster.find(ObjectKey("apps", "Deployment", "default", "web")) or {}
    assert found["spec"]["replicas"] == 1
    assert "Tested" in [one["type"] for one in found["status"]["conditions"]]
    missing = yaml.safe_load(yaml.safe_dump(value).replace("web", "none"))
    path = written(tmp_path / "none.yaml", missing)
    refused = said(cluster, f"apply --server-side --subresource=status -f {path}")
    assert refused == ['Error from server (NotFound): deployments.apps "none" not found']


def test_a_pod_that_is_removed_is_told_of_unless_it_shall_be_quiet(cluster: Cluster) -> None:
    line = "run {} --image=hello-world --rm --attach --restart=Never"
    loud = said(cluster, line.format("one"))
    assert loud[-1] == 'pod "one" deleted from default namespace'
    assert said(cluster, line.format("two -q")) == loud[:-1]
