"""A plan as a tree of texts: a change, what follows from it, and the pods below what owns them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple
from kplan.plan.action import Action
from kplan.plan.change import Change, FieldEdit
from kplan.plan.effect import (
    Consequence,
    Effects,
    EndpointEffect,
    JobEffect,
    JobOutcome,
    ObjectEffect,
    PodEffect,
    PodOutcome,
    Rollout,
)
from kplan.plan.model import LeftBehind, Plan, PlannedChange, RiskFinding, RiskStatus
from kplan.render.edit_text import edit_line, edit_lines
from kplan.render.effects_text import tone_of
from kplan.render.plan_text import is_told, unsettled
from kplan.render.style import Tone
from kplan.sentences import counted

_MOST_PODS: Final = 12
"""Pods of one kind of outcome that are listed one by one; more are counted by node."""
_OUTCOMES: Final = {
    PodOutcome.CREATED: ("+", Tone.ADDED),
    PodOutcome.DELETED: ("-", Tone.REMOVED),
    PodOutcome.EVICTED: ("-", Tone.WARNING),
    PodOutcome.MOVED: ("-", Tone.WARNING),
    PodOutcome.RESTARTED: ("~", Tone.CHANGED),
    PodOutcome.SCHEDULED: ("~", Tone.ADDED),
}
_PLACES: Final = {
    PodOutcome.CREATED: "on",
    PodOutcome.DELETED: "deleted from",
    PodOutcome.EVICTED: "evicted from",
    PodOutcome.MOVED: "moved away from",
    PodOutcome.RESTARTED: "restarted on",
    PodOutcome.SCHEDULED: "scheduled on",
}


class Branch(NamedTuple):
    """One line, in its tone, and the lines below it."""

    text: str
    tone: Tone | None = None
    below: "tuple[Branch, ...]" = ()


def branches(plan: Plan) -> Iterator[Branch]:
    """The changes in the order of application, what follows from none of them, and the risks."""
    yield from (_change(one) for one in plan.changes if is_told(one))
    if aside := tuple(_effects(plan.not_caused_by_changes)):
        yield Branch("Not caused by this change", Tone.HEADING, aside)
    if plan.left_behind:
        heading = "Left behind: applied earlier, not in these manifests"
        yield Branch(heading, Tone.WARNING, tuple(map(_left, plan.left_behind)))
    if plan.risks:
        yield Branch("Risks", Tone.HEADING, tuple(map(_risk, plan.risks)))
    yield from (Branch(f"Not played: {text}", Tone.WARNING) for text in plan.unplayed)
    if not plan.complete and not plan.unplayed:
        yield Branch(unsettled(plan), Tone.WARNING)


def _change(planned: PlannedChange) -> Branch:
    change = planned.change
    why = f"{change.action}: {change.reason}" if change.reason else f"{change.action}"
    head = f"{change.action.symbol} {change.object.title}  {why}".strip()
    return Branch(head, tone_of(change.action), (*_fields(change), *_effects(planned.effects)))


def _fields(change: Change) -> Iterator[Branch]:
    if change.refusal:
        yield Branch(change.refusal, Tone.ERROR)
    if change.action not in (Action.CREATE, Action.DELETE):
        yield from map(_field, change.fields)
    for path in change.immutable_fields:
        yield Branch(f"{path} cannot be changed in place", Tone.REMOVED)
    if change.help:
        yield Branch(f"help: {change.help}")
    if change.origin:
        yield Branch(change.origin, Tone.NOTE)
    yield from (Branch(f"warning: {text}", Tone.WARNING) for text in change.warnings)


def _left(one: LeftBehind) -> Branch:
    keeps = [f"keeps {counted(one.pods, 'pod')} running"] if one.pods else []
    keeps += [f"keeps serving {counted(one.endpoints, 'endpoint')}"] if one.endpoints else []
    keeps += [one.successor] if one.successor else []
    return Branch(f"{one.object.title}  {', '.join(keeps)}".rstrip())


def _field(edit: FieldEdit) -> Branch:
    tone = Tone.ADDED if edit.before is None else Tone.REMOVED if edit.after is None else Tone.CHANGED
    return Branch(edit_line(edit), tone, tuple(map(Branch, edit_lines(edit))))


def _effects(effects: Effects) -> Iterator[Branch]:
    if effects.no_effect_because:
        yield Branch(f"no effect now: {effects.no_effect_because}", Tone.NOTE)
    yield from map(_rollout, effects.rollouts)
    others, owned = _below_owners(effects)
    yield from (_object(one, pods) for one, pods in owned)
    yield from _pods(others)
    yield from map(_job, effects.jobs)
    yield from map(_endpoints, effects.endpoints)
    yield from (Branch(f"{one.object.title}  {one.detail}") for one in effects.survivors)
    yield from (Branch(f"! {message}", Tone.ERROR) for message in effects.further_refusals)
    yield from map(_consequence, effects.consequences)


Owned = list[tuple[ObjectEffect, list[PodEffect]]]


def _below_owners(effects: Effects) -> tuple[list[PodEffect], Owned]:
    """The pods that stand alone, and the objects that controllers write, each with its pods."""
    owned: Owned = [(one, []) for one in effects.objects]
    longest = sorted(owned, key=lambda pair: -len(pair[0].object.name))
    alone: list[PodEffect] = []
    for pod in effects.pods:
        home = next((pods for one, pods in longest if _owns(one, pod)), alone)
        home.append(pod)
    return alone, owned


def _owns(one: ObjectEffect, pod: PodEffect) -> bool:
    owner = one.object
    return (
        owner.kind in ("ReplicaSet", "Job")
        and owner.namespace == pod.namespace
        and pod.name.startswith(f"{owner.name}-")
    )


def _object(one: ObjectEffect, pods: Sequence[PodEffect]) -> Branch:
    detail = f"  {one.detail}" if one.detail else ""
    return Branch(f"{one.action.symbol} {one.object.title}{detail}", tone_of(one.action), tuple(_pods(pods)))


def _rollout(one: Rollout) -> Branch:
    ready = f"rollout: {one.ready_before} -> {one.ready_after} of {one.desired} ready"
    ready += f", {one.at_worst}" if one.at_worst else ""
    if one.progress:
        ready += f"; {one.progress}"
    steps = tuple(Branch(f"{step.at_seconds:.1f} s  {step.message}", Tone.NOTE) for step in one.steps)
    stopped = (Branch(f"stopped: {one.stopped_because}", Tone.WARNING),) if one.stopped_because else ()
    return Branch(ready, None if one.finished else Tone.WARNING, (*steps, *stopped))


def _job(one: JobEffect) -> Branch:
    if one.outcome is JobOutcome.SUCCEEDED:
        return Branch(f"{one.job.title} succeeds", Tone.NOTE)
    after = f" after {counted(one.pods_failed, 'failed pod')}" if one.pods_failed else ""
    return Branch(f"! {one.job.title} fails{after}: {one.reason}", Tone.ERROR)


def _pods(pods: Iterable[PodEffect]) -> Iterator[Branch]:
    ordered = sorted(pods, key=lambda pod: (pod.outcome, pod.pending, pod.reason, pod.namespace, pod.name))
    for (outcome, pending, reason), group in groupby(
        ordered, key=lambda pod: (pod.outcome, pod.pending, pod.reason)
    ):
        found = list(group)
        tone = Tone.WARNING if pending else _OUTCOMES[outcome][1]
        if len(found) <= _MOST_PODS:
            yield from (Branch(_pod(pod), tone) for pod in found)
        else:
            word = "pending" if pending else outcome
            why = f": {reason}" if reason else ""
            yield Branch(
                f"{_OUTCOMES[outcome][0]} {len(found):,} pods {word}{why}", tone, tuple(_by_node(found))
            )


def _by_node(pods: Sequence[PodEffect]) -> Iterator[Branch]:
    counts = Counter(pod.node for pod in pods if pod.node)
    yield from (Branch(f"{count:,} on {node}", Tone.NOTE) for node, count in sorted(counts.items()))


def _pod(pod: PodEffect) -> str:
    place = "pending" if pod.pending else f"{_PLACES[pod.outcome]} {pod.node}" if pod.node else pod.outcome
    why = f": {pod.reason}" if pod.reason else ""
    return f"{_OUTCOMES[pod.outcome][0]} pod/{pod.name}  {place}{why}"


def _endpoints(one: EndpointEffect) -> Branch:
    port = f" port {one.port}" if one.port else ""
    text = f"{one.service.title}{port}: {one.ready_before} -> {one.ready_after} endpoints"
    text += f", {one.at_worst}" if one.at_worst else ""
    return Branch(text, Tone.WARNING if one.ready_after == 0 else None)


def _consequence(one: Consequence) -> Branch:
    is_note = one.severity is Severity.INFO
    mark = "" if is_note else "! "
    return Branch(f"{mark}{one.object.title} {one.message}", Tone.NOTE if is_note else Tone.WARNING)


def _risk(risk: RiskFinding) -> Branch:
    known = {
        RiskStatus.NEW: "",
        RiskStatus.WORSE: " (worse than before)",
        RiskStatus.EXISTING: " (already there)",
    }
    text = f"{risk.severity} {risk.code} {risk.name}: {risk.object.title} {risk.message}{known[risk.status]}"
    return Branch(text, Tone.WARNING)
