"""Groups changes and risks that say the same about many objects: the first few are shown, the others counted."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

from kplan.namedtuples import NamedTuple
from kplan.plan.effect import Effects, Rollout
from kplan.plan.model import PlannedChange, RiskFinding, RiskStatus
from kplan.render.style import Style

T = TypeVar("T")

_MOST: Final = 5
"""Groups of up to this many are shown whole."""
_SHOWN: Final = 2
"""How many members of a larger group are shown."""
_NAMED: Final = 3


class Group(NamedTuple):
    """Consecutive changes that do the same to objects of one kind."""

    shown: Sequence[PlannedChange]
    more: Sequence[PlannedChange]

    @property
    def rest(self) -> str:
        """``~ 297 more Deployment objects: the same update (d3, d4, d5, ...)``; empty if all are shown."""
        if not self.more:
            return ""
        change = self.more[0].change
        names = ", ".join(one.change.object.name for one in self.more[:_NAMED])
        dots = ", ..." if len(self.more) > _NAMED else ""
        how = "refused as well" if change.refusal else f"the same {change.action}"
        what = f"{len(self.more)} more {change.object.kind} objects: {how}"
        return f"{change.action.symbol} {what} ({names}{dots})"


def change_groups(changes: Iterable[PlannedChange], style: Style) -> Iterator[Group]:
    """The changes in their order, those in a row that do the same in one group."""
    for _, found in groupby(changes, key=_sameness):
        shown, more = _divided(list(found), style)
        yield Group(shown, more)


def risk_groups(
    risks: Sequence[RiskFinding], style: Style
) -> Iterator[tuple[Sequence[RiskFinding], Sequence[RiskFinding]]]:
    """The risks by status and code: those that are shown, and those that are only counted."""
    for status in RiskStatus:
        of_status = [risk for risk in risks if risk.status is status]
        for _, found in groupby(sorted(of_status, key=_code), key=_code):
            yield _divided(list(found), style)


def _divided(found: Sequence[T], style: Style) -> tuple[Sequence[T], Sequence[T]]:
    most = len(found) if style.verbose or len(found) <= _MOST else _SHOWN
    return found[:most], found[most:]


def _code(risk: RiskFinding) -> str:
    return risk.code


def _sameness(planned: PlannedChange) -> Hashable:
    """The key of changes that do the same."""
    change, effects = planned.change, planned.effects
    edits = [(edit.path, repr(edit.before), repr(edit.after)) for edit in change.fields]
    name = change.object.name
    return (
        change.action, change.object.api_version, change.object.kind, tuple(edits), change.warnings,
        _without(name, change.refusal), change.renamed_from, _shape(effects, name),
    )  # fmt: skip


def _shape(effects: Effects, name: str) -> Hashable:
    """The outcome of the effects, whatever their names and the order of pods that come and go."""
    return (
        tuple(_rollout(rollout, name) for rollout in effects.rollouts),
        tuple((job.outcome, _without(name, job.reason)) for job in effects.jobs),
        frozenset(Counter((pod.outcome, pod.pending) for pod in effects.pods).items()),
        effects.no_effect_because, len(effects.refusals), tuple(one.detail for one in effects.survivors),
        tuple((one.port, one.ready_before, one.ready_lowest, one.ready_after) for one in effects.endpoints),
        tuple((one.name, one.message) for one in effects.consequences),
    )  # fmt: skip


def _rollout(rollout: Rollout, name: str) -> Hashable:
    return (
        rollout.desired, rollout.ready_before, rollout.ready_lowest, rollout.ready_after, rollout.finished,
        rollout.progress, _without(name, rollout.stopped_because),
    )  # fmt: skip


def _without(name: str, text: str) -> str:
    """A text without the words that name an object itself or its pods."""
    words = (word.strip("\"':,") for word in text.split())
    return " ".join(word for word in words if word != name and not word.startswith(f"{name}-"))
