"""Aggregated ClusterRoles follow the roles that their selectors choose."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.apiserver.authorization.policy import bootstrap_policy
from kplan.cluster import Cluster

GROUP = "rbac.authorization.k8s.io"


def role(name: str, *resources: str, **labels: str) -> dict[str, Any]:
    rules = [{"apiGroups": [""], "resources": [one], "verbs": ["get"]} for one in resources]
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": metadata, "rules": rules}


def aggregated(*labels: dict[str, str]) -> dict[str, Any]:
    selectors = [{"matchLabels": one} for one in labels]
    return {**role("all", "ignored"), "aggregationRule": {"clusterRoleSelectors": selectors}}


def resources(cluster: Cluster) -> list[str]:
    found = cluster.find(ObjectKey(GROUP, "ClusterRole", "", "all"))
    assert found is not None
    return [resource for rule in found["rules"] for resource in rule["resources"]]


def test_rules_come_selector_by_selector_and_by_name_each_once() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([role("b", "nodes", "pods", of="one"), role("a", "secrets", of="one")])
    cluster.kubectl.apply([role("c", "pods", "services", of="two"), aggregated({"of": "one"}, {"of": "two"})])
    cluster.run()
    assert resources(cluster) == ["secrets", "nodes", "pods", "services"]


def test_a_role_that_comes_or_goes_changes_those_that_choose_it() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([aggregated({"of": "one"})])
    cluster.run()
    assert resources(cluster) == []
    cluster.kubectl.apply([role("a", "secrets", of="one")])
    cluster.run()
    assert resources(cluster) == ["secrets"]
    cluster.kubectl.run("delete", "clusterrole", "a")
    cluster.run()
    assert resources(cluster) == []


def test_roles_that_are_put_together_are_parts_of_others() -> None:
    """The rules of view reach edit, and those of edit admin, as in every cluster."""
    cluster = Cluster.of(bootstrap_policy().values())
    cluster.run()
    view, edit, admin = (
        {str(rule) for rule in (cluster.find(ObjectKey(GROUP, "ClusterRole", "", name)) or {})["rules"]}
        for name in ("view", "edit", "admin")
    )
    assert view
    assert view < edit < admin
