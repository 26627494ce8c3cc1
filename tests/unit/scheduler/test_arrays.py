"""Arrays are made where much is placed; where pods go does not depend on it."""

import pytest

from kplan.cluster import Cluster
from kplan.scheduler import actor
from kplan.state.sources.nodes import make_nodes, parse_shapes

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 12,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "topologySpreadConstraints": [
                    {
                        "maxSkew": 1,
                        "topologyKey": "kubernetes.io/hostname",
                        "whenUnsatisfiable": "DoNotSchedule",
                        "labelSelector": {"matchLabels": {"app": "web"}},
                    }
                ],
                "containers": [{"name": "web", "image": "web:1", "resources": {"requests": {"cpu": "400m"}}}],
            },
        },
    },
}


def placed() -> list[tuple[str | None, str]]:
    cluster = Cluster.of(make_nodes(parse_shapes("2x2cpu,4Gi+2x1cpu,4Gi")))
    cluster.run()
    cluster.client().create(DEPLOYMENT)
    cluster.run()
    pods = cluster.store.list("", "Pod")
    messages = [one.get("message", "") for pod in pods for one in pod["status"]["conditions"]]
    return sorted((pod["spec"].get("nodeName", ""), "") for pod in pods) + sorted(
        ("", message) for message in messages if message
    )


@pytest.mark.parametrize("limit", [0, 40])
def test_arrays_change_no_placement(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one = placed()
    monkeypatch.setattr(actor, "_JUDGED_ONE_BY_ONE", limit)
    assert placed() == one_by_one
    assert len({node for node, _ in one_by_one}) > 3
