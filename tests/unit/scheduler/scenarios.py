"""Random clusters: nodes and pods that use everything the scheduler looks at, from one number."""

import random
from dataclasses import dataclass
from typing import Any

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.decision import Decision
from kplan.scheduler.scheduler import Scheduler

Json = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
APPS = ("web", "db", "cache", "job")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


@dataclass(frozen=True)
class Scenario:
    nodes: list[Json]
    objects: list[Json]
    pods: list[Json]

    def cache(self, *, incremental: bool) -> Cache:
        return Cache(self.nodes, objects=ObjectList(self.objects), incremental=incremental)


def scenario(seed: int) -> Scenario:
    dice = random.Random(seed)
    size = dice.choice((1, 2, 3, 5, 8, 13, 110))
    zones = dice.choice((0, 1, 3))
    return Scenario(
        [node(dice, f"n{index}", zones) for index in range(size)],
        others(dice),
        [pod(dice, f"p{index}") for index in range(dice.choice((3, 6, 12)))],
    )


def node(dice: random.Random, name: str, zones: int) -> Json:
    labels = {"gen": str(dice.randint(1, 9))} if dice.random() < 0.4 else {}
    if dice.random() < 0.95:
        labels[HOST] = name
    if zones and dice.random() < 0.9:
        labels[ZONE] = f"z{dice.randrange(zones)}"
    if dice.random() < 0.4:
        labels["disk"] = dice.choice(("ssd", "hdd"))
    allocatable = {
        "cpu": dice.choice(("1", "2", "4", "8")),
        "memory": dice.choice(("2Gi", "4Gi", "7900Mi")),
        "pods": dice.choice(("2", "4", "110")),
        "ephemeral-storage": "20Gi",
    }
    if dice.random() < 0.2:
        allocatable["example.com/gpu"] = dice.choice(("1", "2"))
    effects = ("NoSchedule", "PreferNoSchedule", "NoExecute")
    taints = (
        [{"key": "dedicated", "value": dice.choice(("a", "b")), "effect": dice.choice(effects)}]
        if dice.random() < 0.25
        else []
    )
    images = [
        {"names": [f"image{index}:1"], "sizeBytes": 300_000_000 * (index + 1)}
        for index in range(3)
        if dice.random() < 0.3
    ]
    spec = {"taints": taints, "unschedulable": dice.random() < 0.07}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {"allocatable": allocatable, "images": images},
    }


def others(dice: random.Random) -> list[Json]:
    objects: list[Json] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name[0]}}}
        for name in ("default", "shop")
    ]
    for app in APPS:
        if dice.random() < 0.3:
            metadata = {"name": app, "namespace": "default"}
            objects.append(
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": metadata,
                    "spec": {"selector": {"app": app}},
                }
            )
    if dice.random() < 0.3:
        objects.append(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": "b", "namespace": "default"},
                "spec": {"selector": {"matchLabels": {"app": dice.choice(APPS)}}},
                "status": {"disruptionsAllowed": dice.randrange(2)},
            }
        )
    return objects


def pod(dice: random.Random, name: str) -> Json:
    spec: Json = {"containers": [container(dice, f"c{index}") for index in range(dice.choice((1, 1, 2)))]}
    if dice.random() < 0.2:
        spec["initContainers"] = [container(dice, "i")]
        if dice.random() < 0.5:
            spec["initContainers"][0]["restartPolicy"] = "Always"
    if dice.random() < 0.2:
        spec["nodeSelector"] = {"disk": dice.choice(("ssd", "hdd"))}
    if dice.random() < 0.3:
        spec["tolerations"] = [
            dice.choice(
                (
                    {"operator": "Exists"},
                    {"key": "dedicated", "value": "a", "effect": dice.choice(("", "NoSchedule"))},
                )
            )
        ]
    if dice.random() < 0.5:
        spec["affinity"] = affinity(dice)
    if dice.random() < 0.4:
        spec["topologySpreadConstraints"] = [constraint(dice) for _ in range(dice.choice((1, 2)))]
    if dice.random() < 0.4:
        spec["priority"] = dice.choice((0, 5, 10))
    if dice.random() < 0.1:
        spec["overhead"] = {"cpu": "50m"}
    labels = {"app": dice.choice(APPS)} if dice.random() < 0.9 else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": dice.choice(("default", "default", "shop")),
            "uid": name,
            "labels": labels,
        },
        "spec": spec,
    }


def container(dice: random.Random, name: str) -> Json:
    requests = {}
    if dice.random() < 0.8:
        requests["cpu"] = dice.choice(("0", "100m", "500m", "1", "3"))
    if dice.random() < 0.8:
        requests["memory"] = dice.choice(("64Mi", "500Mi", "1Gi", "3Gi"))
    if dice.random() < 0.1:
        requests["ephemeral-storage"] = "5Gi"
    if dice.random() < 0.1:
        requests["example.com/gpu"] = "1"
    value: Json = {"name": name, "image": f"image{dice.randrange(4)}:1", "resources": {"requests": requests}}
    if dice.random() < 0.15:
        value["ports"] = [
            {"containerPort": 80, "hostPort": dice.choice((80, 443)), "hostIP": dice.choice(("", "10.0.0.1"))}
        ]
    return value


def affinity(dice: random.Random) -> Json:
    value: Json = {}
    if dice.random() < 0.3:
        value["nodeAffinity"] = {
            PREFERRED: [{"weight": dice.randint(1, 100), "preference": node_term(dice)} for _ in range(2)]
        }
        if dice.random() < 0.5:
            value["nodeAffinity"][REQUIRED] = {
                "nodeSelectorTerms": [node_term(dice) for _ in range(dice.choice((1, 2)))]
            }
    for kind in ("podAffinity", "podAntiAffinity"):
        if dice.random() < 0.4:
            value[kind] = {}
            if dice.random() < 0.5:
                value[kind][REQUIRED] = [pod_term(dice) for _ in range(dice.choice((1, 1, 2)))]
            if dice.random() < 0.6:
                value[kind][PREFERRED] = [
                    {"weight": dice.randint(1, 100), "podAffinityTerm": pod_term(dice)} for _ in range(2)
                ]
    return value


def node_term(dice: random.Random) -> Json:
    if dice.random() < 0.1:
        return {
            "matchFields": [{"key": "metadata.name", "operator": "In", "values": [f"n{dice.randrange(4)}"]}]
        }
    return {
        "matchExpressions": [
            dice.choice(
                (
                    {"key": "disk", "operator": "In", "values": ["ssd"]},
                    {"key": "disk", "operator": "NotIn", "values": ["ssd"]},
                    {"key": "gen", "operator": "Gt", "values": ["4"]},
                    {"key": "gen", "operator": "Exists"},
                    {"key": ZONE, "operator": "DoesNotExist"},
                )
            )
        ]
    }


def pod_term(dice: random.Random) -> Json:
    term: Json = {
        "topologyKey": dice.choice((ZONE, HOST)),
        "labelSelector": {"matchLabels": {"app": dice.choice(APPS)}},
    }
    if dice.random() < 0.2:
        term["labelSelector"] = {
            "matchExpressions": [{"key": "app", "operator": dice.choice(("Exists", "DoesNotExist"))}]
        }
    if dice.random() < 0.2:
        term["namespaces"] = ["shop"]
    if dice.random() < 0.2:
        term["namespaceSelector"] = dice.choice(({}, {"matchLabels": {"team": "s"}}))
    return term


def constraint(dice: random.Random) -> Json:
    value: Json = {
        "maxSkew": dice.randint(1, 3),
        "topologyKey": dice.choice((ZONE, HOST)),
        "whenUnsatisfiable": dice.choice(("DoNotSchedule", "ScheduleAnyway")),
        "labelSelector": dice.choice(
            (
                {"matchLabels": {"app": dice.choice(APPS)}},
                {},
                {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
            )
        ),
    }
    if dice.random() < 0.2 and value["whenUnsatisfiable"] == "DoNotSchedule":
        value["minDomains"] = 2
    if dice.random() < 0.3:
        value["nodeTaintsPolicy"] = "Honor"
    if dice.random() < 0.3:
        value["nodeAffinityPolicy"] = "Ignore"
    if dice.random() < 0.2:
        value["matchLabelKeys"] = ["app"]
    return value


def play(given: Scenario, scheduler: Scheduler, cache: Cache) -> list[Decision]:
    """Place every pod in turn; victims go at once, and the pod they made room for tries again."""
    decisions = []
    for value in given.pods:
        decision = scheduler.schedule_one(cache, cache.parser.parse(value), explain=True)
        decisions.append(decision)
        scheduler.commit(cache, decision)
        if decision.nomination is not None and decision.nomination.node:
            for victim in decision.nomination.victims:
                cache.remove_pod(victim.namespace, victim.name)
            if len(decisions) % 2:
                again = scheduler.schedule_one(cache, decision.pod, explain=True)
                decisions.append(again)
                scheduler.commit(cache, again)
    return decisions
