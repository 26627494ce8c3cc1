"""A sweep of the pod garbage collector deletes what a look at all pods would,
and reads no pod that runs where it should.
"""

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.controllers import podgc
from kplan.controllers.podgc import PodGCController
from kplan.simulation.cache import Cache
from kplan.state.glance import Unread
from kplan.state.store import Store

Json = dict[str, Any]


class Deleting:
    """A client that notes whose deletion is asked for."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def update_status(self, _value: Json) -> None:
        """Let it be."""

    def delete(self, key: ObjectKey, *, grace_seconds: int) -> None:
        assert grace_seconds == 0
        self.deleted.append(key.name)


def node(name: str, *, ready: bool, lost: bool) -> Json:
    taints = [{"key": podgc.OUT_OF_SERVICE, "effect": "NoExecute"}] if lost else []
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {"taints": taints},
        "status": {"conditions": conditions},
    }  # fmt: skip


def pod(name: str, where: str, phase: str = "Running", *, leaving: bool = False) -> Json:
    metadata = {
        "name": name,
        "namespace": "default",
        "uid": name,
        "creationTimestamp": "2026-01-01T00:00:00Z",
    }
    if leaving:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:10Z"
    spec = {"nodeName": where} if where else {}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {"phase": phase}}


def texts(*values: Json) -> Cache:
    pairs = [(Store.key_of(value), Unread(json.dumps(value, separators=(",", ":")))) for value in values]
    return Cache(Store.of_texts(pairs, 1, None))


def swept(cache: Cache, *times: int) -> list[str]:
    collector, client = PodGCController(), Deleting()
    for now in times:
        collector.sweep(SimpleNamespace(cache=cache, now=now, client=client))  # type: ignore[arg-type]
    return client.deleted


NODES = [
    node("good", ready=True, lost=False),
    node("slow", ready=False, lost=False),
    node("off", ready=False, lost=True),
]


@pytest.mark.parametrize("seed", range(5))
def test_a_sweep_deletes_what_upstream_deletes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    places, phases = (
        ("good", "slow", "off", "gone", "away", ""),
        ("Running", "Pending", "Succeeded", "Failed"),
    )
    pods = [
        pod(f"pod-{number}", chance.choice(places), chance.choice(phases), leaving=chance.random() < 0.3)
        for number in range(40)
    ]
    monkeypatch.setattr(podgc, "TERMINATED_THRESHOLD", 12 if seed % 2 else 40)
    by_place = [(one, one["spec"].get("nodeName", "")) for one in pods]
    leaving = [(one, where) for one, where in by_place if "deletionTimestamp" in one["metadata"]]
    ended = sorted(
        one["metadata"]["name"] for one in pods if one["status"]["phase"] in ("Succeeded", "Failed")
    )
    wanted = [
        *ended[: max(0, len(ended) - podgc.TERMINATED_THRESHOLD)],
        *(one["metadata"]["name"] for one, where in leaving if where == "off"),
        *(one["metadata"]["name"] for one, where in by_place if where in ("gone", "away")),
        *(one["metadata"]["name"] for one, where in leaving if not where),
    ]
    client, collector, cache = Deleting(), PodGCController(), texts(*NODES, *pods)
    collector._missing_since = dict.fromkeys(("gone", "away"), 0)
    collector.sweep(SimpleNamespace(cache=cache, now=podgc.QUARANTINE, client=client))  # type: ignore[arg-type]
    assert client.deleted == wanted


def test_a_node_may_be_missing_for_a_while() -> None:
    cache = texts(*NODES, pod("one", "gone"))
    assert swept(cache, 0, podgc.QUARANTINE - 1) == []
    assert swept(cache, 0, podgc.QUARANTINE) == ["one"]


def test_pods_that_run_where_they_should_are_not_read() -> None:
    cache = texts(
        *NODES, *(pod(f"pod-{number}", "good") for number in range(9)), pod("last", "", leaving=True)
    )
    assert swept(cache, 0, podgc.QUARANTINE) == ["last", "last"]
    read = [key.name for key, value in cache._objects.items() if key.kind == "Pod" and type(value) is dict]
    assert read == ["last"]
