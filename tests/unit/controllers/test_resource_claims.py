"""Pods get the claims to devices that their templates describe, and devices are given back once nobody uses them."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.controllers import devicetainteviction
from kplan.simulation.scenario import Fate, ImageAssumption, Scenario
from tests.builders import node, pod_spec

Json = dict[str, Any]
VERSION = "resource.k8s.io/v1"
REQUESTS = {"devices": {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu"}}]}}
CLASS: Json = {"apiVersion": VERSION, "kind": "DeviceClass", "metadata": {"name": "gpu"}, "spec": {}}
SLICE: Json = {
    "apiVersion": VERSION,
    "kind": "ResourceSlice",
    "metadata": {"name": "n1"},
    "spec": {
        "driver": "gpu.ex.com",
        "nodeName": "n1",
        "pool": {"name": "n1", "generation": 1, "resourceSliceCount": 1},
        "devices": [{"name": "d0"}],
    },
}
TEMPLATE: Json = {
    "apiVersion": VERSION,
    "kind": "ResourceClaimTemplate",
    "metadata": {"name": "one"},
    "spec": {"metadata": {"labels": {"of": "template"}}, "spec": REQUESTS},
}
CLAIM: Json = {
    "apiVersion": VERSION,
    "kind": "ResourceClaim",
    "metadata": {"name": "shared"},
    "spec": REQUESTS,
}


def pod(name: str, **source: str) -> Json:
    spec = pod_spec(resourceClaims=[{"name": "gpu", **(source or {"resourceClaimTemplateName": "one"})}])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def cluster_of(scenario: Scenario | None = None) -> Cluster:
    cluster = Cluster.of([node("n1"), CLASS, SLICE], scenario=scenario)
    cluster.advance(1)
    return cluster


def phases(cluster: Cluster) -> dict[str, str]:
    found = cluster.server.list("", "Pod", "default")
    return {pod["metadata"]["name"]: pod["status"]["phase"] for pod in found}


def claims(cluster: Cluster) -> list[Json]:
    return list(cluster.server.list("resource.k8s.io", "ResourceClaim", "default"))


def test_a_pod_gets_the_claim_of_its_template_and_runs() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([TEMPLATE, pod("a")])
    cluster.run()
    (claim,) = claims(cluster)
    owner = cluster.find(ObjectKey("", "Pod", "default", "a"))
    assert owner is not None
    assert claim["metadata"]["name"].startswith("a-gpu-")
    assert claim["metadata"]["labels"] == {"of": "template"}
    assert claim["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]
    assert owner["status"]["resourceClaimStatuses"] == [
        {"name": "gpu", "resourceClaimName": claim["metadata"]["name"]}
    ]
    assert phases(cluster) == {"a": "Running"}


def test_the_device_of_a_pod_that_goes_is_there_for_the_next() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([TEMPLATE, pod("a")])
    cluster.run()
    cluster.kubectl.apply([pod("b")])
    cluster.run()
    assert phases(cluster) == {"a": "Running", "b": "Pending"}
    cluster.kubectl.run("delete", "pod", "a")
    cluster.run()
    assert phases(cluster) == {"b": "Running"}
    assert [claim["metadata"]["name"][:5] for claim in claims(cluster)] == ["b-gpu"]


def test_the_claim_of_a_pod_that_has_ended_goes() -> None:
    ends = ImageAssumption(image="*", fate=Fate.SUCCEEDS)
    cluster = cluster_of(Scenario(images=(ends,)))
    once = pod("a")
    once["spec"]["restartPolicy"] = "Never"
    cluster.kubectl.apply([TEMPLATE, once])
    cluster.run()
    assert (phases(cluster), claims(cluster)) == ({"a": "Succeeded"}, [])


def test_a_claim_that_is_used_waits_with_its_deletion() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([CLAIM, pod("a", resourceClaimName="shared")])
    cluster.run()
    cluster.kubectl.run("delete", "resourceclaim", "shared", "--wait=false")
    cluster.run()
    (claim,) = claims(cluster)
    assert claim["metadata"]["finalizers"] == ["resource.kubernetes.io/delete-protection"]
    cluster.kubectl.run("delete", "pod", "a")
    cluster.run()
    assert claims(cluster) == []


def test_a_template_may_come_later() -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([pod("a")])
    cluster.advance(5)
    text = 'PodResourceClaim gpu: resource claim template "one": resourceclaimtemplate.resource.k8s.io "one" not found'
    assert text in [event.message for event in cluster.events()]
    cluster.kubectl.apply([TEMPLATE])
    cluster.run()
    assert phases(cluster) == {"a": "Running"}


EXTENDED: Json = {**CLASS, "spec": {"extendedResourceName": "ex.com/gpu"}}


def asking(name: str, amount: str = "1", early: str = "", **spec: Any) -> Json:
    def container(called: str, asked: str) -> Json:
        return {"name": called, "image": "i", "resources": {"limits": {"ex.com/gpu": asked, "cpu": "1"}}}

    given = {
        "containers": [container("c", amount)],
        **({"initContainers": [container("e", early)]} if early else {}),
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {**given, **spec}}


def test_an_extended_resource_is_a_claim_of_its_own_that_goes_with_the_pod() -> None:
    cluster = Cluster.of([node("n1"), EXTENDED, SLICE])
    cluster.advance(1)
    cluster.kubectl.apply([asking("p"), asking("q")])
    cluster.advance(20)
    assert phases(cluster) == {"p": "Running", "q": "Pending"}
    (claim,) = claims(cluster)
    assert claim["metadata"]["name"].startswith("p-extended-resources-")
    assert claim["metadata"]["annotations"] == {"resource.kubernetes.io/extended-resource-claim": "true"}
    exactly = {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1}
    assert claim["spec"]["devices"]["requests"] == [{"name": "container-0-request-1", "exactly": exactly}]
    assert [user["name"] for user in claim["status"]["reservedFor"]] == ["p"]
    said = cluster.server.get(ObjectKey("", "Pod", "default", "p"))["status"]["extendedResourceClaimStatus"]
    mapping = {"containerName": "c", "resourceName": "ex.com/gpu", "requestName": "container-0-request-1"}
    assert said == {"requestMappings": [mapping], "resourceClaimName": claim["metadata"]["name"]}
    cluster.server.delete(ObjectKey("", "Pod", "default", "p"))
    cluster.advance(60)
    assert phases(cluster) == {"q": "Running"}
    assert [one["metadata"]["name"].startswith("q-") for one in claims(cluster)] == [True]


@pytest.mark.parametrize(
    ("early", "count", "requests"),
    [
        ("1", 2, {"container-1-request-1": 2}),
        ("3", 2, {"container-0-request-1": 1, "container-1-request-1": 2}),
    ],
)
def test_what_comes_before_uses_the_devices_of_what_comes_after(
    early: str, count: int, requests: dict[str, int]
) -> None:
    devices = {**SLICE["spec"], "devices": [{"name": f"d{index}"} for index in range(3)]}
    cluster = Cluster.of([node("n1"), EXTENDED, {**SLICE, "spec": devices}])
    cluster.advance(1)
    cluster.kubectl.apply([asking("p", str(count), early)])
    cluster.advance(20)
    (claim,) = claims(cluster)
    made = {one["name"]: one["exactly"]["count"] for one in claim["spec"]["devices"]["requests"]}
    assert made == requests
    said = cluster.server.get(ObjectKey("", "Pod", "default", "p"))["status"]["extendedResourceClaimStatus"]
    used = [one["requestName"] for one in said["requestMappings"] if one["containerName"] == "e"]
    assert sorted(used) == sorted(requests)


def test_a_claim_that_a_quota_refuses_is_told_of() -> None:
    hard = {"count/resourceclaims.resource.k8s.io": "0"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": hard}}
    cluster = cluster_of()
    cluster.kubectl.apply([TEMPLATE, quota])
    cluster.advance(1)
    cluster.kubectl.apply([pod("p")])
    cluster.advance(1)
    told = {event.message for event in cluster.events() if event.reason == "FailedResourceClaimCreation"}
    assert all(
        text.startswith('PodResourceClaim gpu: create ResourceClaim : resourceclaims.resource.k8s.io "p-gpu-')
        and "exceeded quota: q" in text
        for text in told
    )
    assert told


def tainted(effect: str) -> Json:
    devices = [{"name": "d0", "taints": [{"key": "k", "effect": effect}]}]
    return {**SLICE, "spec": {**SLICE["spec"], "devices": devices}}


@pytest.mark.parametrize(
    ("effect", "tolerations", "stays", "told"),
    [
        ("NoSchedule", [], 60, []),
        ("NoExecute", [], 0, ["Marking for deletion"]),
        ("NoExecute", [{"key": "k", "operator": "Exists", "effect": "NoExecute"}], 60, []),
        (
            "NoExecute",
            [{"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 20}],
            19,
            ["Marking for deletion"],
        ),
    ],
)
def test_a_pod_leaves_a_device_that_is_tainted(
    effect: str, tolerations: list[Json], stays: int, told: list[str]
) -> None:
    exactly = {"deviceClassName": "gpu", **({"tolerations": tolerations} if tolerations else {})}
    spec = {"devices": {"requests": [{"name": "gpu", "exactly": exactly}]}}
    cluster = cluster_of()
    cluster.kubectl.apply([{**CLAIM, "spec": spec}, pod("p", resourceClaimName="shared")])
    cluster.advance(20)
    assert phases(cluster) == {"p": "Running"}
    assert "allocationTimestamp" in claims(cluster)[0]["status"]["allocation"]
    cluster.kubectl.apply([tainted(effect)])
    cluster.advance(stays)
    assert phases(cluster) == {"p": "Running"}
    cluster.advance(60)
    assert [event.message for event in cluster.events() if "TaintManager" in event.reason] == told
    assert bool(phases(cluster)) == (not told)


def test_slices_that_change_do_not_each_look_at_all_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Json] = []
    devices = devicetainteviction._devices

    def noted(claim: Json) -> Any:
        read.append(claim)
        return devices(claim)

    monkeypatch.setattr(devicetainteviction, "_devices", noted)

    def reads(count: int) -> int:
        names = [f"n{number}" for number in range(count)]
        cluster = Cluster.of([CLASS, *(made for name in names for made in (node(name), _slice(name)))])
        pods = (pod(f"p-{name}", resourceClaimName=f"c-{name}") for name in names)
        cluster.advance(1)
        cluster.kubectl.apply([*({**CLAIM, "metadata": {"name": f"c-{name}"}} for name in names), *pods])
        cluster.advance(60)
        assert set(phases(cluster).values()) == {"Running"}
        read.clear()
        taints = [{"key": "k", "effect": "NoExecute"}]
        cluster.kubectl.apply([_slice(name, taints) for name in names])
        cluster.advance(60)
        assert phases(cluster) == {}
        return len(read)

    assert reads(12) <= 4.5 * reads(3)


def _slice(name: str, taints: list[Json] | None = None) -> Json:
    pool = {**SLICE["spec"]["pool"], "name": name}
    devices = [{"name": "d0", **({"taints": taints} if taints else {})}]
    return {
        **SLICE,
        "metadata": {"name": name},
        "spec": {**SLICE["spec"], "nodeName": name, "pool": pool, "devices": devices},
    }


def test_a_pod_stays_when_the_taint_of_its_device_is_taken_away_in_time() -> None:
    tolerated = {"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 20}
    exactly = {"deviceClassName": "gpu", "tolerations": [tolerated]}
    spec = {"devices": {"requests": [{"name": "gpu", "exactly": exactly}]}}
    cluster = cluster_of()
    cluster.kubectl.apply([{**CLAIM, "spec": spec}, pod("p", resourceClaimName="shared")])
    cluster.advance(20)
    cluster.kubectl.apply([tainted("NoExecute")])
    cluster.advance(5)
    cluster.kubectl.apply([SLICE])
    cluster.advance(60)
    told = [event.message for event in cluster.events() if "TaintManager" in event.reason]
    assert (phases(cluster), told) == ({"p": "Running"}, ["Cancelling deletion"])


def with_devices(*devices: Json) -> Json:
    return {**SLICE, "spec": {**SLICE["spec"], "devices": list(devices)}}


TAINTED: Json = {"name": "d0", "taints": [{"key": "k", "effect": "NoExecute"}]}


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ([with_devices({"name": "d0"}, {**TAINTED, "name": "d1"}), with_devices({"name": "d0"})], True),
        ([with_devices({"name": "d0"}), with_devices(TAINTED)], False),
    ],
)
def test_a_pod_leaves_only_a_device_of_its_own_that_is_tainted(changes: list[Json], runs: bool) -> None:
    cluster = cluster_of()
    cluster.kubectl.apply([TEMPLATE, pod("a")])
    cluster.run()
    for changed in changes:
        cluster.kubectl.apply([changed])
        cluster.advance(60)
    assert phases(cluster) == ({"a": "Running"} if runs else {})


@pytest.mark.parametrize("relieved", ["slice deleted", "claim of another pool"])
def test_a_pod_stays_where_it_has_lost_the_tainted_device_in_time(relieved: str) -> None:
    cluster = cluster_of()
    tolerant = {"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}
    asked = {"name": "gpu", "exactly": {"deviceClassName": "gpu", "tolerations": [tolerant]}}
    template = {**TEMPLATE, "spec": {"spec": {"devices": {"requests": [asked]}}}}
    cluster.kubectl.apply([template, pod("a")])
    cluster.run()
    cluster.kubectl.apply([with_devices(TAINTED)])
    cluster.advance(5)
    if relieved == "slice deleted":
        cluster.kubectl.run("delete", "resourceslice", "n1")
    else:
        (claim,) = claims(cluster)
        results = [{**one, "pool": "n2"} for one in claim["status"]["allocation"]["devices"]["results"]]
        allocation = {**claim["status"]["allocation"], "devices": {"results": results}}
        cluster.server.store.put({**claim, "status": {**claim["status"], "allocation": allocation}})
    cluster.advance(60)
    assert phases(cluster) == {"a": "Running"}


def test_a_pod_goes_when_it_has_tolerated_the_taint_of_its_device_for_long_enough() -> None:
    cluster = cluster_of()
    tolerant = {"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}
    asked = {"name": "gpu", "exactly": {"deviceClassName": "gpu", "tolerations": [tolerant]}}
    cluster.kubectl.apply([{**TEMPLATE, "spec": {"spec": {"devices": {"requests": [asked]}}}}, pod("a")])
    cluster.run()
    cluster.kubectl.apply([with_devices(TAINTED)])
    cluster.advance(20)
    assert phases(cluster) == {"a": "Running"}
    cluster.advance(60)
    assert phases(cluster) == {}
