"""Changes told together: whatever a reader would be told of one that is folded away has to be true
of those that are shown.
"""

import pytest

from kplan.plan.action import Action
from kplan.plan.change import Change, FieldEdit, Identity
from kplan.plan.effect import Effects, JobEffect, JobOutcome, PodEffect, PodOutcome, Rollout
from kplan.plan.model import PlannedChange
from kplan.render.plan_groups import change_groups
from kplan.render.style import PLAIN

_CREATED, _DELETED = PodOutcome.CREATED, PodOutcome.DELETED


def _identity(name: str) -> Identity:
    return Identity("apps/v1", "Deployment", "default", name)


def _rollout(name: str, **given: object) -> Rollout:
    values = {"ready_before": 3, "ready_lowest": 3, "ready_after": 3, "updated_after": 3} | given
    return Rollout(_identity(name), (), 3, **values)  # type: ignore[arg-type]


def _planned(name: str, effects: Effects) -> PlannedChange:
    change = Change(_identity(name), Action.UPDATE, fields=(FieldEdit("spec.template.x", "a", "b"),))
    return PlannedChange(change, effects)


def _pods(name: str, *outcomes: PodOutcome) -> Effects:
    pods = tuple(PodEffect(f"{name}-{n}", "default", outcome, "node-1") for n, outcome in enumerate(outcomes))
    return Effects(pods=pods, rollouts=(_rollout(name),))


def _stopped(name: str, reason: str) -> Effects:
    return Effects(
        rollouts=(_rollout(name, finished=False, progress="1 of 3 pods updated", stopped_because=reason),)
    )


def _shown(*effects: Effects) -> list[int]:
    """How many changes are shown of each group."""
    changes = [_planned(f"app-{n}", one) for n, one in enumerate(effects)]
    return [len(group.shown) for group in change_groups(changes, PLAIN)]


def test_the_order_in_which_pods_come_and_go_makes_no_other_group() -> None:
    turns = _pods("app", _CREATED, _DELETED, _CREATED, _DELETED)
    together = _pods("app", _CREATED, _CREATED, _DELETED, _DELETED)
    assert _shown(turns, turns, turns, together, turns, turns, together, turns) == [2]


def test_another_number_of_pods_is_another_group() -> None:
    one, two = _pods("app", _CREATED), _pods("app", _CREATED, _CREATED)
    assert _shown(*[one] * 6, *[two] * 6) == [2, 2]


def test_rollouts_that_stop_for_the_same_reason_are_one_group_whatever_the_names_of_their_pods() -> None:
    waiting = [
        _stopped(f"app-{n}", f"pod app-{n}-x{n}: container web runs but is not ready") for n in range(8)
    ]
    assert _shown(*waiting) == [2]


def test_short_names_do_not_hide_what_is_said() -> None:
    told = ["nodes are available", "nodes are not available"]
    waiting = [_stopped(name, f"pod {name}-x1: 0/3 {told[name == 'n']}") for name in "abcdefn"]
    changes = [_planned(name, one) for name, one in zip("abcdefn", waiting, strict=True)]
    assert [len(group.shown) for group in change_groups(changes, PLAIN)] == [2, 1]


@pytest.mark.parametrize(
    "other",
    [
        _stopped("app-7", "pod app-7-x: 0/3 nodes are available: 3 Insufficient cpu."),
        Effects(rollouts=(_rollout("app-7"),)),
    ],
    ids=["another reason", "finished"],
)
def test_a_rollout_that_ends_otherwise_is_shown(other: Effects) -> None:
    waiting = [
        _stopped(f"app-{n}", f"pod app-{n}-x{n}: container web runs but is not ready") for n in range(7)
    ]
    assert _shown(*waiting, other) == [2, 1]


def test_a_rollout_that_has_fewer_ready_pods_on_the_way_is_shown() -> None:
    same = [Effects(rollouts=(_rollout(f"app-{n}"),)) for n in range(6)]
    assert _shown(*same, Effects(rollouts=(_rollout("app-6", ready_lowest=0),))) == [2, 1]


def test_jobs_that_fail_for_other_reasons_are_shown() -> None:
    def job(name: str, reason: str) -> Effects:
        return Effects(jobs=(JobEffect(_identity(name), JobOutcome.FAILED, 0, 1, reason),))

    same = [job(f"app-{n}", "BackoffLimitExceeded") for n in range(6)]
    assert _shown(*same, job("app-6", "DeadlineExceeded")) == [2, 1]
