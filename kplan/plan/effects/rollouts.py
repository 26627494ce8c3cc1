"""How workloads exchange their pods: the steps, and how few were ready on the way."""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.change import Identity
from kplan.plan.effect import Rollout, Step
from kplan.plan.effects.share import Share
from kplan.plan.progress import progress_of
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.timeline import EntryType, TimelineEvent

_STEPS: Final = frozenset(
    {
        "ScalingReplicaSet",
        "SuccessfulCreate",
        "SuccessfulDelete",
        "ReplicaSetCreateError",
        "Completed",
        "Suspended",
        "Resumed",
    }
)
"""Reasons of the Events that tell of a rollout's steps."""


def rollouts(share: Share) -> Iterator[Rollout]:
    """The rollouts of workloads that no other workload controls."""
    for key in share.touched:
        after = share.after(key)
        if after is None or controller_of(after) is not None or progress_of(after) is None:
            continue
        mine = [entry for entry in share.events if entry.object == key]
        steps = tuple(_step(entry, share.outcome.started) for entry in mine if _is_step(entry))
        if steps:
            yield _rollout(share.before(key), [entry.value for entry in mine if entry.value], after, steps)


def _rollout(before: Json | None, between: list[Json], after: Json, steps: tuple[Step, ...]) -> Rollout:
    start, end = _ready(before) if before else 0, progress_of(after)
    assert end is not None
    return Rollout(
        workload=Identity.of(after),
        steps=steps,
        desired=end.desired,
        ready_before=start,
        ready_lowest=min([start, *map(_ready, between)]) if before else 0,
        ready_after=end.ready,
        updated_after=end.updated,
    )


def _ready(value: Json) -> int:
    progress = progress_of(value)
    return progress.ready if progress else 0


def _is_step(entry: TimelineEvent) -> bool:
    return entry.entry_type is EntryType.EVENT and entry.reason in _STEPS


def _step(entry: TimelineEvent, started: Instant) -> Step:
    return Step(round((entry.when - started) / SECOND, 3), entry.message)
