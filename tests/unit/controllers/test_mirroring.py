"""Endpoints that no controller makes, and the slices that mirror them."""

from collections.abc import Callable
from typing import Any

import pytest

from kplan.api.endpointslices import MANAGED_BY_LABEL
from kplan.cluster import Cluster
from kplan.controllers.endpointslicemirroring import EndpointSliceMirroringController
from kplan.controllers.endpointslicemirroring.desired import desired_slices
from kplan.controllers.endpointslicemirroring.slices import MANAGER
from kplan.state.sources.nodes import make_nodes, parse_shapes

Json = dict[str, Any]
PORT: Json = {"port": 5432, "protocol": "TCP"}
BACKENDS: Json = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "db"},
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app": "db"}},
        "template": {
            "metadata": {"labels": {"app": "db"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    },
}


def service(**spec: Any) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "db"},
        "spec": {"ports": [{"port": 5432}], **spec},
    }


def endpoints(*subsets: Json, **metadata: Any) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "db", **metadata},
        "subsets": [*subsets],
    }


def subset(*addresses: str, ports: Any = (PORT,), **more: Any) -> Json:
    return {"addresses": [{"ip": address} for address in addresses], "ports": [*ports], **more}


def settled(*objects: Json) -> Cluster:
    cluster = Cluster.of(make_nodes(parse_shapes("1x4cpu,8Gi")))
    cluster.kubectl.apply([*objects])
    cluster.run()
    return cluster


def mirrors(cluster: Cluster) -> list[Json]:
    slices = cluster.server.list("discovery.k8s.io", "EndpointSlice")
    found = [one for one in slices if one["metadata"]["labels"].get(MANAGED_BY_LABEL) == MANAGER]
    return sorted(found, key=lambda one: (one["addressType"], len(one["endpoints"])))


def held(cluster: Cluster) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The addresses of each mirror with whether they are ready, and its family."""
    return [
        (
            item["addressType"],
            [(one["addresses"][0], one["conditions"]["ready"]) for one in item["endpoints"]],
        )
        for item in mirrors(cluster)
    ]


def test_a_mirror_says_whose_it_is() -> None:
    notes = {"note": "kept", "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z"}
    cluster = settled(service(), endpoints(subset("10.1.0.1"), labels={"team": "a"}, annotations=notes))
    (mirror,) = mirrors(cluster)
    metadata = mirror["metadata"]
    assert metadata["generateName"] == "db-"
    assert metadata["annotations"] == {"note": "kept"}
    assert metadata["labels"] == {"team": "a", MANAGED_BY_LABEL: MANAGER, "kubernetes.io/service-name": "db"}
    (owner,) = metadata["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Endpoints", "db", True)
    assert mirror["ports"] == [{"name": "", "port": 5432, "protocol": "TCP"}]


def test_what_an_address_says_is_mirrored() -> None:
    target = {"kind": "Pod", "namespace": "default", "name": "p", "uid": "u"}
    address = {"ip": "10.1.0.1", "hostname": "one", "nodeName": "node-1", "targetRef": target}
    (mirror,) = mirrors(settled(service(), endpoints({"addresses": [address], "ports": [PORT]})))
    assert mirror["endpoints"] == [
        {"addresses": ["10.1.0.1"], "conditions": {"ready": True}, "hostname": "one", "nodeName": "node-1", "targetRef": target}
    ]  # fmt: skip


def test_each_family_and_each_set_of_ports_has_its_own_mirror() -> None:
    admin = {"name": "admin", "port": 9000, "protocol": "TCP"}
    cluster = settled(
        service(ports=[{"name": "db", "port": 5432}, {"name": "admin", "port": 9000}]),
        endpoints(
            subset(
                "10.1.0.1", "fd00::1", ports=[{"name": "db", **PORT}], notReadyAddresses=[{"ip": "10.1.0.2"}]
            ),
            subset("10.1.0.3", "10.1.0.4", "10.1.0.5", ports=[admin]),
        ),
    )
    assert held(cluster) == [
        ("IPv4", [("10.1.0.1", True), ("10.1.0.2", False)]),
        ("IPv4", [("10.1.0.3", True), ("10.1.0.4", True), ("10.1.0.5", True)]),
        ("IPv6", [("fd00::1", True)]),
    ]


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        {"annotations": {"control-plane.alpha.kubernetes.io/leader": "{}"}},
    ],
)
def test_endpoints_that_are_not_to_be_mirrored_are_not(metadata: Json) -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1"), **metadata))
    assert not mirrors(cluster)
    cluster.kubectl.apply([endpoints(subset("10.1.0.1"))])
    cluster.run()
    assert len(mirrors(cluster)) == 1
    cluster.kubectl.apply([endpoints(subset("10.1.0.1"), **metadata)])
    cluster.run()
    assert not mirrors(cluster)


@pytest.mark.parametrize(
    "objects",
    [(endpoints(subset("10.1.0.1")),), (service(selector={"app": "db"}), endpoints(subset("10.1.0.1")))],
)
def test_nothing_is_mirrored_without_a_service_that_selects_nothing(objects: tuple[Json, ...]) -> None:
    assert not mirrors(settled(*objects))


def test_a_service_takes_and_leaves_its_mirror_with_its_selector() -> None:
    cluster = settled(service(selector={"app": "db"}), BACKENDS)
    assert not mirrors(cluster)
    cluster.kubectl.apply([service()])
    cluster.run()
    (mirror,) = mirrors(cluster)
    assert {one["targetRef"]["kind"] for one in mirror["endpoints"]} == {"Pod"}
    cluster.kubectl.apply([service(selector={"app": "db"})])
    cluster.run()
    assert not mirrors(cluster)


@pytest.mark.parametrize("kind", ["service", "endpoints"])
def test_a_mirror_goes_with_what_it_mirrors(kind: str) -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1")))
    cluster.kubectl.run("delete", kind, "db", "--cascade=orphan")
    cluster.run()
    assert not mirrors(cluster)


def test_other_addresses_are_written_to_the_same_slice() -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1")))
    (before,) = mirrors(cluster)
    cluster.kubectl.apply([endpoints(subset("10.1.0.9"))])
    cluster.run()
    (after,) = mirrors(cluster)
    assert held(cluster) == [("IPv4", [("10.1.0.9", True)])]
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


def test_a_slice_of_ports_that_are_gone_becomes_that_of_others() -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1")))
    (before,) = mirrors(cluster)
    cluster.kubectl.apply([endpoints(subset("10.1.0.1", ports=[{"port": 6543, "protocol": "TCP"}]))])
    cluster.run()
    (after,) = mirrors(cluster)
    assert [port["port"] for port in after["ports"]] == [6543]
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


@pytest.mark.parametrize(
    "change",
    [
        lambda cluster, name: cluster.kubectl.run("delete", "endpointslice", name),
        lambda cluster, name: cluster.kubectl.run("label", "endpointslice", name, "mine=1"),
        lambda cluster, name: cluster.kubectl.run("label", "endpointslice", name, f"{MANAGED_BY_LABEL}=me", "--overwrite"),
        lambda cluster, name: cluster.kubectl.run("patch", "endpointslice", name, "-p", '{"endpoints": []}'),
    ],
)  # fmt: skip
def test_what_others_do_to_a_mirror_is_undone(change: Callable[[Cluster, str], Any]) -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1")))
    change(cluster, mirrors(cluster)[0]["metadata"]["name"])
    cluster.run()
    assert held(cluster) == [("IPv4", [("10.1.0.1", True)])]
    assert "mine" not in mirrors(cluster)[0]["metadata"]["labels"]


def test_at_most_a_thousand_addresses_of_a_subset_are_mirrored() -> None:
    many = [f"10.1.{number // 200}.{number % 200 + 1}" for number in range(1003)]
    cluster = settled(
        service(), endpoints(subset(*many[:999], notReadyAddresses=[{"ip": ip} for ip in many[999:]]))
    )
    (mirror,) = mirrors(cluster)
    assert sum(one["conditions"]["ready"] for one in mirror["endpoints"]) == 999
    assert len(mirror["endpoints"]) == 1000
    assert [(event.reason, event.message) for event in cluster.events()] == [
        (
            "TooManyAddressesToMirror",
            "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped",
        )
    ]


@pytest.mark.parametrize(
    ("ip", "family", "mirrored"),
    [
        ("010.001.000.009", "IPv4", "10.1.0.9"),
        ("::ffff:10.1.0.9", "IPv4", "10.1.0.9"),
        ("FD00:0:0:0::1", "IPv6", "fd00::1"),
    ],
)
def test_an_address_is_mirrored_as_it_is_written_today(ip: str, family: str, mirrored: str) -> None:
    ((key, wanted),) = desired_slices(endpoints(subset(ip))).slices.items()
    assert (key[0], wanted.endpoints[0]["addresses"]) == (family, [mirrored])


@pytest.mark.parametrize("ip", ["10.1.0", "fe80::1%eth0", "host", "10..0.1"])
def test_what_is_no_address_is_counted(ip: str) -> None:
    desired = desired_slices(endpoints(subset(ip, "10.1.0.1")))
    assert desired.invalid == 1
    assert [len(wanted.endpoints) for wanted in desired.slices.values()] == [1]


def test_an_address_that_stands_in_two_subsets_is_mirrored_with_both_their_ports() -> None:
    both = subset("10.1.0.1"), subset("10.1.0.1", ports=[{"name": "admin", "port": 9000}])
    (wanted,) = desired_slices(endpoints(*both)).slices.values()
    assert {port["port"] for port in wanted.ports} == {5432, 9000}


def looks_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the controller looks at from now on."""
    seen: list[str] = []
    original = EndpointSliceMirroringController.reconcile

    def reconcile(self: Any, request: Any, context: Any) -> Any:
        seen.append(request.name)
        return original(self, request, context)

    monkeypatch.setattr(EndpointSliceMirroringController, "reconcile", reconcile)
    return seen


def test_nobody_looks_where_every_service_selects_its_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = looks_at(monkeypatch)
    cluster = settled(service(selector={"app": "db"}), BACKENDS)
    cluster.kubectl.run("delete", "service", "db")
    cluster.run()
    assert seen == []


def test_a_mirror_at_rest_stays_as_it_is() -> None:
    cluster = settled(service(), endpoints(subset("10.1.0.1", "fd00::1")))
    revision = cluster.store.revision
    again = Cluster(cluster.store.fork(), start=cluster.clock.now)
    again.run()
    assert again.store.revision == revision


def test_ports_stand_in_the_order_of_their_hashes() -> None:
    """As a real controller wrote them, which is not the order of the Endpoints."""
    ports = [{"name": "y", "port": 81, "protocol": "UDP"}, {"name": "x", "port": 80, "protocol": "TCP"}]
    (wanted,) = desired_slices(endpoints(subset("10.9.9.1", ports=ports))).slices.values()
    assert [port["name"] for port in wanted.ports] == ["x", "y"]
