"""What follows from a change, as values: other objects, pods, rollouts, endpoints, Jobs, refusals and more."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kplan.diagnostics import Severity
from kplan.plan.action import Action
from kplan.plan.change import Identity


class PodOutcome(StrEnum):
    """What becomes of a pod."""

    CREATED = "created"
    DELETED = "deleted"
    EVICTED = "evicted"
    MOVED = "moved"
    """Evicted, and a pod of the same controller runs on another node."""
    RESTARTED = "restarted"
    """It stays, and containers of it start anew with another image."""
    SCHEDULED = "scheduled"
    """It was pending, and has a node now."""


@dataclass(frozen=True, slots=True)
class PodEffect:
    """What becomes of one pod."""

    name: str
    namespace: str
    outcome: PodOutcome
    node: str = ""
    """The node it runs on afterwards, or ran on before it went; empty while it is pending."""
    reason: str = ""
    """Why it is pending, why it went, or, of a pod that no rollout waits for, why it is not ready."""

    @property
    def pending(self) -> bool:
        """Whether it is a new pod that found no node."""
        return self.outcome is PodOutcome.CREATED and not self.node


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rollout."""

    at_seconds: float
    """Simulated seconds after the start."""
    message: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a workload's pods are exchanged."""

    workload: Identity
    steps: tuple[Step, ...]
    desired: int
    """How many pods it should have in the end."""
    ready_before: int
    ready_lowest: int
    """The lowest number of ready pods on the way."""
    ready_after: int
    updated_after: int
    """How many pods are of the newest template in the end."""
    finished: bool = True
    """Whether ``kubectl rollout status`` would call it done."""
    progress: str = ""
    """How far it came if it is not finished (``1 of 3 pods updated``), or what a partition keeps back."""
    stopped_because: str = ""
    """Why it is not finished, as the last event tells it."""

    @property
    def at_worst(self) -> str:
        """``never fewer than 2``, ``none for a while``; empty if none was ready, or none is to be."""
        none_wanted = not self.ready_before or not self.desired
        return "" if none_wanted else _at_worst(self.ready_lowest, self.ready_after)


class JobOutcome(StrEnum):
    """What becomes of a Job."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobEffect:
    """How a Job ends."""

    job: Identity
    outcome: JobOutcome
    pods_succeeded: int
    pods_failed: int
    reason: str = ""
    """Why it failed, as its condition says it."""


@dataclass(frozen=True, slots=True)
class EndpointEffect:
    """How many ready addresses a Service has before, on the way and after."""

    service: Identity
    ready_before: int
    ready_lowest: int
    """The lowest number of ready addresses on the way."""
    ready_after: int
    port: str = ""
    """The port that this is about, by name or number, if the ports of the Service differ; empty for all of them."""

    @property
    def at_worst(self) -> str:
        """``none for a while``; empty if it never has fewer than before or after."""
        dips = self.ready_lowest < min(self.ready_before, self.ready_after)
        return _at_worst(self.ready_lowest, self.ready_after) if dips else ""


def _at_worst(lowest: int, after: int) -> str:
    """The lowest number on the way, in words; empty if it ends with none, which its last number says."""
    if lowest:
        return f"never fewer than {lowest}"
    return "none for a while" if after else ""


@dataclass(frozen=True, slots=True)
class ObjectEffect:
    """Another object that controllers create, change or delete."""

    object: Identity
    action: Action
    detail: str = ""
    """How its number of pods changes, if it has one."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """An object that outlives the replacement of the one it was made for, and is taken over by the new one."""

    object: Identity
    detail: str
    """What stays as it was: ``stays at 1Gi, the new template asks for 5Gi``."""


class Isolation(StrEnum):
    """What a workload loses altogether when policies close its connections."""

    INCOMING = "incoming"
    """Nobody may connect to it any more."""
    DNS = "dns"
    """It may no longer connect to the cluster's DNS."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a change means for another object, though nothing happens to that object now."""

    name: str
    """What it is, the same in every plan: ``read-at-restart``."""
    object: Identity
    """The object concerned."""
    message: str
    """One line, to be read after the object's name."""
    severity: Severity = Severity.WARNING
    isolation: Isolation | None = None
    """Which sort of connections is lost altogether; None if some are left, and for what is not about connections."""
    workloads: tuple[Identity, ...] = ()
    """The workloads concerned, if one line is about many of them; ``object`` is then the one that changes."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from one change."""

    objects: tuple[ObjectEffect, ...] = ()
    pods: tuple[PodEffect, ...] = ()
    rollouts: tuple[Rollout, ...] = ()
    endpoints: tuple[EndpointEffect, ...] = ()
    jobs: tuple[JobEffect, ...] = ()
    """Jobs that end."""
    survivors: tuple[Survivor, ...] = ()
    """What a replacement leaves as it was."""
    no_effect_because: str = ""
    """Why nothing follows from the change for now: the workload is paused, updates on deletion, is suspended, ..."""
    refusals: tuple[str, ...] = ()
    """What the API server refused the controllers."""
    consequences: tuple[Consequence, ...] = ()
    """What it means for objects to which nothing happens now."""

    @property
    def further_refusals(self) -> tuple[str, ...]:
        """The refusals that are not told already as what stopped a rollout."""
        told = [rollout.stopped_because for rollout in self.rollouts]
        return tuple(one for one in self.refusals if not any(alike(one) in alike(reason) for reason in told))


_AMOUNT: Final = re.compile(r"(?<==)[^,\s]+")
"""What a quota has used just now, or is asked for: ``requests.cpu=2800m``."""
_OF_TEMPLATE: Final = re.compile(r'(?<=[a-z0-9])-[bcdfghjklmnpqrstvwxz2456789]{6,10}-\*"')
"""What names of a Deployment's pods have of their template."""


def alike(refusal: str) -> str:
    """What tells refusals apart: without amounts (``used: requests.cpu=``) and without the
    hash of the pods' template.
    """
    return _OF_TEMPLATE.sub('-*"', _AMOUNT.sub("", refusal))
