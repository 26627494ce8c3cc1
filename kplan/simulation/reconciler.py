"""What an actor is: a name, what it watches, and a reconcile that brings one object to its desired state.

Upstream: sigs.k8s.io/controller-runtime's vocabulary for what every kube-controller-manager loop does.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.client import Client
from kplan.namedtuples import NamedTuple
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours
from kplan.simulation.allowance import Allowance
from kplan.simulation.cache import Cache
from kplan.simulation.clock import HORIZON, Clock, Instant
from kplan.simulation.outages import Outages
from kplan.simulation.recorder import SpamFilter
from kplan.simulation.scenario import Scenario
from kplan.simulation.watches import (
    Change,
    Request,
    Requests,
    Watch,
    additions,
    beside_status,
    deletions,
    its_controller,
    itself,
    label_sides,
    modifications,
)
from kplan.state.watch import EventType, WatchEvent


class Result(NamedTuple):
    """How a reconcile ended: whether to reconcile again, and when."""

    requeue_after: Instant | None = None
    background: bool = False
    """The next reconcile is periodic work: it does not keep a simulation going."""

    @classmethod
    def due(cls, left: Instant, *, background: bool = False) -> "Result":
        """Reconcile again at an appointed time; one that lies beyond the end of the longest run is not waited for."""
        return cls(left, background or left > HORIZON)


DONE = Result()


class Queue(Protocol):
    """The part of its work queue that an actor uses itself."""

    def add_after(
        self, key: Hashable, delay: Instant, cause: int | None = None, *, background: bool = False
    ) -> None:
        """Queue a key later."""

    def failures(self, key: Hashable) -> int:
        """How often a key failed in a row."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an actor works with."""

    client: Client
    cache: Cache
    clock: Clock
    scenario: Scenario
    queue: Queue
    outages: Outages
    spam_filter: SpamFilter
    allowance: Allowance
    behaviours: Behaviours = CURRENT

    def does(self, behaviour: Behaviour) -> bool:
        """Whether the simulated release behaves so."""
        return behaviour in self.behaviours

    @property
    def now(self) -> Instant:
        """The time."""
        return self.clock.now

    def event(self, regarding: Json, event_type: str, reason: str, message: str) -> None:
        """Record an Event about an object."""
        if self.scenario.event_limits:
            metadata, group = regarding["metadata"], regarding["apiVersion"].rpartition("/")[0]
            # nodes of files may have no uid; the name tells them apart
            identity = metadata.get("uid") or metadata["name"]
            key = ObjectKey(group, regarding["kind"], metadata.get("namespace", ""), identity)
            if not self.spam_filter.allows(key, self.clock.now):
                return
        self.client.record_event(regarding, event_type, reason, message)


class Reconciler(Protocol):
    """An actor: a controller, the scheduler, a kubelet."""

    @property
    def name(self) -> str:
        """Its name, also as a user and as the source of its Events."""

    @property
    def watches(self) -> Sequence[Watch]:
        """The kinds it watches."""

    def reconcile(self, request: Request, context: Context, /) -> Result:
        """Bring one object to its desired state; after a StatusError it is retried with backoff."""


@runtime_checkable
class Periodic(Protocol):
    """An actor that also sweeps over everything at intervals, whether or not something changed."""

    @property
    def name(self) -> str:
        """Its name, as a reconciler."""

    @property
    def period(self) -> Instant:
        """The interval between two sweeps."""

    @property
    def waits(self) -> bool:
        """Whether a later sweep may find something to do although nothing is written until then."""

    def sweep(self, context: Context, /) -> None:
        """Look at everything the actor is responsible for."""


@runtime_checkable
class Following(Protocol):
    """An actor that has to know everything it watches, at rest too."""

    def follow(self, cache: Cache, /) -> Iterable[Request]:
        """Take over what there is; the answer is what is to be looked at because of that."""


@runtime_checkable
class Summing(Protocol):
    """An actor that knows objects at rest by sums, which are kept with the state, and looks at few of them."""

    def sums(self) -> Any:
        """What it knows about all objects at present, as JSON; None if it has not looked at them."""

    def begin_with(self, sums: Any, moved: Sequence[WatchEvent]) -> None:
        """Know what was summed up at rest, before anything has moved; None if nothing was."""


@runtime_checkable
class Remembering(Protocol):
    """An actor that keeps something in mind of every object it has looked at."""

    def unfinished(self) -> Iterable[Request]:
        """What it waits for without a timer: others' requests will wake it by what it keeps in mind."""


@runtime_checkable
class Recalling(Protocol):
    """A remembering actor that keeps what it must of an object at rest without working out again
    that there is nothing to do.
    """

    def recall(self, request: Request, context: Context, /) -> None:
        """Know an object as after a reconcile of it at rest."""


__all__ = [
    "DONE",
    "Cache",
    "Change",
    "Context",
    "EventType",
    "Following",
    "Json",
    "ObjectKey",
    "Periodic",
    "Recalling",
    "Reconciler",
    "Remembering",
    "Request",
    "Requests",
    "Result",
    "Summing",
    "Watch",
    "WatchEvent",
    "additions",
    "beside_status",
    "deletions",
    "its_controller",
    "itself",
    "label_sides",
    "modifications",
]
