"""Custom resources go with their definition, which stays until the last of them is gone."""

from typing import Any

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

Json = dict[str, Any]
KEY = ObjectKey("apiextensions.k8s.io", "CustomResourceDefinition", "", "foos.ex.com")
VERSION = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "foos.ex.com"},
    "spec": {"group": "ex.com", "scope": "Namespaced", "names": {"plural": "foos", "kind": "Foo"}, "versions": [VERSION]},
}  # fmt: skip


def _foo(name: str, **metadata: Any) -> Json:
    return {
        "apiVersion": "ex.com/v1",
        "kind": "Foo",
        "metadata": {"name": name, "namespace": "default", **metadata},
    }


def _deleted(*resources: Json) -> Cluster:
    cluster = Cluster.of([])
    cluster.kubectl.apply([DEFINITION])
    cluster.advance(2)
    cluster.kubectl.apply(list(resources))
    cluster.server.delete(KEY)
    cluster.advance(2)
    return cluster


def test_custom_resources_are_deleted_with_their_definition() -> None:
    cluster = _deleted(_foo("a"), _foo("b"))
    assert cluster.find(KEY) is None
    assert not [value for value in cluster.store if value["kind"] == "Foo"]


def test_one_that_is_held_back_holds_the_definition() -> None:
    cluster = _deleted(_foo("a", finalizers=["example.com/x"]), _foo("b"))
    found = cluster.server.get(KEY)
    assert found["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    told = conditions.of_type(found, "Terminating") or {}
    assert (told["status"], told["reason"]) == ("True", "InstanceDeletionInProgress")
    key = ObjectKey("ex.com", "Foo", "default", "a")
    assert cluster.server.get(key)["metadata"]["deletionTimestamp"]
    cluster.client().merge_patch(key, {"metadata": {"finalizers": None}})
    cluster.advance(6)
    assert cluster.find(KEY) is None
