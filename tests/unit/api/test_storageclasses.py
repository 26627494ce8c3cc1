"""Which StorageClass is the default one, wherever somebody asks."""

from typing import Any

import pytest

from kplan.api.storageclasses import default_class
from kplan.cluster import Cluster

STABLE = "storageclass.kubernetes.io/is-default-class"
BETA = "storageclass.beta.kubernetes.io/is-default-class"


def storage_class(
    name: str, annotation: str = STABLE, second: int = 0, answer: str = "true"
) -> dict[str, Any]:
    metadata = {
        "name": name,
        "annotations": {annotation: answer},
        "creationTimestamp": f"2026-01-01T00:00:0{second}Z",
    }
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": metadata,
        "provisioner": "example.com/a",
    }


@pytest.mark.parametrize(
    ("classes", "name"),
    [
        ([], ""),
        ([storage_class("a", answer="yes")], ""),
        ([storage_class("b"), storage_class("a")], "a"),
        ([storage_class("b", second=1), storage_class("a")], "b"),
        ([storage_class("b", BETA, 1), storage_class("a")], "b"),
    ],
)
def test_the_newest_counts_and_of_equally_old_ones_the_first_by_name(
    classes: list[dict[str, Any]], name: str
) -> None:
    assert default_class(classes) == name


def test_a_table_and_a_description_say_so_of_either_annotation() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.apply([storage_class("old", BETA)])
    table = cluster.kubectl.run("get", "storageclass").stdout
    assert "old (default)" in table
    described = cluster.kubectl.run("describe", "storageclass", "old").stdout
    assert "IsDefaultClass: Yes" in " ".join(described.split())
