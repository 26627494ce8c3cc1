"""From an outcome to a plan: changes, what follows from each, and what is at risk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from kplan.api.gvk import ObjectKey
from kplan.plan.action import Action, Reason
from kplan.plan.applied import Applied
from kplan.plan.causes import by_cause
from kplan.plan.change import Change, Identity
from kplan.plan.concealing import concealed
from kplan.plan.consequences import find_consequences
from kplan.plan.effect import Effects
from kplan.plan.effects import effects_of
from kplan.plan.effects.survivors import survivors
from kplan.plan.effects.turns import Turns
from kplan.plan.left_behind import Scope, left_behind
from kplan.plan.model import Plan, PlannedChange, summarise
from kplan.plan.renames import new_names
from kplan.plan.risks import find_risks
from kplan.plan.standing import Standing
from kplan.plan.told_above import without_reasons_told
from kplan.plan.unsettled import still_going_on
from kplan.simulation.clock import SECOND
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent


def build(
    applied: Iterable[Applied],
    outcome: Outcome,
    kubernetes_version: str,
    *,
    scope: Scope | None = None,
    standing: Standing | None = None,
) -> Plan:
    """Join what the user wrote with what came of it; Secrets are masked.

    Objects of earlier applies within the ``scope`` that the manifests no longer name are left behind. ``standing`` is
    what is known of the risks of a state from which the outcome came.
    """
    written = tuple(applied)
    changes, others = _with_effects(written, outcome)
    left = left_behind(outcome, written, scope) if scope else ()
    renamed = {**_new_names(written), **{one.renamed_to: one.object for one in left if one.renamed_to}}
    changes = tuple(_renamed(planned, renamed.get(planned.change.object)) for planned in changes)
    asked = {one.object.key: one.wanted for one in written if one.wanted is not None}
    changes = find_consequences(changes, outcome, kubernetes_version, asked)
    risks = find_risks(changes, outcome, standing)
    changes = without_reasons_told(changes, risks)
    return Plan(
        summary=summarise(changes, others, left),
        changes=changes,
        not_caused_by_changes=others,
        left_behind=left,
        risks=risks,
        complete=outcome.converged,
        going_on=still_going_on(outcome),
        unplayed=outcome.unplayed,
        errored=any(planned.change.action is Action.REFUSED for planned in changes),
        kubernetes_version=kubernetes_version,
        duration_seconds=round((outcome.ended - outcome.started) / SECOND, 3),
    )


def _with_effects(written: Sequence[Applied], outcome: Outcome) -> tuple[tuple[PlannedChange, ...], Effects]:
    """The changes with what each caused, and what none of them did."""
    # What stays as it is brings nothing about: what happens to it goes back to another change. A
    # node may have been away.
    keys = frozenset(one.key for one in written if _action(one) is not Action.NOOP or one.key.kind == "Node")
    happened = by_cause(outcome, keys)
    turns = Turns.of(outcome)
    first = {one.key: one for one in reversed(written)}  # of an object that is given twice
    changes = tuple(
        PlannedChange(
            _change(one),
            _effects(one, happened.get(one.key, ()), outcome, keys, turns)
            if first[one.key] is one
            else Effects(),
        )
        for one in written
    )
    others = effects_of(happened[None], outcome, keys, turns) if None in happened else Effects()
    return changes, others


def _effects(
    one: Applied,
    events: Sequence[TimelineEvent],
    outcome: Outcome,
    keys: Collection[ObjectKey],
    turns: Turns,
) -> Effects:
    changed = one.key if _action(one) in (Action.CREATE, Action.UPDATE, Action.REPLACE) else None
    found = effects_of(events, outcome, keys, turns, changed)
    return replace(found, survivors=tuple(survivors(one.after, outcome))) if one.replaced else found


def _new_names(written: Sequence[Applied]) -> Mapping[Identity, Identity]:
    """The created objects that look like new names of pruned ones."""
    pruned = {one.key: one for one in written if one.reason is Reason.PRUNED}
    gone = [one.before for one in pruned.values() if one.before is not None]
    return {new: pruned[old].object for old, new in new_names(gone, written).items()}


def _renamed(planned: PlannedChange, earlier: Identity | None) -> PlannedChange:
    return replace(planned, change=replace(planned.change, renamed_from=earlier)) if earlier else planned


def _change(given: Applied) -> Change:
    action, one = _action(given), concealed(given)
    return Change(
        object=one.object,
        action=action,
        reason=one.reason or _reason(action, one),
        fields=one.fields,
        immutable_fields=one.immutable_fields,
        refusal=one.refusal,
        refusal_code=one.refusal_code,
        help=one.help,
        warnings=one.warnings,
        location=one.location,
        before=one.before,
        after=one.after,
    )


def _action(one: Applied) -> Action:
    if one.refusal:
        return Action.REFUSED
    if one.replaced:
        return Action.REPLACE
    if one.before is None:
        return Action.CREATE
    if one.after is None:
        return Action.DELETE
    return Action.UPDATE if one.fields else Action.NOOP


def _reason(action: Action, one: Applied) -> Reason:
    match action:
        case Action.NOOP:
            return Reason.NONE
        case Action.CREATE:
            return Reason.NOT_IN_STATE
        case Action.UPDATE:
            return Reason.DIFFERS
        case Action.REPLACE:
            return Reason.IMMUTABLE
        case Action.DELETE:
            return Reason.REQUESTED
        case Action.REFUSED:
            return Reason.IMMUTABLE if one.immutable_fields else Reason.REFUSED
        case _:
            assert_never(action)
