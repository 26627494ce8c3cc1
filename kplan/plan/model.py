"""The plan itself and the parts it is made of; frozen values, the same in memory, in JSON and in text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kplan.diagnostics import Severity
from kplan.plan.action import Action
from kplan.plan.change import Change, Identity
from kplan.plan.effect import Effects, PodOutcome


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change and what follows from it."""

    change: Change
    effects: Effects = field(default_factory=Effects)


class RiskStatus(StrEnum):
    """How a risk compares with the state before the change, at rest."""

    NEW = "new"
    """It was not there before."""
    WORSE = "worse"
    """It was there before, to a smaller extent."""
    EXISTING = "existing"
    """It was there before, at least to the same extent and for the same reason: applying does not bring it about."""


@dataclass(frozen=True, slots=True)
class RiskFinding:
    """A risk that one object runs once the plan is carried out."""

    code: str
    """Stable for ever: ``PLN001``."""
    name: str
    """The risk in words: ``pending-pods``."""
    severity: Severity
    status: RiskStatus
    message: str
    object: Identity


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An object of an earlier apply that the manifests no longer name; applying leaves it as it is."""

    object: Identity
    renamed_to: Identity | None = None
    """A created object of the same kind that is nearly the same, so that it looks like a new name of this one."""
    pods: int = 0
    """How many pods it keeps running."""
    endpoints: int = 0
    """How many ready addresses it keeps serving, of a Service."""

    @property
    def successor(self) -> str:
        """``looks renamed to new``, ``looks moved to namespace shop``; empty if no object is like it."""
        new = self.renamed_to
        if new is None:
            return ""
        moved = new.name == self.object.name
        return f"looks moved to namespace {new.namespace}" if moved else f"looks renamed to {new.name}"


@dataclass(frozen=True, slots=True)
class Summary:
    """The plan in numbers: the user's objects by action, and the pods by what becomes of them."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    unchanged: int = 0
    refused: int = 0
    left_behind: int = 0
    pods_created: int = 0
    pods_deleted: int = 0
    pods_moved: int = 0
    pods_pending: int = 0
    """The created ones that found no node."""
    pods_evicted: int = 0
    """The moved ones included."""
    pods_restarted: int = 0
    """Those of which containers start anew with another image."""
    pods_scheduled: int = 0
    """Those that were pending and have a node now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying would do."""

    summary: Summary
    changes: tuple[PlannedChange, ...] = ()
    """Every object the user wrote, in the order of application."""
    not_caused_by_changes: Effects = field(default_factory=Effects)
    """What happens at the same time for another reason, such as a node that fails in the scenario."""
    left_behind: tuple[LeftBehind, ...] = ()
    """Objects of earlier applies that the manifests no longer name; ``--prune`` deletes them."""
    risks: tuple[RiskFinding, ...] = ()
    """New ones first, then worse ones, then those that were there before; among them errors first."""
    complete: bool = True
    """Whether the simulation came to rest, and played everything."""
    going_on: tuple[str, ...] = ()
    """What still goes on if it did not come to rest, an object each, with the reason if one shows."""
    unplayed: tuple[str, ...] = ()
    """What the simulation left out because it asks for too many pods."""
    errored: bool = False
    """Whether the API server refuses a part of it."""
    kubernetes_version: str = ""
    duration_seconds: float = 0.0
    """Simulated seconds until rest, or until the horizon."""

    @property
    def empty(self) -> bool:
        """Whether applying changes nothing."""
        return all(planned.change.action is Action.NOOP for planned in self.changes)


def summarise(changes: Iterable[PlannedChange], others: Effects, left: Sequence[LeftBehind] = ()) -> Summary:
    """Count the changes by action, the pods by outcome and what is left behind."""
    planned = tuple(changes)
    actions = Counter(one.change.action for one in planned)
    pods = [pod for effects in (*(one.effects for one in planned), others) for pod in effects.pods]
    outcomes = Counter(pod.outcome for pod in pods)
    return Summary(
        create=actions[Action.CREATE],
        update=actions[Action.UPDATE],
        replace=actions[Action.REPLACE],
        delete=actions[Action.DELETE],
        unchanged=actions[Action.NOOP],
        refused=actions[Action.REFUSED],
        left_behind=len(left),
        pods_created=outcomes[PodOutcome.CREATED],
        pods_deleted=outcomes[PodOutcome.DELETED],
        pods_moved=outcomes[PodOutcome.MOVED],
        pods_pending=sum(pod.pending for pod in pods),
        pods_evicted=outcomes[PodOutcome.EVICTED] + outcomes[PodOutcome.MOVED],
        pods_restarted=outcomes[PodOutcome.RESTARTED],
        pods_scheduled=outcomes[PodOutcome.SCHEDULED],
    )
