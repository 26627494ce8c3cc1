"""Explanations carry the numbers, and every remedy named has been tried."""

from typing import Any

import pytest

from kplan.errors import UsageError
from kplan.scheduler.capacity import capacity, node_losses, node_use, surviving
from kplan.scheduler.explain import explain
from kplan.scheduler.picture import Picture, pod_of

Json = dict[str, Any]


def node(name: str, cpu: str = "4", **spec: Any) -> Json:
    labels = {"kubernetes.io/hostname": name}
    status = {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "110"}}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": status,
    }


def pod(name: str, cpu: str, **spec: Any) -> Json:
    containers = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": cpu}}}]
    metadata = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": containers, **spec},
    }


def test_a_shortage_is_told_in_numbers_and_how_much_less_would_do() -> None:
    picture = Picture.of([node("a"), pod("old", "3250m", nodeName="a")])
    found = explain(picture, pod("new", "1500m"))
    assert found.refusals[0].detail == "needs 1500m cpu, 4 allocatable, 3250m requested by 1 pod"
    assert [(remedy.kind, remedy.text) for remedy in found.remedies] == [
        ("request", "750m less cpu requested, for node a"),
        ("node", "one more node like a (4 cpu, 8Gi memory, 110 pods)"),
    ]


def test_a_toleration_is_offered_only_where_the_rest_fits() -> None:
    taint = [{"key": "k", "value": "v", "effect": "NoSchedule"}]
    roomy = explain(Picture.of([node("a", taints=taint)]), pod("new", "1"))
    assert [remedy.text for remedy in roomy.remedies] == ["a toleration of k=v:NoSchedule"]
    small = explain(Picture.of([node("a", cpu="1", taints=taint)]), pod("new", "2"))
    assert small.remedies == ()


def test_a_label_is_offered_for_a_node_that_lacks_it() -> None:
    found = explain(Picture.of([node("a")]), pod("new", "1", nodeSelector={"disk": "ssd"}))
    assert found.refusals[0].detail == "wants disk=ssd, node has no such label"
    assert found.remedies[0].text == "label disk=ssd on node a"


def test_a_running_pod_is_explained_as_if_it_had_just_come() -> None:
    picture = Picture.of([node("a"), node("b"), pod("old", "3", nodeName="a")])
    found = explain(picture, picture.pod("default", "old"))
    assert found.decision.node == "a"
    assert set(found.decision.ties) == {"a", "b"}


def test_capacity_counts_until_one_does_not_fit() -> None:
    picture = Picture.of([node("a"), node("b", cpu="2")])
    found = capacity(picture, pod("x", "1500m"))
    assert (found.pods, found.per_node, found.reasons) == (3, {"a": 2, "b": 1}, {"Insufficient cpu": 2})
    assert capacity(picture, pod("x", "1"), most=2).limit == ""


def test_nodes_tell_what_is_left() -> None:
    (use,) = node_use(Picture.of([node("a"), pod("old", "1500m", nodeName="a")]))
    assert (use.free("cpu"), use.pods, use.largest_pod) == (2500, 1, (2500, 8 * 1024**3))
    (cordoned,) = node_use(Picture.of([node("a", unschedulable=True)]))
    assert cordoned.largest_pod == (0, 0)


def test_losing_a_node_strands_what_does_not_fit_elsewhere() -> None:
    picture = Picture.of([node("a"), node("b"), pod("x", "3", nodeName="a"), pod("y", "2", nodeName="b")])
    losses = list(node_losses(picture))
    assert [loss.stranded for loss in losses] == [{"pod/x -n default": 1}, {"pod/y -n default": 1}]
    assert not surviving(losses)
    assert surviving(list(node_losses(picture.with_nodes([node("c")]))))


def test_unknown_nodes_cannot_be_lost() -> None:
    with pytest.raises(UsageError, match="there is no node 'z'"):
        Picture.of([node("a")]).without_node("z")


def test_workloads_stand_for_their_pods() -> None:
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": []}}
    value = {
        "kind": "CronJob",
        "metadata": {"name": "c"},
        "spec": {"jobTemplate": {"spec": {"template": template}}},
    }
    made = pod_of(value)
    assert made is not None
    assert made["metadata"] == {"name": "c", "labels": {"app": "w"}}
    assert pod_of({"kind": "Service", "metadata": {"name": "s"}, "spec": {}}) is None
