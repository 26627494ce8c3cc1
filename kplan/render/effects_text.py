"""What follows from a change as lines of text;
repeated steps and long lists are folded, unless the style is verbose.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, assert_never

from kplan.diagnostics import Severity
from kplan.plan.action import Action
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
    Step,
)
from kplan.plan.model import RiskFinding
from kplan.render.style import Style, Tone
from kplan.sentences import counted

_MOST_PODS: Final = 4
_MOST_NODES: Final = 6
_MOST_OBJECTS: Final = 8
_MOST_CONSEQUENCES: Final = 5
_SHOWN_ALIKE: Final = 2
_WHOLE_FROM: Final = 100
"""From this many seconds on, fractions are not shown."""
_NUMBER: Final = re.compile(r"\d+")
_SCALED: Final = re.compile(r"Scaled (up|down) replica set (\S+) from (\d+) to (\d+)")
_OF_POD: Final = re.compile(r"^pod \S+: ")
_POD: Final = re.compile(r"(Create|Delete)d? [Pp]od:? ([^\s,]+)")
_OUTCOMES: Final = {
    PodOutcome.CREATED: Tone.ADDED,
    PodOutcome.DELETED: Tone.REMOVED,
    PodOutcome.EVICTED: Tone.WARNING,
    PodOutcome.MOVED: Tone.WARNING,
    PodOutcome.RESTARTED: Tone.CHANGED,
    PodOutcome.SCHEDULED: Tone.ADDED,
}
_STAYING: Final = (PodOutcome.CREATED, PodOutcome.RESTARTED, PodOutcome.SCHEDULED)
"""Outcomes of pods that exist at the end; a reason says why they are not ready."""


def effect_lines(effects: Effects, style: Style, risks: Iterable[RiskFinding] = ()) -> list[str]:
    """The lines that stand below a change; why a rollout stops is left to the risk above that says it."""
    told = list(risks)
    lines = [style.paint(f"no effect now: {effects.no_effect_because}", Tone.NOTE)] * bool(
        effects.no_effect_because
    )
    lines += _object_lines(effects, style)
    for rollout in effects.rollouts:
        lines += _rollout_lines(rollout, style, _teller(rollout, told))
    lines += _pod_lines(effects, style)
    lines += [_job_line(job, style, told) for job in effects.jobs]
    lines += [_endpoint_line(one, style) for one in effects.endpoints]
    lines += [f"{one.object.title} {one.detail}" for one in effects.survivors]
    lines += [style.paint(f"! {message}", Tone.ERROR) for message in effects.further_refusals]
    lines += _consequence_lines([one for one in effects.consequences if not _is_told(one, told)], style)
    return lines


def tone_of(action: Action) -> Tone:
    """The tone of an object to which this happens."""
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


def _object_lines(effects: Effects, style: Style) -> Iterator[str]:
    """Objects one by one; many are one line, with their number by kind where there are several of one."""
    if style.lists_all or len(effects.objects) <= _MOST_OBJECTS:
        yield from (_object_line(one, style) for one in effects.objects)
        return
    kinds: dict[Action, dict[str, list[str]]] = {}
    for one in effects.objects:
        if one.detail:
            yield _object_line(one, style)
        else:
            kinds.setdefault(one.action, {}).setdefault(one.object.kind, []).append(one.object.title)
    for action, titles in kinds.items():
        what = ", ".join(
            counted(len(some), kind) if len(some) > 1 else some[0] for kind, some in titles.items()
        )
        yield style.paint(f"{action.symbol} {what}", tone_of(action)) + " (-v lists them)"


def _object_line(one: ObjectEffect, style: Style) -> str:
    detail = f"  {one.detail}" if one.detail else ""
    return style.paint(f"{one.action.symbol} {one.object.title}", tone_of(one.action)) + detail


def _teller(rollout: Rollout, risks: Iterable[RiskFinding]) -> str:
    """The code of the risk that says why a rollout stops; empty if none does."""
    why = _OF_POD.sub("", rollout.stopped_because.removeprefix("Error creating: "))
    tell = (one.code for one in risks if one.object == rollout.workload and why in one.message)
    return next(tell, "") if why else ""


def _rollout_lines(rollout: Rollout, style: Style, teller: str) -> Iterator[str]:
    ready = f"{rollout.ready_before} -> {rollout.ready_after} of {rollout.desired} ready"
    ready += f", {rollout.at_worst}" if rollout.at_worst else ""
    title = f"rollout of {rollout.workload.title}"
    if rollout.finished:
        kept = f"; {rollout.progress}" if rollout.progress else ""
        yield style.paint(f"{title}: {ready}{kept}", Tone.NOTE)
    else:
        how = "does not finish" if rollout.stopped_because else "is not over"
        yield style.paint(f"{title} {how}: {rollout.progress}; {ready}", Tone.WARNING)
    if rollout.stopped_because:
        why = f"{teller} above says why" if teller else rollout.stopped_because
        yield style.paint(f"    stopped: {why}", Tone.WARNING)
    if style.verbose:
        steps = [f"    {step.at_seconds:>7.1f} s  {step.message}" for step in rollout.steps]
    else:
        steps = [f"    {line}" for line in _folded(rollout.steps)]
    yield from (style.paint(line, Tone.NOTE) for line in steps)


def _folded(steps: Sequence[Step]) -> Iterator[str]:
    """One line for all steps of a kind: ``scaled up web-5ddb6994f5 0 -> 3 in 3 steps, 9 s``."""
    groups: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        groups.setdefault(_kind_of(step), []).append(step)
    for (verb, name), group in groups.items():
        if verb == "":
            yield f"{name}{_span(group)}"
        elif name:
            numbers = [match for step in group if (match := _SCALED.match(step.message))]
            yield f"scaled {verb} {name} {numbers[0][3]} -> {numbers[-1][4]}{_span(group)}"
        else:
            names = [match[2] for step in group if (match := _POD.match(step.message))]
            few = len(names) <= _MOST_PODS
            yield f"{verb} {', '.join(names) if few else counted(len(names), 'pod')}{_span(group)}"


def _kind_of(step: Step) -> tuple[str, str]:
    """The verb and the kind: steps that agree in both are folded."""
    if scaled := _SCALED.match(step.message):
        return scaled[1], scaled[2]
    if pod := _POD.match(step.message):
        return f"{pod[1].lower()}d", ""
    return "", step.message


def _span(group: Sequence[Step]) -> str:
    if len(group) == 1:
        return f" after {_seconds(group[0].at_seconds)}"
    return f" in {len(group)} steps, {_seconds(group[-1].at_seconds)}"


def _seconds(number: float) -> str:
    """``0.051 s``, ``9.07 s``, ``2113 s``: three digits tell enough of a fraction."""
    return f"{number:.3g} s" if number < _WHOLE_FROM else f"{number:.0f} s"


def _pod_lines(effects: Effects, style: Style) -> Iterator[str]:
    """Pods by outcome; why they are pending is said once, by the rollout they block if there is one."""
    told = [one.stopped_because for one in effects.rollouts if one.stopped_because]
    ordered = sorted(
        effects.pods, key=lambda pod: (pod.outcome, pod.node == "", pod.reason, pod.namespace, pod.name)
    )
    for (outcome, reason), given in groupby(ordered, key=lambda pod: (pod.outcome, pod.reason)):
        group = list(given)
        unwell = bool(reason) and outcome in _STAYING
        tone = Tone.WARNING if unwell else _OUTCOMES[outcome]
        word = "evicted and moved" if outcome is PodOutcome.MOVED else f"{outcome}"
        how = f"{word}, not ready" if unwell else word
        count = f"{counted(len(group), 'pod')} {'pending' if unwell and not group[0].node else how}"
        where = _named(group) if style.verbose or len(group) <= _MOST_PODS else _by_node(group)
        known = bool(reason) and any(one.endswith(f": {reason}") for one in told) and not style.verbose
        parts = [style.paint(count, tone), *filter(None, (where, "" if known else reason))]
        yield ": ".join(parts)


def _named(pods: Sequence[PodEffect]) -> str:
    return ", ".join(f"{pod.name} ({pod.node})" if pod.node else pod.name for pod in pods)


def _by_node(pods: Sequence[PodEffect]) -> str:
    """``4 on node-1, 3 on node-2``; only the number of nodes if there are many."""
    nodes = Counter(pod.node for pod in pods if pod.node)
    if len(nodes) > _MOST_NODES:
        least, most = min(nodes.values()), max(nodes.values())
        each = f"{least}" if least == most else f"{least} to {most}"
        return f"on {len(nodes)} nodes, {each} on each"
    return ", ".join(f"{count} on {node}" for node, count in sorted(nodes.items()))


def _job_line(effect: JobEffect, style: Style, risks: Iterable[RiskFinding]) -> str:
    if effect.outcome is JobOutcome.SUCCEEDED:
        return style.paint(f"{effect.job.title} succeeds", Tone.NOTE)
    after = f" after {counted(effect.pods_failed, 'failed pod')}" if effect.pods_failed else ""
    tell = next((one.code for one in risks if one.object == effect.job and effect.reason in one.message), "")
    why = f"{tell} above says why" if tell and effect.reason else effect.reason
    return style.paint(f"! {effect.job.title} fails{after}: {why}", Tone.ERROR)


def _endpoint_line(effect: EndpointEffect, style: Style) -> str:
    port = f" port {effect.port}" if effect.port else ""
    text = f"{effect.service.title}{port}: {effect.ready_before} -> {effect.ready_after} endpoints"
    text += f", {effect.at_worst}" if effect.at_worst else ""
    return style.paint(text, Tone.WARNING if effect.ready_after == 0 else Tone.NOTE)


def _is_told(one: Consequence, risks: Sequence[RiskFinding]) -> bool:
    """Whether a risk above says the same, and perhaps more, of the object."""
    return any(risk.object == one.object and risk.message.startswith(one.message) for risk in risks)


def _consequence_lines(consequences: Sequence[Consequence], style: Style) -> Iterator[str]:
    """Consequences one by one; of many similar ones the first few, and fewer if the text is the same."""
    for _, found in groupby(consequences, key=lambda one: (one.name, one.severity)):
        group = list(found)
        alike = len({_NUMBER.sub("", one.message) for one in group}) == 1
        few = len(group) <= _MOST_CONSEQUENCES or style.lists_all
        shown = group if few else group[: _SHOWN_ALIKE if alike else _MOST_CONSEQUENCES]
        yield from (_consequence_line(one, style) for one in shown)
        if rest := len(group) - len(shown):
            mark, tone = _mark(group[0])
            same = ": the same" if alike else ""
            yield style.paint(f"{mark}and {counted(rest, 'more object')}{same} (-v lists them)", tone)


def _consequence_line(one: Consequence, style: Style) -> str:
    mark, tone = _mark(one)
    return style.paint(f"{mark}{one.object.title} {one.message}", tone)


def _mark(one: Consequence) -> tuple[str, Tone]:
    return ("", Tone.NOTE) if one.severity is Severity.INFO else ("! ", Tone.WARNING)
