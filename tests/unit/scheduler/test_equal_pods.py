"""Pods alike that follow each other: what is kept from one to the next decides as asking about
every node for each of them.
"""

import random
from typing import Any

import pytest

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.decision import Decision
from kplan.scheduler.profile import Profile
from kplan.scheduler.ranking import Ranking
from kplan.scheduler.scheduler import Scheduler
from tests.unit.scheduler import scenarios

Json = dict[str, Any]
SEEDS = range(8)


def plain(dice: random.Random) -> Json:
    """A pod with requests and perhaps a few other things that settle the same for every pod of its kind."""
    made = scenarios.pod(dice, "")
    kept = {"containers", *dice.sample(["tolerations", "nodeSelector", "priority", "overhead"], 2)}
    made["spec"] = {name: item for name, item in made["spec"].items() if name in kept}
    return made


def stories(seed: int) -> tuple[list[Json], list[Json], list[tuple[Any, ...]]]:
    """Nodes, other objects, and what happens: pods come, one goes, a budget or a Service changes."""
    dice = random.Random(seed)
    nodes = [scenarios.node(dice, f"n{index}", 3) for index in range(dice.choice((40, 103, 130)))]
    for value in nodes if dice.random() < 0.6 else ():
        value["spec"]["taints"] = []
    kinds = [plain(dice) if dice.random() < 0.7 else scenarios.pod(dice, "") for _ in range(6)]
    told: list[tuple[Any, ...]] = []
    for turn in range(24):
        few = dice.sample(kinds, dice.choice((1, 1, 2, 3)))
        for place in range(dice.choice((1, 4, 12))):
            chosen = few[place % len(few)]
            name = f"p{turn}-{place}"
            told.append(
                (
                    "place",
                    {**chosen, "metadata": {**chosen["metadata"], "name": name, "uid": name}},
                    dice.random(),
                )
            )
        told += [("remove", dice.random())] * dice.choice((0, 0, 1, 3))
        if dice.random() < 0.1:
            told.append(("object", *scenarios.others(dice)))
    return nodes, scenarios.others(dice), told


def decided(seed: int, profile: Profile, *, one_by_one: bool) -> list[Any]:
    nodes, objects, told = stories(seed)
    others = ObjectList(objects)
    cache = Cache(nodes, objects=others, incremental=not one_by_one)
    scheduler = Scheduler(profile, one_by_one=one_by_one)
    placed: list[tuple[str, str]] = []
    seen: list[Any] = []
    for what, *about in told:
        if what == "object":
            for value in about:
                others.put(value)
            cache.invalidate()
        elif what == "remove" and placed:
            cache.remove_pod(*placed.pop(int(about[0] * len(placed))))
        elif what == "place":
            decision = scheduler.commit(cache, scheduler.schedule_one(cache, cache.parser.parse(about[0])))
            seen.append(shown(decision))
            if decision.node:
                placed.append(decision.pod.key)
            elif decision.nomination is not None and about[1] < 0.8:
                for victim in decision.nomination.victims:
                    cache.remove_pod(*victim.key)
                again = scheduler.commit(cache, scheduler.schedule_one(cache, decision.pod))
                seen.append(shown(again))
    seen.append([(node.name, [pod.name for pod in node.pods], node.requested) for node in cache.nodes])
    return seen


def shown(decision: Decision) -> tuple[Any, ...]:
    nomination = decision.nomination
    victims = nomination and [(name, [pod.name for pod in pods]) for name, pods in nomination.equals]
    return (
        decision.pod.name,
        decision.node,
        decision.message,
        nomination and (nomination.node, nomination.violations),
        # one by one, equally good nodes are the same ones
        victims,
        decision.next_start,
        decision.refused_by,
        decision.feasible,
    )


@pytest.mark.parametrize("percentage", [0, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_equal_pods_are_placed_as_if_scheduled_one_by_one(seed: int, percentage: int) -> None:
    profile = Profile(percentage_of_nodes_to_score=percentage)
    assert decided(seed, profile, one_by_one=False) == decided(seed, profile, one_by_one=True)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_many_kinds_in_turn_are_placed_as_one_by_one(seed: int) -> None:
    """Between two pods of a kind so many nodes change that they are judged by the row."""
    dice = random.Random(seed)
    nodes = [scenarios.node(dice, f"n{index}", 3) for index in range(140)]
    for value in nodes:
        value["spec"] = {}
        value["status"]["allocatable"]["pods"] = dice.choice(("4", "30", "110"))
    requests = [{"cpu": f"{10 + kind}m", "memory": f"{5 + 3 * kind}Mi"} for kind in range(40)]
    told = [dice.randrange(len(requests)) if dice.random() < 0.2 else turn % 40 for turn in range(400)]

    def placed(*, one_by_one: bool) -> list[Any]:
        cache = Cache(nodes, incremental=not one_by_one)
        scheduler = Scheduler(one_by_one=one_by_one)
        decisions = []
        for turn, kind in enumerate(told):
            container = {"name": "a", "resources": {"requests": requests[kind]}}
            metadata = {"name": f"p{turn}", "namespace": "default"}
            pod = cache.parser.parse({"metadata": metadata, "spec": {"containers": [container]}})
            decisions.append(scheduler.commit(cache, scheduler.schedule_one(cache, pod)))
        return [shown(decision) for decision in decisions]

    assert placed(one_by_one=False) == placed(one_by_one=True)


def test_the_kept_sums_decide_for_most_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would say nothing if every pod were judged anew, or nodes never by the row."""
    won: list[Any] = []
    rows: list[Any] = []
    best: Any = Ranking.best
    judge_row: Any = Ranking._judge_row

    def noted(*about: Any) -> Any:
        won.append(best(*about))
        return won[-1]

    def noted_row(*about: Any) -> None:
        rows.append(about)
        judge_row(*about)

    monkeypatch.setattr(Ranking, "best", noted)
    monkeypatch.setattr(Ranking, "_judge_row", noted_row)
    places = [decided(seed, Profile(), one_by_one=False) for seed in SEEDS]
    assert sum(answer is not None for answer in won) > 0.25 * sum(map(len, places))
    assert len(rows) > len(SEEDS)
