"""Plug-ins that kplan does not know are obeyed at every extension point, whatever they declare or leave unsaid.

Each is put into a profile and played both ways: node by node, as upstream does it, and with answers kept from pod to
pod. The kept ones must decide alike.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.decision import Decision
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.framework import Plugin
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.profile import DEFAULT, DEFAULT_REGISTRY, PluginEntry, Profile
from kplan.scheduler.scheduler import Scheduler
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from tests.unit.scheduler.scenarios import Scenario, play, scenario

NO = Status.unschedulable("node(s) said no")
NEVER = Status.unresolvable("node(s) said never")


class ByPodName:
    """Reads the pod's own name, which a template does not tell."""

    name = "ByPodName"

    def filter(self, _state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return NO if pod.name[-1] == node.name[-1] else SUCCESS


class AtMostTwo:
    """Reads the pods of the node, and says so."""

    name = "AtMostTwo"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE_AND_PODS)

    def filter(self, _state: CycleState, _pod: PodInfo, node: NodeInfo) -> Status:
        return NO if len(node.pods) >= 2 else SUCCESS


class AtMostThree:
    """Reads the pods of the node and the pod's requests, and says so."""

    name = "AtMostThree"
    depends_on = Dependence(PodPart.REQUESTS, ClusterPart.NODE_AND_PODS)

    def filter(self, _state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return NO if pod.requests.get("cpu", 0) > 400 and len(node.pods) >= 3 else SUCCESS


class ByLabel:
    """Reads the node's labels alone, and says so."""

    name = "ByLabel"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def filter(self, _state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        return NEVER if "gen" in node.labels and "app" in pod.template.labels else SUCCESS


class EvenCluster:
    """Reads pods on other nodes, and says so, but knows no arrays."""

    name = "EvenCluster"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.CLUSTER)

    def pre_filter(
        self, state: CycleState, _pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        state[self.name] = min(len(node.pods) for node in snapshot.nodes)
        return None, SUCCESS

    def filter(self, state: CycleState, _pod: PodInfo, node: NodeInfo) -> Status:
        return NO if len(node.pods) > state[self.name] + 1 else SUCCESS


class NamesNodes:
    """PreFilter names the nodes, each pod others."""

    name = "NamesNodes"

    def pre_filter(
        self, _state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        names = frozenset(node.name for node in snapshot.nodes if node.name[-1] != pod.name[-1])
        return (names, SUCCESS) if pod.name.endswith("3") else (None, SKIP)


class RefusesPods:
    """PreFilter refuses single pods."""

    name = "RefusesPods"

    def pre_filter(
        self, _state: CycleState, pod: PodInfo, _snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        return None, Status.unresolvable("not this pod") if pod.name.endswith("3") else SUCCESS


class RanksByPodName:
    """Scores by the pod's own name, skips some pods and normalises."""

    name = "RanksByPodName"

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], _snapshot: Snapshot
    ) -> Status:
        state[self.name] = len(nodes)
        return SKIP if pod.name.endswith("2") else SUCCESS

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        return state[self.name] + (ord(pod.name[-1]) * ord(node.name[-1])) % 7

    def normalize(self, _state: CycleState, scores: list[int], _nodes: Sequence[NodeInfo]) -> list[int]:
        return [100 * score // max(scores) for score in scores]


ADDED: tuple[type[Plugin], ...] = (
    ByPodName,
    AtMostTwo,
    AtMostThree,
    ByLabel,
    EvenCluster,
    NamesNodes,
    RefusesPods,
    RanksByPodName,
)


def with_plugins(*plugins: type[Plugin], first: bool = False) -> Profile:
    """The default profile and these, before or behind the others."""
    registry = {**DEFAULT_REGISTRY, **{plugin.name: PluginEntry(plugin, 3) for plugin in plugins}}
    names = tuple((plugin.name, 3) for plugin in plugins)
    return Profile(
        enabled=(*names, *DEFAULT.enabled) if first else (*DEFAULT.enabled, *names), registry=registry
    )


def seen(decision: Decision) -> tuple[object, ...]:
    nomination = decision.nomination
    victims = (nomination.node, [victim.name for victim in nomination.victims]) if nomination else None
    nodes = decision.cycle.snapshot.nodes if decision.cycle and not decision.node else ()
    statuses = ((node.name, decision.diagnosis.status(node.index)) for node in nodes)
    refusals = {name: (status.plugin, status.reasons) for name, status in statuses if status is not None}
    scores = {
        name: {key: value for key, value in row.items() if value} for name, row in decision.scores.items()
    }
    return (
        decision.node,
        decision.message,
        dict(decision.final),
        scores,
        victims,
        refusals,
        decision.next_start,
    )


def replicas(world: Scenario) -> Scenario:
    """The same with three pods of each template, two of them in a row."""
    pods = [
        {**value, "metadata": {**value["metadata"], "name": name, "uid": name}}
        for numbers in ((1, 2), (3,))
        for value in world.pods[:5]
        for name in (f"{value['metadata']['name']}-{number}" for number in numbers)
    ]
    return replace(world, pods=pods)


def decide_alike(seed: int, profile: Profile) -> None:
    world = replicas(scenario(seed))
    slow = play(world, Scheduler(profile, one_by_one=True), world.cache(incremental=False))
    fast = play(world, Scheduler(profile), world.cache(incremental=True))
    assert [seen(decision) for decision in fast] == [seen(decision) for decision in slow]


@pytest.mark.parametrize("plugin", ADDED)
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
@given(st.integers(0, 2**32))
def test_what_is_kept_decides_as_asking_every_time(plugin: type[Plugin], seed: int) -> None:
    decide_alike(seed, with_plugins(plugin, first=bool(seed % 2)))


@settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
@given(st.integers(0, 2**32))
def test_all_of_them_together_decide_alike(seed: int) -> None:
    decide_alike(seed, with_plugins(*ADDED, first=bool(seed % 2)))
