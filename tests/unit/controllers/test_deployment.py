"""The arithmetic of rollouts."""

from typing import Any

import pytest

from kplan.controllers.deployment.replicasets import (
    REVISION,
    fenceposts,
    is_revised,
    new_rs_replicas,
    revised_annotations,
)
from kplan.controllers.deployment.scaling import proportional
from kplan.controllers.deployment.sync import prints_the_same


def deployment(count: int, surge: int | str = "25%", unavailable: int | str = "25%") -> dict[str, Any]:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    return {"metadata": {"name": "web"}, "spec": {"replicas": count, "strategy": strategy}}


def replica_set(name: str, count: int, most: int) -> dict[str, Any]:
    notes = {
        "deployment.kubernetes.io/desired-replicas": str(most),
        "deployment.kubernetes.io/max-replicas": str(most),
    }
    stamp = f"2026-01-01T00:00:0{name[-1]}Z"
    return {
        "metadata": {"name": name, "creationTimestamp": stamp, "annotations": notes},
        "spec": {"replicas": count},
    }


@pytest.mark.parametrize(
    ("count", "surge", "unavailable", "expected"),
    [
        (4, "25%", "25%", (1, 1)),
        (3, "25%", "25%", (1, 0)),
        (10, "25%", "25%", (3, 2)),
        (1, 0, "25%", (0, 1)),
        (5, 0, 0, (0, 1)),
        (5, "100%", 0, (5, 0)),
    ],
)
def test_surge_rounds_up_and_unavailable_down(
    count: int, surge: int | str, unavailable: int | str, expected: tuple[int, int]
) -> None:
    assert fenceposts(deployment(count, surge, unavailable)) == expected


@pytest.mark.parametrize(("old", "current", "expected"), [(3, 0, 1), (2, 1, 2), (4, 0, 0), (0, 0, 3)])
def test_a_new_replica_set_grows_into_the_room_there_is(old: int, current: int, expected: int) -> None:
    sets = [replica_set("rs-1", old, 3), replica_set("rs-2", current, 3)]
    assert new_rs_replicas(deployment(3), sets, current) == expected


def test_scaling_in_mid_rollout_is_shared_by_size() -> None:
    web = deployment(20, 0, 0)
    sets = [replica_set("rs-1", 8, 10), replica_set("rs-2", 2, 10)]
    ordered, sizes = proportional(web, sets)
    assert {value["metadata"]["name"]: size for value, size in zip(ordered, sizes, strict=True)} == {
        "rs-1": 16,
        "rs-2": 4,
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"replicas": 3}, {"replicas": 3}, True),
        ({"replicas": 3, "readyReplicas": 0}, {"replicas": 3}, True),
        ({"replicas": 3}, {"replicas": 3, "readyReplicas": 0}, True),
        ({"replicas": 3, "readyReplicas": 0}, {"replicas": 3, "readyReplicas": 1}, False),
        ({"replicas": 3}, {"replicas": 3, "readyReplicas": 1}, False),
        ({"replicas": 3}, {"replicas": 2}, False),
        ({"terminatingReplicas": 0}, {}, False),
        ({}, {"terminatingReplicas": 0}, False),
        ({"terminatingReplicas": 0}, {"terminatingReplicas": 0}, True),
        ({"conditions": []}, {}, True),
        ({"conditions": [{"type": "Available"}]}, {"conditions": []}, False),
    ],
)
def test_a_status_that_the_server_would_store_alike_is_not_written(
    one: dict[str, Any], other: dict[str, Any], same: bool
) -> None:
    assert prints_the_same(one, other) is same


def test_fenceposts_are_those_of_the_spec_they_are_asked_for() -> None:
    assert [fenceposts(deployment(4, surge)) for surge in ("25%", "50%", "25%")] == [(1, 1), (2, 1), (1, 1)]


def test_annotations_are_told_as_revised_where_nothing_would_be_written() -> None:
    noted = {REVISION: "2", "team": "a"}
    there = {"metadata": {"annotations": noted}}
    for own, revision, expected in (({}, 2, True), ({}, 3, False), ({"team": "b"}, 2, False)):
        asking = {"metadata": {"annotations": own}}
        assert is_revised(asking, there, revision) is expected
        assert (revised_annotations(asking, there, revision) == noted) is expected
