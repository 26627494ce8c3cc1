"""Definitions of custom resources are accepted and established, unless somebody else has their names."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster


def definition(plural: str, kind: str, *short: str) -> dict[str, Any]:
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object"}},
    }
    names = {"plural": plural, "kind": kind, "shortNames": list(short), "categories": ["all"]}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.ex.com"},
        "spec": {"group": "ex.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def status(cluster: Cluster, plural: str) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The accepted names, and the conditions by type."""
    key = ObjectKey("apiextensions.k8s.io", "CustomResourceDefinition", "", f"{plural}.ex.com")
    found = cluster.find(key)
    assert found is not None
    conditions = {
        item["type"]: (item["status"], item["reason"], item["message"])
        for item in found["status"]["conditions"]
    }
    return found["status"]["acceptedNames"], conditions


def test_a_new_definition_is_established() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([definition("foos", "Foo", "fo")])
    cluster.run()
    names, conditions = status(cluster, "foos")
    assert names == {
        "plural": "foos", "singular": "foo", "kind": "Foo", "listKind": "FooList", "shortNames": ["fo"],
        "categories": ["all"],
    }  # fmt: skip
    assert conditions == {
        "NamesAccepted": ("True", "NoConflicts", "no conflicts found"),
        "Established": ("True", "InitialNamesAccepted", "the initial names have been accepted"),
    }


def test_one_can_wait_for_it() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([definition("foos", "Foo")])
    printed = cluster.kubectl.run("wait", "--for=condition=Established", "crd/foos.ex.com", "--timeout=5s")
    assert printed.exit == 0


def test_names_of_another_are_not_accepted_until_it_goes() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([definition("foos", "Foo", "fo")])
    cluster.run()
    cluster.kubectl.apply([definition("bars", "Foo", "fo", "ba")])
    cluster.run()
    names, conditions = status(cluster, "bars")
    assert names == {"plural": "bars", "kind": "", "categories": ["all"]}
    assert conditions["NamesAccepted"] == ("False", "ListKindConflict", '"FooList" is already in use')
    assert conditions["Established"] == ("False", "NotAccepted", "not all names are accepted")
    cluster.kubectl.run("delete", "crd", "foos.ex.com")
    cluster.run()
    assert status(cluster, "bars")[1]["Established"][0] == "True"


def test_a_group_of_the_project_says_whether_its_api_is_approved() -> None:
    """Every word is a real server's."""
    cluster = Cluster.of([])
    for group, note in (
        ("a.k8s.io", "https://github.com/kubernetes/kubernetes/pull/1"),
        ("b.k8s.io", "unapproved, testing"),
    ):
        made = definition("foos", "Foo")
        made["metadata"] = {"name": f"foos.{group}", "annotations": {"api-approved.kubernetes.io": note}}
        made["spec"]["group"] = group
        cluster.kubectl.apply([made])
    cluster.run()
    told = []
    for group in ("a.k8s.io", "b.k8s.io"):
        found = cluster.find(
            ObjectKey("apiextensions.k8s.io", "CustomResourceDefinition", "", f"foos.{group}")
        )
        assert found is not None
        told += [
            (item["status"], item["reason"], item["message"])
            for item in found["status"]["conditions"]
            if item["type"] == "KubernetesAPIApprovalPolicyConformant"
        ]
    assert told == [
        ("True", "ApprovedAnnotation", "approved in https://github.com/kubernetes/kubernetes/pull/1"),
        ("False", "UnapprovedAnnotation", 'not approved: "unapproved, testing"'),
    ]
