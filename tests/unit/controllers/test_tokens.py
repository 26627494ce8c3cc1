"""Secrets with tokens of service accounts are filled in, and go with their account."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster

NOTE = "kubernetes.io/service-account.name"
ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}}


def token_of(account: str, **data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token", "data": data,
        "metadata": {"name": "token", "annotations": {NOTE: account}},
    }  # fmt: skip


def secret(cluster: Cluster) -> dict[str, Any] | None:
    return cluster.find(ObjectKey("", "Secret", "default", "token"))


def test_a_token_is_filled_in_and_knows_its_account() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([ACCOUNT, token_of("robot")])
    cluster.run()
    found, account = secret(cluster), cluster.find(ObjectKey("", "ServiceAccount", "default", "robot"))
    assert found is not None
    assert account is not None
    assert sorted(found["data"]) == ["ca.crt", "namespace", "token"]
    uid = found["metadata"]["annotations"]["kubernetes.io/service-account.uid"]
    assert uid == account["metadata"]["uid"]


def test_what_stands_in_it_stays() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([ACCOUNT, token_of("robot", token="c2VjcmV0")])
    cluster.run()
    found = secret(cluster)
    assert found is not None
    assert found["data"]["token"] == "c2VjcmV0"


def test_token_is_deleted_with_its_service_account() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([ACCOUNT, token_of("robot")])
    cluster.run()
    cluster.kubectl.run("delete", "serviceaccount", "robot")
    cluster.run()
    assert secret(cluster) is None


def test_a_token_of_nobody_does_not_stay() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([token_of("nobody")])
    cluster.run()
    assert secret(cluster) is None


def test_an_account_no_longer_lists_a_deleted_token() -> None:
    """What it lists besides stays, whether or not it is there."""
    cluster = Cluster.of([])
    cluster.kubectl.apply([{**ACCOUNT, "secrets": [{"name": "token"}, {"name": "other"}]}, token_of("robot")])
    cluster.run()
    cluster.kubectl.run("delete", "secret", "token")
    cluster.run()
    account = cluster.find(ObjectKey("", "ServiceAccount", "default", "robot"))
    assert account is not None
    assert account["secrets"] == [{"name": "other"}]
