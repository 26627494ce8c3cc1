"""A plan as text: the summary, the changes with what follows from each, and what is at risk."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, assert_never

from kplan.plan.action import Action
from kplan.plan.change import Change, FieldEdit
from kplan.plan.effect import Effects, EndpointEffect, PodEffect, PodOutcome, Rollout
from kplan.plan.model import Plan, PlannedChange, RiskFinding, RiskStatus, Summary
from kplan.render.style import Style, Tone

_MOST_FIELDS = 12


def render(plan: Plan, style: Style) -> str:
    """Print a plan."""
    lines = [style.paint(summary_line(plan.summary), Tone.HEADING)]
    for planned in plan.changes:
        if planned.change.action is not Action.NOOP or _effect_lines(planned.effects, style):
            lines += ["", *_change_lines(planned, style)]
    aside = _effect_lines(plan.not_caused_by_changes, style)
    if aside:
        lines += ["", style.paint("Not caused by this change:", Tone.HEADING), *_indent(aside)]
    if plan.left_behind:
        heading = f"Left behind: {len(plan.left_behind)} in the state but no longer in the manifests; apply does not delete them."
        lines += ["", style.paint(heading, Tone.WARNING), *(f"    {one.title}" for one in plan.left_behind)]
    if plan.risks:
        lines += ["", style.paint("Risks:", Tone.HEADING)]
        lines += [_risk_line(risk, style) for risk in plan.risks]
    if not plan.complete:
        lines += [
            "",
            style.paint(f"Not settled after {plan.duration_seconds:g} s of simulated time.", Tone.WARNING),
        ]
    return "\n".join(lines) + "\n"


def _risk_line(risk: RiskFinding, style: Style) -> str:
    code = style.paint(f"{risk.code} {risk.name}", Tone.WARNING)
    status = f" ({_STATUSES[risk.status]})" if risk.status in _STATUSES else ""
    return f"  {code}  {risk.object.title} {risk.message}{status}"


_STATUSES = {RiskStatus.WORSE: "worse than before", RiskStatus.EXISTING: "already there"}


def summary_line(summary: Summary) -> str:
    """``Plan: 2 to create, 1 to change, 0 to replace, 0 to delete; pods: 3 created, ...``."""
    objects = f"Plan: {summary.create} to create, {summary.update} to change, {summary.replace} to replace, {summary.delete} to delete"
    refused = f", {summary.refused} refused" if summary.refused else ""
    counts = (
        (summary.pods_created, "created"), (summary.pods_deleted, "deleted"), (summary.pods_moved, "moved"),
        (summary.pods_pending, "pending"), (summary.pods_evicted, "evicted"),
    )  # fmt: skip
    pods = ", ".join(f"{count} {word}" for count, word in counts if count) or "unchanged"
    return f"{objects}{refused}; pods: {pods}."


def _change_lines(planned: PlannedChange, style: Style) -> list[str]:
    change = planned.change
    head = f"{change.action.symbol} {change.object.title}"
    why = f"  {change.action}: {change.reason}" if change.reason else f"  {change.action}"
    where = f"  {change.location}" if change.location else ""
    lines = [style.paint(head, _tone(change.action)) + why + style.paint(where, Tone.PLACE)]
    return lines + _indent([*_field_lines(change, style), *_effect_lines(planned.effects, style)])


def _field_lines(change: Change, style: Style) -> Iterator[str]:
    if change.refusal:
        yield style.paint(change.refusal, Tone.ERROR)
    if change.action not in (Action.UPDATE, Action.REPLACE):
        return
    for edit in change.fields[:_MOST_FIELDS]:
        forced = "  (immutable)" if _below(edit.path, change.immutable_fields) else ""
        yield _edit_line(edit, style) + style.paint(forced, Tone.REMOVED)
    if len(change.fields) > _MOST_FIELDS:
        yield f"and {len(change.fields) - _MOST_FIELDS} more fields"
    for path in change.immutable_fields:
        if not any(_below(edit.path, (path,)) for edit in change.fields):
            yield style.paint(f"{path}  (immutable)", Tone.REMOVED)


def _below(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _edit_line(edit: FieldEdit, style: Style) -> str:
    if edit.before is None:
        return style.paint(f"+ {edit.path}: {_short(edit.after)}", Tone.ADDED)
    if edit.after is None:
        return style.paint(f"- {edit.path}: {_short(edit.before)}", Tone.REMOVED)
    return style.paint(f"~ {edit.path}: {_short(edit.before)} -> {_short(edit.after)}", Tone.CHANGED)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _tone(action: Action) -> Tone:
    match action:
        case Action.CREATE:
            return Tone.ADDED
        case Action.UPDATE:
            return Tone.CHANGED
        case Action.REPLACE | Action.DELETE:
            return Tone.REMOVED
        case Action.REFUSED:
            return Tone.ERROR
        case Action.NOOP:
            return Tone.NOTE
        case unknown:
            assert_never(unknown)


def _effect_lines(effects: Effects, style: Style) -> list[str]:
    lines = [
        style.paint(f"{one.action.symbol} {one.object.title}", _tone(one.action))
        + (f"  {one.detail}" if one.detail else "")
        for one in effects.objects
    ]
    lines += [line for rollout in effects.rollouts for line in _rollout_lines(rollout, style)]
    lines += _pod_lines(effects.pods, style)
    lines += [_endpoint_line(one, style) for one in effects.endpoints]
    lines += [style.paint(f"! {message}", Tone.ERROR) for message in effects.refusals]
    return lines


def _rollout_lines(rollout: Rollout, style: Style) -> Iterator[str]:
    tone = Tone.NOTE if rollout.finished else Tone.WARNING
    ready = f"{rollout.ready_before} -> {rollout.ready_after} of {rollout.desired} ready"
    if rollout.ready_before:
        ready += f", never fewer than {rollout.ready_lowest}"
    if rollout.updated_after < rollout.desired:
        ready += f", stopped with {rollout.updated_after} of {rollout.desired} pods updated"
    yield style.paint(f"rollout of {rollout.workload.title}: {ready}", tone)
    for step in rollout.steps:
        yield style.paint(f"  {step.at_seconds:>7.1f} s  {step.message}", Tone.NOTE)


def _pod_lines(pods: Sequence[PodEffect], style: Style) -> Iterator[str]:
    ordered = sorted(pods, key=lambda pod: (pod.outcome, pod.node == "", pod.reason, pod.namespace, pod.name))
    for (outcome, reason), group in groupby(ordered, key=lambda pod: (pod.outcome, pod.reason)):
        names = [f"{pod.name} ({pod.node})" if pod.node else pod.name for pod in group]
        waits = outcome is PodOutcome.CREATED and reason
        word = "pending" if waits else outcome
        tone = Tone.WARNING if waits else _OUTCOMES[outcome]
        count = f"{len(names)} pod{'s' if len(names) > 1 else ''} {word}"
        yield style.paint(count, tone) + f": {', '.join(names)}" + (f": {reason}" if reason else "")


_OUTCOMES = {
    PodOutcome.CREATED: Tone.ADDED,
    PodOutcome.DELETED: Tone.REMOVED,
    PodOutcome.EVICTED: Tone.WARNING,
    PodOutcome.MOVED: Tone.WARNING,
}


def _endpoint_line(effect: EndpointEffect, style: Style) -> str:
    text = f"{effect.service.title}: {effect.ready_before} -> {effect.ready_after} endpoints"
    if effect.ready_lowest < min(effect.ready_before, effect.ready_after):
        text += f", never fewer than {effect.ready_lowest}"
    return style.paint(text, Tone.WARNING if effect.ready_after == 0 else Tone.NOTE)


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
