"""How workloads exchange their pods: the steps, how few were ready on the way, how far it came and what stopped it."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.change import Identity
from kplan.plan.effect import Rollout, Step
from kplan.plan.effects.share import Share
from kplan.plan.obstacle import obstacle
from kplan.plan.owned import pods_of
from kplan.plan.progress import (
    WORKLOADS,
    Progress,
    is_given_up,
    is_paused,
    is_updating,
    progress_of,
    ready_of,
    updates_on_delete,
)
from kplan.plan.reading import number
from kplan.simulation.clock import SECOND, Instant
from kplan.simulation.timeline import EntryType, TimelineEvent
from kplan.state.store import Store

_STEPS: Final = frozenset(
    {
        "ScalingReplicaSet",
        "SuccessfulCreate",
        "SuccessfulDelete",
        "ReplicaSetCreateError",
    }
)
"""Reasons of the Events that tell of a rollout's steps."""
_SIZED: Final = re.compile(r"New size: (\d+); reason: (.*)")


def rollouts(share: Share) -> Iterator[Rollout]:
    """The rollouts of workloads that no other workload controls, including one that should begin and does not."""
    for key in share.touched:
        after = share.after(key) if key[:2] in WORKLOADS else None
        end = progress_of(after) if after is not None and controller_of(after) is None else None
        if after is None or end is None:
            continue
        mine = [entry for entry in share.events if entry.object == key]
        own = [entry for entry in mine if _is_step(entry)]
        sized = share.resized.get(key, ()) if own else ()
        steps = tuple(
            _step(entry, share.outcome.started) for entry in sorted((*own, *sized), key=lambda one: one.id)
        )
        before = share.before(key)
        if steps or (not end.done and _spec_changes(before, after) and not is_paused(after)):
            between = [entry.value for entry in mine if entry.value]
            yield _rollout(key[:2], before, between, after, end, steps, share.outcome.final)


def how_far(value: Json, progress: Progress, store: Store) -> str:
    """``1 of 3 pods updated, 1 of them not ready, 2 old pods left``; if no pod is old: ``2 of 3 pods ready``."""
    pods = pods_of(value, store)
    old = sum(not pod.updated for pod in pods)
    if not old:
        available = f", {progress.available} of them available" if _only_waits(progress) else ""
        return f"{progress.ready} of {progress.desired} pods ready{available}"
    unready = sum(pod.updated and not pod.ready for pod in pods)
    # a DaemonSet counts a node as updated only when its old pod is gone, however new the pod beside it is
    updated = max(progress.updated, unready)
    said = [f"{updated} of {progress.must_update or progress.desired} pods updated"]
    said += [f"{unready} of them not ready"] if unready else []
    return ", ".join([*said, f"{old} old pod{'s' if old > 1 else ''} left"])


def _only_waits(progress: Progress) -> bool:
    """Whether all pods are ready, and some not for as long as they have to be."""
    return progress.available < progress.desired <= progress.ready


def _rollout(
    kind: tuple[str, str],
    before: Json | None,
    between: list[Json],
    after: Json,
    end: Progress,
    steps: tuple[Step, ...],
    store: Store,
) -> Rollout:
    start = (ready_of(kind, before) or 0) if before else 0
    return Rollout(
        workload=Identity.of(after),
        steps=steps,
        desired=end.desired,
        ready_before=start,
        ready_lowest=min([start, *(ready_of(kind, value) or 0 for value in between)]) if before else 0,
        ready_after=end.ready,
        updated_after=end.updated,
        finished=end.done,
        progress=_when_done(before, between, after, end) if end.done else how_far(after, end, store),
        stopped_because="" if end.done else obstacle(after, store).why,
    )


def _when_done(before: Json | None, between: Iterable[Json], value: Json, end: Progress) -> str:
    """What is worth noting about a finished rollout:
    pods left at an older template, and whether kubectl would have waited.
    """
    states = [before or {}, *between]
    given_up = any(is_given_up(now) and not is_given_up(earlier) for earlier, now in pairwise(states))
    limit = number(value, "spec", "progressDeadlineSeconds", default=600)
    late = f"kubectl rollout status gives up before that, after {limit} s without progress (progressDeadlineSeconds)"
    return "; ".join(filter(None, (_kept(before, value, end), late if given_up else "")))


def _kept(before: Json | None, value: Json, end: Progress) -> str:
    """What keeps pods at an older template although the rollout is over."""
    if not is_updating(value):
        changed = before is not None and before["spec"].get("template") != value["spec"].get("template")
        return "pods that were there keep the old template until they are deleted" if changed else ""
    kept = end.desired - end.updated
    if kept <= 0:
        return ""
    pods = f"{kept} pod{'s' if kept > 1 else ''} at the old template"
    if is_paused(value):
        return f"the pause keeps {pods} (kubectl rollout resume)"
    if updates_on_delete(value):
        return f"updateStrategy OnDelete keeps {pods} until deleted"
    partition = number(value, "spec", "updateStrategy", "rollingUpdate", "partition")
    return f"partition {partition} keeps {pods}" if partition else ""


def _spec_changes(before: Json | None, after: Json) -> bool:
    return before is None or before.get("spec") != after.get("spec")


def _is_step(entry: TimelineEvent) -> bool:
    return entry.entry_type is EntryType.EVENT and entry.reason in _STEPS


def _step(entry: TimelineEvent, started: Instant) -> Step:
    sized = _SIZED.fullmatch(entry.message) if entry.object.kind == "HorizontalPodAutoscaler" else None
    told = f"autoscaler {entry.object.name} asks for {sized[1]} pods: {sized[2]}" if sized else entry.message
    return Step(round((entry.when - started) / SECOND, 3), told)
