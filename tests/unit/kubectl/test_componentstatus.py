"""``kubectl get componentstatuses``: the control plane is asked, nothing is stored."""

import pytest

from kplan.cluster import Cluster

WARNING = "Warning: v1 ComponentStatus is deprecated in v1.19+"


@pytest.mark.parametrize("kind", ["componentstatuses", "cs", "componentstatus"])
def test_every_component_is_healthy(kind: str) -> None:
    printed = Cluster.of([]).kubectl.run("get", kind)
    rows = [line.split() for line in printed.stdout.splitlines()]
    assert rows[0] == ["NAME", "STATUS", "MESSAGE", "ERROR"]
    assert sorted(rows[1:]) == [
        ["controller-manager", "Healthy", "ok"],
        ["etcd-0", "Healthy", "ok"],
        ["scheduler", "Healthy", "ok"],
    ]
    assert printed.err == [WARNING]


def test_one_component_is_found_by_name_and_another_is_not() -> None:
    cluster = Cluster.of([])
    assert "etcd-0" in cluster.kubectl.run("get", "cs", "etcd-0").stdout
    missing = cluster.kubectl.run("get", "cs", "coredns")
    assert missing.err == [WARNING, 'Error from server (NotFound): componentstatus "coredns" not found']
    assert missing.exit == 1


def test_component_status_is_not_stored() -> None:
    cluster = Cluster.of([])
    cluster.kubectl.run("get", "cs", "-l", "a=b")
    assert cluster.kubectl.run("get", "cs", "-l", "a=b").stdout == ""
    assert not [value for value in cluster.store if value["kind"] == "ComponentStatus"]
    assert "kind: ComponentStatus" in cluster.kubectl.run("get", "cs", "scheduler", "-o", "yaml").stdout
