"""Both ways of deciding agree: node by node as upstream does it, and all nodes at once from arrays."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kplan.scheduler.decision import Decision
from kplan.scheduler.profile import Profile
from kplan.scheduler.scheduler import Scheduler
from tests.unit.scheduler.scenarios import play, scenario

EXAMPLES = int(os.environ.get("KPLAN_FUZZ", "150"))


def seen(decision: Decision) -> tuple[object, ...]:
    victims = [victim.name for victim in decision.nomination.victims] if decision.nomination else None
    node = decision.nomination.node if decision.nomination else None
    scores = {
        name: {key: value for key, value in row.items() if value} for name, row in decision.scores.items()
    }
    return (
        decision.pod.name,
        decision.node,
        dict(decision.final),
        scores,
        decision.message,
        node,
        victims,
        decision.next_start,
    )


@pytest.mark.fuzz
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(st.integers(0, 2**32))
def test_arrays_decide_as_node_by_node(seed: int) -> None:
    given_ = scenario(seed)
    for profile in (Profile(), Profile(percentage_of_nodes_to_score=5)):
        slow = play(given_, Scheduler(profile, one_by_one=True), given_.cache(incremental=False))
        fast = play(given_, Scheduler(profile), given_.cache(incremental=True))
        assert [seen(decision) for decision in fast] == [seen(decision) for decision in slow]


def test_the_same_input_gives_the_same_decisions() -> None:
    given_ = scenario(7)
    first = play(given_, Scheduler(), given_.cache(incremental=True))
    second = play(given_, Scheduler(), given_.cache(incremental=True))
    assert [seen(decision) for decision in first] == [seen(decision) for decision in second]
