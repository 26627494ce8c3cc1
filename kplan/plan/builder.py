"""From an outcome to a plan: changes, what follows from each, and what is at risk."""

from collections.abc import Iterable
from typing import assert_never

from kplan.plan.action import Action, Reason
from kplan.plan.applied import Applied
from kplan.plan.causes import by_cause
from kplan.plan.change import Change
from kplan.plan.concealing import concealed
from kplan.plan.effect import Effects
from kplan.plan.effects import effects_of
from kplan.plan.left_behind import left_behind
from kplan.plan.model import Plan, PlannedChange, summarise
from kplan.plan.risks import find_risks
from kplan.simulation.clock import SECOND
from kplan.simulation.outcome import Outcome


def build(
    applied: Iterable[Applied], outcome: Outcome, kubernetes_version: str, *, whole: bool = False
) -> Plan:
    """Join what the user wrote with what came of it; Secrets are masked.

    Where the manifests are the ``whole`` of what the state was made of, objects they no longer name are left behind.
    """
    written = tuple(applied)
    happened = by_cause(outcome, (one.key for one in written))
    keys = frozenset(one.key for one in written)
    first = {one.key: one for one in reversed(written)}  # of an object that is given twice
    changes = tuple(
        PlannedChange(
            _change(one),
            effects_of(happened.get(one.key, ()), outcome, keys) if first[one.key] is one else Effects(),
        )
        for one in written
    )
    others = effects_of(happened[None], outcome, keys) if None in happened else Effects()
    return Plan(
        summary=summarise(changes, others),
        changes=changes,
        not_caused_by_changes=others,
        left_behind=left_behind(outcome.prior, keys) if whole else (),
        risks=find_risks(changes, outcome),
        complete=outcome.converged,
        errored=any(planned.change.action is Action.REFUSED for planned in changes),
        kubernetes_version=kubernetes_version,
        duration_seconds=round((outcome.ended - outcome.started) / SECOND, 3),
    )


def _change(given: Applied) -> Change:
    action, one = _action(given), concealed(given)
    return Change(
        object=one.object,
        action=action,
        reason=_reason(action),
        fields=one.fields,
        immutable_fields=one.immutable_fields,
        refusal=one.refusal,
        location=one.location,
        before=one.before,
        after=one.after,
    )


def _action(one: Applied) -> Action:
    if one.immutable_fields:
        return Action.REPLACE
    if one.refusal:
        return Action.REFUSED
    if one.before is None:
        return Action.CREATE
    if one.after is None:
        return Action.DELETE
    return Action.UPDATE if one.fields else Action.NOOP


def _reason(action: Action) -> Reason:
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
            return Reason.REFUSED
        case _:
            assert_never(action)
