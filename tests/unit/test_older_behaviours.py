"""What controllers, scheduler and kubelets of older minors do otherwise than those of 1.36."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import kplan
from kplan.cluster.cluster import Cluster
from kplan.controllers.cronjob import job_for
from kplan.kubectl.printers.columns import Moment
from kplan.kubectl.printers.tables import columns
from kplan.scheduler.picture import Picture
from kplan.scheduler.profile import DEFAULT
from kplan.scheduler.scheduler import Scheduler
from kplan.schema.changes.behaviours import CURRENT, ROWS, Behaviour, behaviours_of
from kplan.schema.releases import DEFAULT as DEFAULT_RELEASE
from kplan.simulation.timeline import EntryType

Json = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"


def node(name: str = "node-1", *, cpu: str = "2", taints: Iterable[Json] = ()) -> Json:
    sizes = {"cpu": cpu, "memory": "4Gi", "pods": "20"}
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {ZONE: "north"}},
        "spec": {"taints": list(taints)},
        "status": {"allocatable": sizes, "capacity": sizes, "conditions": [{"type": "Ready", "status": "True"}]},
    }  # fmt: skip


def workload(kind: str = "Deployment", name: str = "web", replicas: int = 2, **spec: Any) -> Json:
    container = {"name": "web", "image": "web:1", "resources": spec.pop("resources", {})}
    more = {"serviceName": name} if kind == "StatefulSet" else {}
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [container], **spec.pop("pod", {})},
    }
    return {
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "default"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template, **more, **spec},
    }  # fmt: skip


def played(version: str, *values: Json, nodes: Iterable[Json] = ()) -> Cluster:
    cluster = Cluster.of(list(nodes) or [node()], version=version)
    for value in values:
        cluster.client().create(value)
        cluster.run()
    return cluster


def all_of(cluster: Cluster, kind: str, group: str = "") -> list[Json]:
    return list(cluster.server.list(group, kind, "default"))


def messages(cluster: Cluster, reason: str) -> set[str]:
    return {one.message for one in cluster.events() if one.reason == reason}


def test_a_release_has_what_came_until_it() -> None:
    assert behaviours_of(DEFAULT_RELEASE) == CURRENT
    assert Behaviour.TAINT_MESSAGE in behaviours_of("1.35")
    assert Behaviour.TAINT_MESSAGE not in behaviours_of("1.34")


def test_every_behaviour_is_one_row_and_asked_for() -> None:
    assert sorted(row.behaviour for row in ROWS) == sorted(Behaviour)
    assert [row.since for row in ROWS] == sorted(row.since for row in ROWS)
    sources = [
        path.read_text() for path in Path(kplan.__file__).parent.rglob("*.py") if path.stem != "behaviours"
    ]
    assert all(any(f"Behaviour.{one.name}" in text for text in sources) for one in Behaviour)


@pytest.mark.parametrize(("version", "counted"), [("1.34", False), ("1.35", True)])
def test_replicas_that_are_ending_are_counted_since_1_35(version: str, counted: bool) -> None:
    cluster = played(version, workload())
    for kind in ("Deployment", "ReplicaSet"):
        (found,) = all_of(cluster, kind, "apps")
        assert found["status"]["readyReplicas"] == 2
        assert ("terminatingReplicas" in found["status"]) is counted


@pytest.mark.parametrize(("version", "labelled"), [("1.34", False), ("1.35", True)])
def test_pods_get_their_node_s_zone_since_1_35(version: str, labelled: bool) -> None:
    cluster = played(version, workload())
    assert all((ZONE in pod["metadata"]["labels"]) is labelled for pod in all_of(cluster, "Pod"))


@pytest.mark.parametrize(
    ("version", "said"), [("1.34", "untolerated taint {team: blue}"), ("1.35", "untolerated taint(s)")]
)
def test_the_taint_is_named_until_1_34(version: str, said: str) -> None:
    taint = {"key": "team", "value": "blue", "effect": "NoSchedule"}
    cluster = played(version, workload(replicas=1), nodes=[node(taints=[taint])])
    (text,) = messages(cluster, "FailedScheduling")
    assert f"1 node(s) had {said}" in text


@pytest.mark.parametrize(
    ("version", "said"), [("1.33", "No preemption victims found"), ("1.34", "Preemption is not helpful")]
)
def test_preemption_is_tried_on_nodes_that_are_too_small_until_1_33(version: str, said: str) -> None:
    cluster = played(version, workload(replicas=1, resources={"requests": {"cpu": "3"}}))
    (text,) = messages(cluster, "FailedScheduling")
    assert said in text


@pytest.mark.parametrize(("version", "told"), [("1.33", False), ("1.34", True)])
def test_conditions_say_their_generation_since_1_34(version: str, told: bool) -> None:
    cluster = played(version, workload(replicas=1, resources={"requests": {"cpu": "3"}}))
    (pod,) = all_of(cluster, "Pod")
    (condition,) = pod["status"]["conditions"]
    assert ("observedGeneration" in condition) is told


def test_updates_of_stateful_sets_do_not_wait_for_availability_until_1_33() -> None:
    def between(version: str) -> float:
        cluster = played(version, workload("StatefulSet", minReadySeconds=30, podManagementPolicy="Parallel"))
        changed = deepcopy(all_of(cluster, "StatefulSet", "apps")[0])
        changed["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2"
        cluster.client().update(changed)
        cluster.run()
        first, last = sorted(
            datetime.fromisoformat(pod["metadata"]["creationTimestamp"]) for pod in all_of(cluster, "Pod")
        )
        return (last - first).total_seconds()

    assert between("1.33") < 30 <= between("1.34")


@pytest.mark.parametrize(("version", "made"), [("1.33", 0), ("1.34", 1)])
def test_names_of_replica_sets_are_cut_since_1_34(version: str, made: int) -> None:
    cluster = played(version, workload(name="w" * 250, replicas=0))
    assert len(all_of(cluster, "ReplicaSet", "apps")) == made


def test_pods_of_a_namespace_go_first_since_1_33() -> None:
    def order(version: str) -> list[str]:
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}}
        spec = {"containers": [{"name": "web", "image": "web:1"}]}
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": spec,
        }
        cluster = played(version, namespace, config, pod)
        cluster.kubectl.run("delete", "namespace", "shop")
        cluster.run()
        deleted = [
            one.object for one in cluster.stage.timeline.entries if one.entry_type is EntryType.DELETED
        ]
        return [key.kind for key in deleted if (key.namespace, key.name) == ("shop", "web")]

    assert order("1.33") == ["Pod", "ConfigMap"]
    assert order("1.32") == ["ConfigMap", "Pod"]


@pytest.mark.parametrize("version", ["1.25", "1.27", "1.28", "1.29", "1.32", "1.37"])
def test_what_a_release_does_not_know_is_not_written(version: str) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "default"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "once", "image": "exit0"}]}}},
    }  # fmt: skip
    cluster = played(version, workload("StatefulSet", volumeClaimTemplates=[claim]), job)
    pod = (
        next(one for one in all_of(cluster, "Pod") if one["metadata"]["name"] == "web-0")
        if all_of(cluster, "Pod")
        else {}
    )
    minor = int(version[2:])
    (done,) = all_of(cluster, "Job", "batch")
    assert ("terminating" in done["status"]) is (minor >= 29)
    assert ("apps.kubernetes.io/pod-index" in pod["metadata"]["labels"]) is (minor >= 28)


def test_a_job_of_a_cron_job_says_when_it_was_due_since_1_28() -> None:
    cron = {
        "metadata": {"name": "nightly", "namespace": "default", "uid": "1"}, "kind": "CronJob", "apiVersion": "batch/v1",
        "spec": {"schedule": "0 1 * * *", "jobTemplate": {"spec": {}}},
    }  # fmt: skip
    due = datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert len(job_for(cron, due)["metadata"]["annotations"]) == 1
    assert not job_for(cron, due, annotated=False)["metadata"]["annotations"]


def test_a_node_is_scored_by_its_balance_until_1_35() -> None:
    resources = {"requests": {"cpu": "1", "memory": "1Gi"}}
    busy = workload(name="busy", replicas=1, resources={"requests": {"cpu": "1"}}, pod={"nodeName": "node-1"})
    profiles = {version: DEFAULT.of_release(version) for version in ("1.35", "1.36")}
    scores = {}
    for version, profile in profiles.items():
        cluster = played(version, busy, nodes=[node(cpu="4"), node("node-2", cpu="4")])
        cache = Picture.of(cluster.store).cache()
        pod = workload(resources=resources)["spec"]["template"] | {"apiVersion": "v1", "kind": "Pod"}
        made = cluster.server.create(
            {**pod, "metadata": {"name": "new", "namespace": "default"}}, dry_run=True
        ).value
        decision = Scheduler(profile).schedule_one(cache, cache.parser.parse(made), explain=True)
        scores[version] = {
            name: one["NodeResourcesBalancedAllocation"] for name, one in decision.scores.items()
        }
    assert scores["1.35"] == {"node-1": 87, "node-2": 100}
    assert scores["1.36"] == {"node-1": 75, "node-2": 75}


def printed(version: str, kind: str, value: Json) -> tuple[list[str], list[Any]]:
    server = Cluster.of([], version=version).server
    resource = next(one for one in server.catalog.discovery if one.kind == kind)
    found = [one for one in columns(server, resource) if not one.wide]
    moment = Moment(datetime(2026, 1, 2, tzinfo=UTC))
    return [one.heading for one in found], [one.cell(value, moment) for one in found]


META = {"name": "web", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}


def test_columns_are_those_of_the_minor() -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": META, "secrets": [{"name": "web"}]}
    assert printed("1.34", "ServiceAccount", account) == (["NAME", "SECRETS", "AGE"], ["web", 1, "24h"])
    assert printed("1.35", "ServiceAccount", account)[0] == ["NAME", "AGE"]
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": META, "spec": {}, "status": {}}
    assert printed("1.32", "ResourceQuota", quota)[0] == ["NAME", "AGE", "REQUEST", "LIMIT"]
    assert printed("1.33", "ResourceQuota", quota)[0] == ["NAME", "REQUEST", "LIMIT", "AGE"]


def test_words_for_states_are_those_of_the_minor() -> None:
    ended = [
        {"name": name, "state": {"terminated": {"exitCode": code, "reason": reason}}}
        for name, code, reason in (("first", 0, "Completed"), ("second", 1, "Error"))
    ]
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": META, "spec": {"containers": [{"name": "first"}, {"name": "second"}]},
        "status": {"phase": "Running", "containerStatuses": ended},
    }  # fmt: skip
    assert [printed(version, "Pod", pod)[1][2] for version in ("1.34", "1.35")] == ["Completed", "Error"]
    met = {"conditions": [{"type": "SuccessCriteriaMet", "status": "True"}]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": META, "spec": {}, "status": met}
    assert [printed(version, "Job", job)[1][1] for version in ("1.33", "1.34")] == [
        "Running",
        "SuccessCriteriaMet",
    ]
