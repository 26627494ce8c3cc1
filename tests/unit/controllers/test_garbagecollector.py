"""Owners that are not there, or not where they are looked for."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

ELSEWHERE = "aaaaaaaa-0000-4000-8000-000000000001"
DYING = "aaaaaaaa-0000-4000-8000-000000000002"


def thing(kind: str, name: str, namespace: str = "", **metadata: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    group = "rbac.authorization.k8s.io/v1" if kind.startswith("Cluster") else "v1"
    return {
        "apiVersion": group, "kind": kind,
        "metadata": {"name": name, **place, "creationTimestamp": "2026-01-01T00:00:00Z", "uid": f"uid-of-{name}", **metadata},
    }  # fmt: skip


def owner(kind: str, name: str, uid: str, **more: Any) -> list[dict[str, Any]]:
    return [{"apiVersion": "v1", "kind": kind, "name": name, "uid": uid, **more}]


def played(*objects: dict[str, Any]) -> Cluster:
    cluster = Cluster.of([thing("Namespace", "red"), thing("Namespace", "blue"), *objects])
    cluster.run()
    return cluster


def told(cluster: Cluster) -> list[str]:
    return [event.message for event in cluster.events() if event.reason == "OwnerRefInvalidNamespace"]


def test_an_owner_of_another_namespace_is_no_owner() -> None:
    cluster = played(
        thing("ConfigMap", "parent", "red", uid=ELSEWHERE),
        thing("ConfigMap", "child", "blue", ownerReferences=owner("ConfigMap", "parent", ELSEWHERE)),
    )
    assert cluster.find(ObjectKey("", "ConfigMap", "blue", "child")) is None
    assert cluster.find(ObjectKey("", "ConfigMap", "red", "parent")) is not None
    assert told(cluster) == [
        f'ownerRef [v1/ConfigMap, namespace: blue, name: parent, uid: {ELSEWHERE}] does not exist in namespace "blue"'
    ]


def test_what_has_no_namespace_cannot_lose_an_owner_that_has_one() -> None:
    cluster = played(
        thing("ConfigMap", "parent", "red", uid=ELSEWHERE),
        thing("ClusterRole", "reader", ownerReferences=owner("ConfigMap", "parent", ELSEWHERE)),
        thing("ClusterRole", "writer", ownerReferences=owner("ConfigMap", "gone", "uid-of-nothing")),
    )
    for name in ("reader", "writer"):
        assert cluster.find(ObjectKey("rbac.authorization.k8s.io", "ClusterRole", "", name)) is not None
    assert told(cluster) == [
        f'ownerRef [v1/ConfigMap, namespace: , name: parent, uid: {ELSEWHERE}] does not exist in namespace ""'
    ]


def test_an_owner_without_namespace_owns_in_every_namespace() -> None:
    cluster = played(
        thing("ConfigMap", "child", "blue", ownerReferences=owner("Namespace", "red", "uid-of-red")),
        thing(
            "ConfigMap", "orphan", "blue", ownerReferences=owner("Namespace", "red", "uid-of-an-older-red")
        ),
    )
    assert cluster.find(ObjectKey("", "ConfigMap", "blue", "child")) is not None
    assert cluster.find(ObjectKey("", "ConfigMap", "blue", "orphan")) is None


def test_one_owner_that_is_there_is_enough() -> None:
    references = [
        *owner("ConfigMap", "parent", ELSEWHERE),
        *owner("ConfigMap", "gone", "uid-of-nothing"),
    ]
    cluster = played(
        thing("ConfigMap", "parent", "blue", uid=ELSEWHERE),
        thing("ConfigMap", "child", "blue", ownerReferences=references),
    )
    child = cluster.find(ObjectKey("", "ConfigMap", "blue", "child"))
    assert child is not None
    assert [reference["name"] for reference in child["metadata"]["ownerReferences"]] == ["parent"]


def test_what_does_not_block_an_owner_goes_with_it_all_the_same() -> None:
    cluster = played(
        thing(
            "ConfigMap", "parent", "blue", uid=DYING, deletionTimestamp="2026-01-01T00:01:00Z",
            finalizers=["foregroundDeletion", "example.com/held"],
        ),
        thing("ConfigMap", "child", "blue", ownerReferences=owner("ConfigMap", "parent", DYING)),
    )  # fmt: skip
    assert cluster.find(ObjectKey("", "ConfigMap", "blue", "child")) is None
    parent = cluster.find(ObjectKey("", "ConfigMap", "blue", "parent"))
    assert parent is not None
    assert parent["metadata"]["finalizers"] == ["example.com/held"]


def test_an_owner_without_namespace_waits_for_what_blocks_it() -> None:
    parent = thing(
        "ClusterRole",
        "parent",
        uid=DYING,
        deletionTimestamp="2026-01-01T00:01:00Z",
        finalizers=["foregroundDeletion"],
    )
    reference = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "name": "parent", "uid": DYING, "blockOwnerDeletion": True,
    }  # fmt: skip
    cluster = played(parent, thing("ConfigMap", "child", "blue", ownerReferences=[reference]))
    assert cluster.find(ObjectKey("", "ConfigMap", "blue", "child")) is None
    assert cluster.find(ObjectKey("rbac.authorization.k8s.io", "ClusterRole", "", "parent")) is None
