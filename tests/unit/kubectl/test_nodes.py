"""kubectl's verbs about nodes and labels: what is printed, and that nothing is done by halves."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.durations import duration

BARE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "bare"},
    "spec": {
        "nodeName": "n1",
        "volumes": [{"name": "v", "emptyDir": {}}],
        "containers": [{"name": "c", "image": "i"}],
    },
}
GUARDED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "guarded", "labels": {"app": "x"}},
    "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "i"}]},
}
BUDGET = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "x"},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}},
}


def node(name: str, zone: str) -> dict[str, Any]:
    room = {"cpu": "8", "memory": "8Gi", "pods": "110"}
    status = {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"zone": zone}},
        "status": status,
    }


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([node("n1", "a"), node("n2", "a"), node("n3", "b")])
    made.advance(1)
    return made


def taints(cluster: Cluster, name: str) -> list[str]:
    found = cluster.find(ObjectKey("", "Node", "", name)) or {}
    return [f"{item['key']}:{item['effect']}" for item in found["spec"].get("taints") or ()]


@pytest.mark.parametrize("verb", ["cordon", "uncordon", "drain"])
def test_nothing_is_done_where_a_name_is_wrong(verb: str, cluster: Cluster) -> None:
    printed = cluster.kubectl.run(verb, "n1", "nope")
    assert (printed.exit, printed.out) == (1, [])
    assert printed.err == ['Error from server (NotFound): nodes "nope" not found']
    assert "unschedulable" not in (cluster.find(ObjectKey("", "Node", "", "n1")) or {})["spec"]


def test_what_taint_says(cluster: Cluster) -> None:
    def said(*words: str, names: tuple[str, ...] = ("n1",)) -> list[str]:
        printed = cluster.kubectl.run("taint", "node", *names, *words)
        return [*printed.out, *printed.err]

    assert said("a=1:NoSchedule", "b:NoExecute") == ["node/n1 tainted"]
    assert said("a=2:NoSchedule", "b:NoExecute") == [
        "error: node n1 already has a,b taint(s) with same effect(s) and --overwrite is false"
    ]
    assert said("a=2:NoSchedule", "--overwrite") == ["node/n1 modified"]
    assert said("c:NoSchedule", "b-") == ["node/n1 modified"]
    assert said("x-", "y:NoExecute-") == ['taint "x" not found', 'taint "y:NoExecute" not found']
    assert said("c-", names=("n1", "n2", "n3")) == [
        "node/n1 untainted", 'taint "c" not found', 'taint "c" not found',
    ]  # fmt: skip
    assert taints(cluster, "n1") == ["a:NoSchedule"]


def test_what_label_says(cluster: Cluster) -> None:
    def said(*words: str) -> list[str]:
        printed = cluster.kubectl.run("label", *words)
        return [*printed.out, *printed.err]

    both = ("nodes", "-l", "zone=a")
    assert said(*both, "disk=ssd") == ["node/n1 labeled", "node/n2 labeled"]
    assert said("node/n1", "zone=b") == ["error: 'zone' already has a value (a), and --overwrite is false"]
    texts = ("'disk' already has a value (ssd)", "'zone' already has a value (a)")
    line = f"[{', '.join(f'{text}, and --overwrite is false' for text in texts)}]"
    assert said(*both, "zone=b", "disk=x") == [line, line]
    assert said("node/n1", "zone=a", "disk-") == ["node/n1 unlabeled"]
    assert said("node/n1", "zone=b", "new=x", "--overwrite") == ["node/n1 labeled"]
    assert said("node/n1", "new-", "more=y") == ["node/n1 modified"]
    assert said("node/n1", "more=y") == ["node/n1 not labeled"]


def test_what_keeps_a_node_from_being_drained_is_said_line_by_line(cluster: Cluster) -> None:
    cluster.kubectl.apply([BARE, GUARDED])
    cluster.run()
    printed = cluster.kubectl.run("drain", "n1", "--delete-emptydir-data")
    assert printed.err[0].startswith(
        'error: unable to drain node "n1" due to error: cannot delete Pods that declare'
    )
    refused = cluster.kubectl.run("drain", "n1")
    assert refused.err[0].startswith(
        'error: unable to drain node "n1" due to error: [cannot delete Pods with'
    )
    assert refused.err[-2:] == [
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/bare",
        "cannot delete Pods that declare no controller (use --force to override): default/guarded",
    ]


def test_what_one_filter_warns_of_is_lost_with_the_next_that_does_not(cluster: Cluster) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u", "controller": True}
    owned = {**BARE, "metadata": {"name": "owned", "ownerReferences": [owner]}}
    cluster.kubectl.apply([owned, GUARDED])
    printed = cluster.kubectl.run("drain", "n1", "--force", "--delete-emptydir-data", "--dry-run=client")
    assert printed.err == ["Warning: deleting Pods that declare no controller: default/guarded"]
    assert "evicting pod default/owned (dry run)" in printed.out


def test_a_dry_run_of_drain_changes_nothing(cluster: Cluster) -> None:
    cluster.kubectl.apply([GUARDED])
    cluster.run()
    printed = cluster.kubectl.run("drain", "n1", "--force", "--dry-run=client")
    assert printed.out == [
        "node/n1 cordoned (dry run)", "evicting pod default/guarded (dry run)", "node/n1 drained (dry run)",
    ]  # fmt: skip
    assert "unschedulable" not in (cluster.find(ObjectKey("", "Node", "", "n1")) or {})["spec"]


def test_a_timeout_is_told_as_go_prints_it(cluster: Cluster) -> None:
    cluster.kubectl.apply([GUARDED, BUDGET])
    cluster.run()
    printed = cluster.kubectl.run("drain", "n1", "--force", "--timeout=1m30s")
    assert printed.err[-1] == 'error when evicting pods/"guarded" -n "default": global timeout reached: 1m30s'


def test_a_drain_without_a_timeout_ends_when_the_patience_does(cluster: Cluster) -> None:
    cluster.kubectl.apply([GUARDED, BUDGET])
    cluster.run()
    printed = cluster.kubectl.run("drain", "n1", "--force")
    assert printed.err[-1].endswith("global timeout reached: 1h0m0s")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("30", 30), ("1500ms", 2), ("0", 0)]
)
def test_durations_are_read_as_go_does(text: str, seconds: int) -> None:
    assert duration(text) == seconds
