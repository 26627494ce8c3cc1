"""A plan as text: the summary, the changes with what follows from each, and what is at risk."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, assert_never

from kplan.plan.action import Action
from kplan.plan.change import Change, FieldEdit
from kplan.plan.model import Effects, EndpointEffect, Plan, PlannedChange, PodEffect, Rollout, Summary
from kplan.render.style import Style, Tone

_MOST_FIELDS = 12


def render(plan: Plan, style: Style) -> str:
    """Print a plan."""
    lines = [style.paint(summary_line(plan.summary), Tone.HEADING)]
    for planned in plan.changes:
        if planned.change.action is not Action.NOOP or _effect_lines(planned.effects, style):
            lines += ["", *_change_lines(planned, style)]
    aside = _effect_lines(plan.aside, style)
    if aside:
        lines += ["", style.paint("Besides, in the state as it is:", Tone.HEADING), *_indent(aside)]
    if plan.risks:
        lines += ["", style.paint("At risk:", Tone.HEADING)]
        lines += [
            f"  {style.paint(risk.code, Tone.WARNING)}  {risk.object.title} {risk.message}"
            for risk in plan.risks
        ]
    if not plan.complete:
        lines += ["", style.paint(f"Not at rest after {plan.duration:g} s of simulated time.", Tone.WARNING)]
    return "\n".join(lines) + "\n"


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
    if change.message:
        yield style.paint(change.message, Tone.ERROR)
    if change.action not in (Action.UPDATE, Action.REPLACE):
        return
    for edit in change.fields[:_MOST_FIELDS]:
        forced = "  (immutable)" if _below(edit.path, change.replace_paths) else ""
        yield _edit_line(edit, style) + style.paint(forced, Tone.REMOVED)
    if len(change.fields) > _MOST_FIELDS:
        yield f"and {len(change.fields) - _MOST_FIELDS} more fields"
    for path in change.replace_paths:
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
        for one in effects.consequences
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
        ready += f", stuck at {rollout.updated_after} up to date"
    yield style.paint(f"rollout of {rollout.workload.title}: {ready}", tone)
    for step in rollout.steps:
        yield style.paint(f"  {step.at:>7.1f} s  {step.message}", Tone.NOTE)


def _pod_lines(pods: Sequence[PodEffect], style: Style) -> Iterator[str]:
    ordered = sorted(pods, key=lambda pod: (pod.fate, pod.node == "", pod.reason, pod.namespace, pod.name))
    for (fate, reason), group in groupby(ordered, key=lambda pod: (pod.fate, pod.reason)):
        names = [f"{pod.name} ({pod.node})" if pod.node else pod.name for pod in group]
        waits = fate == "created" and reason
        word = "pending" if waits else fate
        tone = Tone.WARNING if waits or fate in ("evicted", "moved") else _FATES.get(fate, Tone.NOTE)
        count = f"{len(names)} pod{'s' if len(names) > 1 else ''} {word}"
        yield style.paint(count, tone) + f": {', '.join(names)}" + (f": {reason}" if reason else "")


_FATES = {"created": Tone.ADDED, "deleted": Tone.REMOVED}


def _endpoint_line(effect: EndpointEffect, style: Style) -> str:
    text = f"{effect.service.title}: {effect.before} -> {effect.after} endpoints"
    if effect.lowest < min(effect.before, effect.after):
        text += f", never fewer than {effect.lowest}"
    return style.paint(text, Tone.WARNING if effect.after == 0 else Tone.NOTE)


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
