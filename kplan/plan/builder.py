"""From an outcome to a plan: changes, what follows from each, and what is at risk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.plan.action import Action, Reason
from kplan.plan.causes import by_cause
from kplan.plan.change import Change, FieldEdit, Identity
from kplan.plan.effects import effects_of
from kplan.plan.model import Effects, Plan, PlannedChange, summarise
from kplan.plan.risk import risks
from kplan.simulation.clock import SECOND
from kplan.simulation.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying one document came to; the pipeline makes one of each."""

    key: ObjectKey
    object: Identity
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: tuple[FieldEdit, ...] = ()
    replace_paths: tuple[str, ...] = ()
    refusal: str = ""
    location: str = ""


def build(applied: Iterable[Applied], outcome: Outcome, kubernetes_version: str) -> Plan:
    """Join what the user wrote with what came of it."""
    written = tuple(applied)
    shares = by_cause(outcome, (one.key for one in written))
    keys = frozenset(one.key for one in written)
    changes = tuple(
        PlannedChange(_change(one), effects_of(one.key, shares.get(one.key, ()), outcome, keys))
        for one in written
    )
    aside = effects_of(None, shares.get(None, ()), outcome, keys) if None in shares else Effects()
    return Plan(
        summary=summarise(changes, aside),
        changes=changes,
        aside=aside,
        risks=risks(changes, outcome),
        complete=outcome.converged,
        errored=any(planned.change.action is Action.REFUSED for planned in changes),
        kubernetes_version=kubernetes_version,
        duration=round((outcome.ended - outcome.started) / SECOND, 3),
    )


def _change(one: Applied) -> Change:
    action, reason = _action(one)
    return Change(
        one.object, action, reason, one.fields, one.replace_paths, one.refusal if action is Action.REFUSED else "",
        one.location, one.before, None if action is Action.REFUSED else one.after,
    )  # fmt: skip


def _action(one: Applied) -> tuple[Action, Reason]:
    if one.replace_paths:
        return Action.REPLACE, Reason.IMMUTABLE
    if one.refusal:
        return Action.REFUSED, Reason.REFUSED
    if one.before is None:
        return Action.CREATE, Reason.NOT_IN_STATE
    if one.after is None:
        return Action.DELETE, Reason.REQUESTED
    if one.fields:
        return Action.UPDATE, Reason.DIFFERS
    return Action.NOOP, Reason.NONE
