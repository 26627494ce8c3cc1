"""What the fast path writes is what the whole request chain would: the same timeline and state, byte for byte."""

import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.fast_path import admission
from kplan.cluster import Cluster
from kplan.state.sources.nodes import make_nodes, parse_shapes

Json = dict[str, Any]
RECORDINGS = Path(__file__).parents[1] / "fixtures" / "conformance"
EVERY = {"controllers": 4, "plans": 5}
"""One of so many recordings is played."""


@pytest.fixture(scope="module")
def adapter() -> Any:
    sys.path.insert(0, str(Path(__file__).parent / "conformance"))
    try:
        import adapter as module
    finally:
        sys.path.pop(0)
    return module


def recorded() -> Iterator[Any]:
    for family, every in EVERY.items():
        with lzma.open(RECORDINGS / f"{family}.jsonl.xz", "rt") as file:
            lines = file.readlines()
        for number, line in enumerate(lines[::every]):
            yield pytest.param(
                [step["op"] for step in json.loads(line)["steps"]], id=f"{family}-{number * every}"
            )


def told(cluster: Cluster) -> Iterator[str]:
    """All that happened and what came of it."""
    for entry in cluster.stage.timeline:
        yield f"{entry[:9]} {json.dumps(entry.value, sort_keys=True)}"
    for value in cluster.store:
        yield json.dumps(value, sort_keys=True)


def without_fast_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission.Admission, "is_idle", lambda *_: False)
    monkeypatch.setattr(admission.Admission, "has_policies", lambda *_: True)


@pytest.mark.parametrize("steps", list(recorded()))
def test_a_recording_is_played_as_without_it(
    adapter: Any, steps: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = json.loads((RECORDINGS / "controllers-nodes.json").read_text())
    clusters: list[Cluster] = []

    class Noted(Cluster):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            clusters.append(self)

    monkeypatch.setattr("kplan.cluster.Cluster", Noted)
    adapter.simulate(nodes, steps)
    without_fast_path(monkeypatch)
    adapter.simulate(nodes, steps)
    assert list(told(clusters[0])) == list(told(clusters[1]))


def web(image: str, replicas: int = 4) -> list[Json]:
    meta = {"name": "web", "namespace": "default", "labels": {"app": "web"}}
    container = {"name": "web", "image": image, "ports": [{"name": "http", "containerPort": 8080}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    service = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}
    headless = {**service, "clusterIP": "None", "publishNotReadyAddresses": True}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": service},
        {"apiVersion": "v1", "kind": "Service", "metadata": {**meta, "name": "direct"}, "spec": headless},
    ]


def rollout() -> Cluster:
    """A Deployment behind two Services, made, rolled, scaled down and rolled back."""
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))
    for objects in (web("web:1"), web("web:2"), web("web:2", 2), web("web:1")):
        cluster.kubectl.apply(objects)
        cluster.run()
    cluster.kubectl.run("drain", "node-1", "--ignore-daemonsets", "--force")
    cluster.run()
    return cluster


def test_a_rollout_is_played_as_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = list(told(rollout()))
    without_fast_path(monkeypatch)
    assert quick == list(told(rollout()))


def pods(cluster: Cluster) -> list[Json]:
    return list(cluster.store.list("", "Pod", "default"))


@pytest.mark.parametrize(
    ("made", "seen"),
    [
        (
            {
                "apiVersion": "v1",
                "kind": "LimitRange",
                "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "5m"}}]},
            },
            lambda pod: pod["spec"]["containers"][0].get("resources"),
        ),
        (
            {"apiVersion": "v1", "kind": "ServiceAccount", "imagePullSecrets": [{"name": "pull"}]},
            lambda pod: pod["spec"].get("imagePullSecrets"),
        ),
        (
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "value": 7,
                "globalDefault": True,
            },
            lambda pod: pod["spec"].get("priorityClassName"),
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_pod_is_made_anew_when_admission_looks_at_something_else(made: Json, seen: Any) -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))
    cluster.kubectl.apply(web("web:1", 2))
    cluster.run()
    account = made["kind"] == "ServiceAccount"
    cluster.kubectl.apply([{**made, "metadata": {"name": "default" if account else "x"}}])
    cluster.kubectl.apply(web("web:1", 4))
    cluster.run()
    assert [bool(seen(pod)) for pod in pods(cluster)] == [False, False, True, True]


def test_a_quota_counts_pods_of_one_template() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))
    cluster.kubectl.apply(web("web:1", 2))
    cluster.run()
    quota = {"metadata": {"name": "few", "namespace": "default"}, "spec": {"hard": {"pods": "3"}}}
    cluster.kubectl.apply([{"apiVersion": "v1", "kind": "ResourceQuota", **quota}])
    cluster.run()
    cluster.kubectl.apply(web("web:1", 5))
    cluster.advance(5)
    assert len(pods(cluster)) == 3


def test_a_write_in_a_namespace_that_terminates_is_refused_all_the_same() -> None:
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))
    cluster.kubectl.apply(web("web:1", 1))
    cluster.run()
    key = ObjectKey("", "Namespace", "", "default")
    namespace = cluster.find(key)
    assert namespace is not None
    cluster.store.put({**namespace, "status": {"phase": "Terminating"}})
    cluster.kubectl.run("scale", "deployment", "web", "--replicas=3")
    cluster.advance(5)
    assert len(pods(cluster)) == 1
