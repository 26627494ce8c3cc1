"""The plan itself and the parts it is made of; frozen values, the same in memory, in JSON and in text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kplan.plan.action import Action
from kplan.plan.change import Change, Identity


@dataclass(frozen=True, slots=True)
class PodEffect:
    """What becomes of one pod."""

    name: str
    namespace: str
    fate: Literal["created", "deleted", "evicted", "moved"]
    """``moved``: evicted, and a pod of the same controller runs elsewhere."""
    node: str = ""
    """The node it runs on afterwards, or ran on before it went; empty while it is pending."""
    reason: str = ""
    """Why it is pending, or why it went."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rollout."""

    at: float
    """Seconds after the start."""
    message: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a workload's pods are exchanged."""

    workload: Identity
    steps: tuple[Step, ...]
    desired: int
    ready_before: int
    ready_lowest: int
    """The lowest number of ready pods on the way."""
    ready_after: int
    updated_after: int
    """How many pods are of the newest template in the end."""

    @property
    def finished(self) -> bool:
        """Whether every pod wanted is new and ready."""
        return min(self.ready_after, self.updated_after) >= self.desired


@dataclass(frozen=True, slots=True)
class EndpointEffect:
    """How many ready addresses a Service has before and after."""

    service: Identity
    before: int
    lowest: int
    after: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """Another object that controllers create, change or delete because of a change."""

    object: Identity
    action: Action
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from one change, by cause."""

    consequences: tuple[Consequence, ...] = ()
    pods: tuple[PodEffect, ...] = ()
    rollouts: tuple[Rollout, ...] = ()
    endpoints: tuple[EndpointEffect, ...] = ()
    refusals: tuple[str, ...] = ()
    """What the API server refused the controllers."""

    @property
    def pending(self) -> tuple[PodEffect, ...]:
        """The new pods that found no node."""
        return tuple(pod for pod in self.pods if pod.fate == "created" and not pod.node)


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change and what follows from it."""

    change: Change
    effects: Effects = Effects()


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that is worse, or at risk, once the plan is carried out."""

    code: str
    message: str
    object: Identity


@dataclass(frozen=True, slots=True)
class Summary:
    """The plan in numbers."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    unchanged: int = 0
    refused: int = 0
    pods_created: int = 0
    pods_deleted: int = 0
    pods_moved: int = 0
    pods_pending: int = 0
    pods_evicted: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying would do."""

    summary: Summary
    changes: tuple[PlannedChange, ...] = ()
    aside: Effects = Effects()
    """What happens that no change causes: the state was not at rest."""
    risks: tuple[Risk, ...] = ()
    complete: bool = True
    """Whether the simulation came to rest."""
    errored: bool = False
    """Whether the API server refuses a part of it."""
    kubernetes_version: str = ""
    duration: float = 0.0
    """Simulated seconds until rest, or until the horizon."""

    @property
    def empty(self) -> bool:
        """Whether applying changes nothing."""
        return all(planned.change.action is Action.NOOP for planned in self.changes)


def summarise(changes: Iterable[PlannedChange], aside: Effects) -> Summary:
    """Count."""
    planned = tuple(changes)
    actions = [one.change.action for one in planned]
    pods = [pod for effects in (*(one.effects for one in planned), aside) for pod in effects.pods]
    fates = [pod.fate for pod in pods]
    return Summary(
        create=actions.count(Action.CREATE),
        update=actions.count(Action.UPDATE),
        replace=actions.count(Action.REPLACE),
        delete=actions.count(Action.DELETE),
        unchanged=actions.count(Action.NOOP),
        refused=actions.count(Action.REFUSED),
        pods_created=fates.count("created"),
        pods_deleted=fates.count("deleted"),
        pods_moved=fates.count("moved"),
        pods_evicted=fates.count("evicted") + fates.count("moved"),
        pods_pending=sum(1 for pod in pods if pod.fate == "created" and not pod.node),
    )
