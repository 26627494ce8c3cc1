"""Routes: changes reach who heeds them, in the order of joining,
and nobody who does not would have asked for anything.
"""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.controllers.deployment.controller import DeploymentController
from kplan.simulation.cache import Cache
from kplan.simulation.clock import Clock
from kplan.simulation.engine import Engine
from kplan.simulation.routes import Routes
from kplan.simulation.watches import Change, Request, Watch, beside_status, itself
from kplan.simulation.workqueue import WorkQueue
from kplan.state.sources.nodes import make_nodes, parse_shapes
from kplan.state.store import Store
from kplan.state.watch import EventType, WatchEvent

Json = dict[str, Any]
KEY = ObjectKey("", "Pod", "default", "web")


def pod(controller: str = "", phase: str = "Pending") -> Json:
    owners = [{"apiVersion": "apps/v1", "kind": controller, "name": "web", "controller": True}]
    metadata = {"name": "web", "namespace": "default", "ownerReferences": owners if controller else []}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {}, "status": {"phase": phase}}


class Board:
    """Queues that note whom they are told to look at."""

    def __init__(self) -> None:
        self.engine = Engine(Clock())
        self.cache = Cache()
        self.routes = Routes(self.cache)
        self.told: list[str] = []

    def join(self, name: str, watch: Watch) -> None:
        def work(_key: Request, _cause: int | None) -> int:
            self.told.append(name)
            return 0

        self.routes.add(WorkQueue(self.engine, work), watch)

    def tell(self, event: WatchEvent) -> list[str]:
        self.told.clear()
        self.routes.tell(event, None)
        self.engine.run_until(self.engine.clock.now + 1_000_000)
        return list(self.told)


def test_a_change_takes_the_route_of_its_sort() -> None:
    board = Board()
    board.join("everything", Watch("*", "*", itself, heeds=beside_status))
    board.join("pods", Watch("", "Pod", itself))
    board.join("its Job", Watch("", "Pod", itself, controllers=("apps", "Job")))
    board.join("later", Watch("", "Pod", itself, 5))
    board.join("nodes", Watch("", "Node", itself))
    owned = pod("ReplicaSet")
    assert board.tell(WatchEvent(1, EventType.ADDED, KEY, owned)) == ["pods", "everything", "later"]
    done = {**owned, "status": {"phase": "Succeeded"}}
    assert board.tell(WatchEvent(2, EventType.MODIFIED, KEY, done, owned, reports=True)) == ["pods", "later"]
    own = pod("Job")
    assert "its Job" in board.tell(WatchEvent(3, EventType.ADDED, KEY, own))
    assert "its Job" in board.tell(WatchEvent(4, EventType.MODIFIED, KEY, owned, own))
    assert "its Job" not in board.tell(WatchEvent(5, EventType.MODIFIED, KEY, done, owned))


def test_who_joins_later_is_told_as_well() -> None:
    board = Board()
    event = WatchEvent(1, EventType.ADDED, KEY, pod())
    assert board.tell(event) == []
    board.join("pods", Watch("", "Pod", itself))
    assert board.tell(event) == ["pods"]


def test_nobody_is_asked_whose_objects_are_not_there() -> None:
    board, quota = Board(), ObjectKey("", "ResourceQuota", "default", "some")
    board.join("quotas", Watch("", "Pod", itself, finds=("", "ResourceQuota")))
    event = WatchEvent(1, EventType.ADDED, KEY, pod())
    assert board.tell(event) == []
    value = {"apiVersion": "v1", "kind": quota.kind, "metadata": {"name": quota.name, "namespace": "default"}}
    board.cache.apply(WatchEvent(2, EventType.ADDED, quota, value))
    assert board.tell(event) == ["quotas"]
    board.cache.apply(WatchEvent(3, EventType.DELETED, quota, value, value))
    assert board.tell(event) == []


def test_what_is_there_in_the_beginning_lets_no_recreation_go_on() -> None:
    event = WatchEvent(1, EventType.ADDED, KEY, pod("ReplicaSet"))
    (watch,) = [one for one in DeploymentController("1.36").watches if one.kind == "Pod"]
    replica_set = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "web", "namespace": "default", "ownerReferences": pod("Deployment")["metadata"]["ownerReferences"]},
        "spec": {},
    }  # fmt: skip
    deployment = {**replica_set, "kind": "Deployment", "spec": {"strategy": {"type": "Recreate"}}}
    cache = Cache(Store([replica_set, deployment]))
    assert list(watch.requests(event, cache)) == []
    gone = event._replace(type=EventType.DELETED)
    assert list(watch.requests(gone, cache)) == [ObjectKey("apps", "Deployment", "default", "web")]


def played() -> None:
    """Workloads behind Services, under a quota and a budget, whose node goes."""
    labels = {"app": "web"}
    container = {"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    once = {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}
    hard = {"pods": "20", "services.nodeports": "2"}
    cluster = Cluster.of(make_nodes(parse_shapes("3x4cpu,8Gi,20pods")))

    def apply(version: str, kind: str, spec: Json) -> None:
        cluster.kubectl.apply(
            [
                {
                    "apiVersion": version,
                    "kind": kind,
                    "metadata": {"name": "web", "namespace": "default"},
                    "spec": spec,
                }
            ]
        )
        cluster.run()

    apply("v1", "ResourceQuota", {"hard": hard})
    apply("apps/v1", "Deployment", spec)
    apply("v1", "Service", {"selector": labels, "ports": [{"port": 80}], "type": "NodePort"})
    apply("v1", "Service", {"selector": labels, "ports": [{"port": 80}], "type": "ClusterIP"})
    apply("policy/v1", "PodDisruptionBudget", {"minAvailable": 1, "selector": {"matchLabels": labels}})
    apply("batch/v1", "Job", once)
    container["image"] = "web:2"
    apply("apps/v1", "Deployment", spec)
    for command in (("taint", "nodes", "node-1", "gone=now:NoExecute"), ("delete", "deployment", "web")):
        cluster.kubectl.run(*command)
        cluster.run()


def test_who_does_not_heed_a_change_would_not_ask_for_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    watches: list[Watch] = []
    passed_over: set[tuple[str, str]] = set()
    add, tell = Routes.add, Routes.tell

    def added(routes: Routes, queue: WorkQueue[Request], watch: Watch) -> None:
        watches.append(watch)
        add(routes, queue, watch)

    def told(routes: Routes, event: WatchEvent, cause: int | None) -> None:
        change = Change(event.key[:2], event.type, event.reports)
        for watch in watches:
            watches_it = (watch.group, watch.kind) in (change.kind, ("*", "*"))
            finds = watch.finds is None or routes._cache.has(*watch.finds)
            if watches_it and not (finds and watch.heeds(change)):
                assert not list(watch.requests(event, routes._cache)), (watch, event)
                passed_over.add(change.kind)
        tell(routes, event, cause)

    monkeypatch.setattr(Routes, "add", added)
    monkeypatch.setattr(Routes, "tell", told)
    played()
    assert {("", "Pod"), ("apps", "ReplicaSet"), ("", "Service")} <= passed_over
