"""kubectl's verbs about nodes and labels: what is printed, and that nothing is done by halves."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.kubectl.commands import drain_options, duration
from kplan.kubectl.taint import parse

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


def test_nothing_is_cordoned_where_a_name_is_wrong(cluster: Cluster) -> None:
    for printed in (cluster.kubectl.cordon(["n1", "nope"]), cluster.kubectl.drain(["n1", "nope"])):
        assert (printed.exit, printed.out) == (1, [])
        assert printed.err == ['Error from server (NotFound): nodes "nope" not found']
    assert "unschedulable" not in (cluster.find(ObjectKey("", "Node", "", "n1")) or {})["spec"]


def test_what_taint_says(cluster: Cluster) -> None:
    kubectl = cluster.kubectl

    def said(*words: str, overwrite: bool = False, names: tuple[str, ...] = ("n1",)) -> list[str]:
        printed = kubectl.taint_all(names, parse(words), overwrite=overwrite)
        return [*printed.out, *printed.err]

    assert said("a=1:NoSchedule", "b:NoExecute") == ["node/n1 tainted"]
    assert said("a=2:NoSchedule", "b:NoExecute") == [
        "error: node n1 already has a,b taint(s) with same effect(s) and --overwrite is false"
    ]
    assert said("a=2:NoSchedule", overwrite=True) == ["node/n1 modified"]
    assert said("c:NoSchedule", "b-") == ["node/n1 modified"]
    assert said("x-", "y:NoExecute-") == ['taint "x" not found', 'taint "y:NoExecute" not found']
    assert said("c-", names=("n1", "n2", "n3")) == [
        "node/n1 untainted", 'taint "c" not found', 'taint "c" not found',
    ]  # fmt: skip
    assert taints(cluster, "n1") == ["a:NoSchedule"]


def test_what_label_says(cluster: Cluster) -> None:
    one, both = [ObjectKey("", "Node", "", "n1")], cluster.kubectl.matching("nodes", "", "zone=a")
    assert [key.name for key in both] == ["n1", "n2"]
    assert cluster.kubectl.label_all(both, {"disk": "ssd"}).out == ["node/n1 labeled", "node/n2 labeled"]
    assert cluster.kubectl.label_all(one, {"zone": "b"}).err == [
        "error: 'zone' already has a value (a), and --overwrite is false"
    ]
    texts = ("'disk' already has a value (ssd)", "'zone' already has a value (a)")
    line = f"[{', '.join(f'{text}, and --overwrite is false' for text in texts)}]"
    assert cluster.kubectl.label_all(both, {"zone": "b", "disk": "x"}).err == [line, line]
    assert cluster.kubectl.label_all(one, {"zone": "a", "disk": None}).out == ["node/n1 unlabeled"]
    assert cluster.kubectl.label_all(one, {"zone": "b", "new": "x"}, overwrite=True).out == [
        "node/n1 labeled"
    ]


def test_what_keeps_a_node_from_being_drained_is_said_line_by_line(cluster: Cluster) -> None:
    cluster.kubectl.apply([BARE, GUARDED])
    cluster.run()
    printed = cluster.kubectl.drain(["n1"], drain_options(["--delete-emptydir-data"]))
    assert printed.err[0].startswith(
        'error: unable to drain node "n1" due to error: cannot delete Pods that declare'
    )
    cluster.kubectl.taint("n1", [])
    refused = cluster.kubectl.drain(["n1"])
    assert refused.err[0].startswith(
        'error: unable to drain node "n1" due to error: [cannot delete Pods that'
    )
    assert refused.err[-2:] == [
        "cannot delete Pods that declare no controller (use --force to override): default/guarded",
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/bare",
    ]


def test_a_dry_run_of_drain_changes_nothing(cluster: Cluster) -> None:
    cluster.kubectl.apply([GUARDED])
    cluster.run()
    printed = cluster.kubectl.drain(["n1"], drain_options(["--force", "--dry-run"]))
    assert printed.out == [
        "node/n1 cordoned (dry run)", "evicting pod default/guarded (dry run)", "node/n1 drained (dry run)",
    ]  # fmt: skip
    assert "unschedulable" not in (cluster.find(ObjectKey("", "Node", "", "n1")) or {})["spec"]


def test_a_timeout_is_told_as_go_prints_it(cluster: Cluster) -> None:
    cluster.kubectl.apply([GUARDED, BUDGET])
    cluster.run()
    printed = cluster.kubectl.drain(["n1"], drain_options(["--force", "--timeout=1m30s"]))
    assert printed.err[-1] == 'error when evicting pods/"guarded" -n "default": global timeout reached: 1m30s'


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("30", 30), ("1500ms", 2), ("0", 0)]
)
def test_durations_are_read_as_go_does(text: str, seconds: int) -> None:
    assert duration(text) == seconds
