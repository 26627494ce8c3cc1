"""What a risk tells already of an object is not repeated below the change that brings it about.

A plan is read from its top: the risk has the API server's text, and the change says what that means for what runs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kplan.plan.change import Identity
from kplan.plan.effect import Consequence
from kplan.plan.model import PlannedChange, RiskFinding


def without_reasons_told(
    changes: Sequence[PlannedChange], risks: Iterable[RiskFinding]
) -> tuple[PlannedChange, ...]:
    """The changes with consequences that give no reason which a risk of the same object gives."""
    told = defaultdict[Identity, list[str]](list)
    for risk in risks:
        told[risk.object].append(risk.message)
    return tuple(_shortened(planned, told) for planned in changes)


def _shortened(planned: PlannedChange, told: dict[Identity, list[str]]) -> PlannedChange:
    some = planned.effects.consequences
    short = tuple(_without_reason(one, told.get(one.object, ())) for one in some)
    if short == some:
        return planned
    return replace(planned, effects=replace(planned.effects, consequences=short))


def _without_reason(one: Consequence, told: Sequence[str]) -> Consequence:
    what, _, reason = one.message.partition(": ")
    return (
        replace(one, message=what)
        if reason and any(message.endswith(f": {reason}") for message in told)
        else one
    )
