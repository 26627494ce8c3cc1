"""What is killed while it writes loses nothing, and many writers lose nothing; ``make attack`` kills many more."""

from pathlib import Path

from kplan.state.sources.sqlite import HOME
from tests import kills


def test_what_is_killed_leaves_nothing_torn() -> None:
    found = list(kills.kills(18, seed=5))
    for seed in range(6, 12):  # how many end before they are killed depends on the machine
        if {one.code for one in found} == {0, -9}:
            break
        found += kills.kills(6, seed=seed)
    assert not [one for one in found if one.wrong]
    assert {one.code for one in found} == {0, -9}


def test_writers_lose_nothing() -> None:
    assert kills.writers(3, 3) == kills.Writers(9, 9, 9)


def test_a_lost_revision_and_a_torn_plan_are_seen(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"torn": ')
    assert list(kills._plan(plan, 0, 2))
    assert kills._state(tmp_path / HOME, 1) == (0, ("1 revisions are lost",))
