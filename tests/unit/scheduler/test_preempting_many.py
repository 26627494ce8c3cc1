"""Equal pods that preempt one after the other: what is kept of earlier trials gives what trying every node gives."""

import random
from typing import Any

import pytest

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.scheduler import Scheduler

Json = dict[str, Any]


def node(index: int) -> Json:
    room = {"cpu": "4", "memory": "8Gi", "pods": "20"}
    return {
        "metadata": {"name": f"n{index}", "labels": {"kubernetes.io/hostname": f"n{index}"}},
        "status": {"allocatable": room},
    }


def pod(name: str, cpu: str, priority: int, app: str) -> Json:
    container = {"name": "main", "image": "a", "resources": {"requests": {"cpu": cpu}}}
    meta = {"name": name, "namespace": "default", "uid": name, "labels": {"app": app}}
    return {"metadata": meta, "spec": {"containers": [container], "priority": priority}}


def budget(app: str, allowed: int) -> Json:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": app, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": app}}},
        "status": {"disruptionsAllowed": allowed},
    }


def decisions(seed: int, *, one_by_one: bool, alike: bool = False) -> list[Any]:
    """What is decided while pods of few templates come,
    some of the victims going late and some pods leaving on their own.
    """
    dice = random.Random(seed)
    objects = [budget("a", dice.randint(0, 3)), budget("b", 0)][: dice.randint(0, 2)]
    nodes = [node(index) for index in range(dice.choice((90, 130, 260)))]
    cache = Cache(nodes, objects=ObjectList(objects), incremental=not one_by_one)
    scheduler = Scheduler(one_by_one=one_by_one)
    for index in range(len(nodes) * 4):
        cpus, priorities, apps = (
            ("900m",) if alike else ("900m", "1"),
            (0,) if alike else (0, 0, 0, 1, 7),
            "abc",
        )
        small = pod(
            f"low-{index}", dice.choice(cpus), dice.choice(priorities), "c" if alike else dice.choice(apps)
        )
        small["status"] = dice.choice(({}, {}, {"startTime": f"2024-01-01T00:00:0{index % 3}Z"}))
        cache.add_pod(cache.parser.parse(small), nodes[index % len(nodes)]["metadata"]["name"])
    told: list[Any] = []
    late: list[tuple[str, str]] = []
    for index in range(60):
        big = pod(f"high-{index}", dice.choice(("2", "3", "3900m")), dice.choice((5, 5, 9)), "d")
        decision = scheduler.schedule_one(cache, cache.parser.parse(big))
        scheduler.commit(cache, decision)
        told.append((decision.node, decision.message, decision.nomination and shown(decision.nomination)))
        if decision.nomination is None or not decision.nomination.node:
            continue
        victims = [victim.key for victim in decision.nomination.victims]
        if dice.random() < 0.2:
            late += victims
            continue
        for key in victims + (late if dice.random() < 0.3 else []):
            cache.remove_pod(*key)
        again = scheduler.schedule_one(cache, decision.pod)
        scheduler.commit(cache, again)
        told.append((again.node, again.message))
    return told


def shown(nomination: Any) -> tuple[Any, ...]:
    equals = [(name, [victim.name for victim in victims]) for name, victims in nomination.equals]
    return nomination.node, [victim.name for victim in nomination.victims], nomination.violations, equals


@pytest.mark.parametrize("seed", range(6))
def test_pods_that_preempt_decide_as_if_every_node_were_tried(seed: int) -> None:
    assert decisions(seed, one_by_one=False) == decisions(seed, one_by_one=True)


@pytest.mark.parametrize("seed", range(4))
def test_nodes_alike_are_not_mistaken_for_each_other(seed: int) -> None:
    assert decisions(seed, one_by_one=False, alike=True) == decisions(seed, one_by_one=True, alike=True)
