"""Connects the actors: every write to the store reaches the work queues of those who watch its kind, with its cause.

Upstream: cmd/kube-controller-manager/app/controllermanager.go (what starts the loops)
"""

from collections.abc import Callable, Sequence
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.client import Client
from kplan.apiserver.errors import StatusError
from kplan.schema.changes.behaviours import CURRENT, Behaviours
from kplan.simulation.allowance import Allowance, Stamina
from kplan.simulation.backoff import USUAL, BackingOff
from kplan.simulation.cache import Cache
from kplan.simulation.clock import MILLISECOND, Clock, Instant
from kplan.simulation.engine import Engine
from kplan.simulation.outages import Outages
from kplan.simulation.past import Past, Recollection
from kplan.simulation.reconciler import (
    Context,
    Following,
    Periodic,
    Reconciler,
    Remembering,
    Request,
    Summing,
    Watch,
)
from kplan.simulation.recorder import SpamFilter
from kplan.simulation.rest import Rest, Wake
from kplan.simulation.room import EXCEEDED, makes_room
from kplan.simulation.routes import Routes
from kplan.simulation.scenario import Scenario
from kplan.simulation.timeline import EntryType, Timeline, TimelineEvent
from kplan.simulation.watches import EVERYTHING
from kplan.simulation.workqueue import WorkQueue
from kplan.state.store import Store
from kplan.state.watch import EventType, WatchEvent

USER = "kubectl"
WRITE_TIME: Instant = 2 * MILLISECOND
"""How long a write keeps its writer busy; watchers see it at once."""
_HAPPENINGS = {kind: EntryType(kind.value) for kind in EventType}
_FOREGROUND_PAUSE: Instant = USUAL.after(10)
"""The longest pause that keeps the simulation going: nobody waits for retries that come later."""


class Stage:
    """One cluster's actors on one engine."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        engine: Engine,
        scenario: Scenario,
        behaviours: Behaviours = CURRENT,
    ) -> None:
        self.behaviours = behaviours
        self.clock = clock
        self.engine = engine
        self.scenario = scenario
        self.cache = Cache(store)
        self.outages = Outages()
        self.allowance = Allowance(scenario.max_pods)
        engine.budget = Stamina(self.cache, scenario.max_steps)
        self.timeline = Timeline()
        self._routes = Routes(self.cache)
        self._workers: list[_Worker] = []
        self._asleep: list[_Worker] = []
        """Those whose sweeps find nothing to do until something is written."""
        self.actor = USER
        """Who acts just now, and because of what."""
        self.cause: int | None = None
        self._past = 0
        self.writes = 0
        store.subscribe(self._written)

    def join(self, actor: Reconciler, client: Client) -> None:
        """Add an actor; when the stage opens, it is notified of what exists already."""
        worker = _Worker(self, actor, client)
        self._workers.append(worker)
        for watch in actor.watches:
            self._routes.add(worker.queue, watch)

    def open(self) -> None:
        """Tell every actor what exists, as an informer's first list does, and start what is periodic."""
        for worker in self._workers:
            for watch in worker.actor.watches:
                everything = (watch.group, watch.kind) == EVERYTHING
                found = self.cache.all() if everything else self.cache.items(watch.group, watch.kind)
                for key, value in found:
                    worker.enqueue(watch, WatchEvent(0, EventType.ADDED, key, value), None)
            worker.start_period()

    def resume(self, rest: Rest, past: Callable[[], Past], moved: Sequence[WatchEvent] = ()) -> None:
        """Go on from a state at rest: look at what waits and what has moved,
        and at others when something happens to them.
        """
        for worker in self._workers:
            if isinstance(worker.actor, Summing):
                worker.actor.begin_with(rest.sums.get(worker.actor.name), moved)
            worker.recall(past)
            worker.start_period()
        for place, request in rest.wake:
            self._workers[place].wake(request)
        for event in moved:
            self._routes.tell(event, None)

    def rest(self) -> Rest:
        """What waits, if nothing is due any more."""
        wake = [
            Wake(place, request) for place, worker in enumerate(self._workers) for request in worker.waiting()
        ]
        sums = {
            actor.name: known
            for actor in (worker.actor for worker in self._workers)
            if isinstance(actor, Summing) and (known := actor.sums()) is not None
        }
        return Rest(self.clock.now, tuple(wake), sums)

    def pressing(self) -> tuple[ObjectKey, ...]:
        """Objects that actors must still reconcile before the simulation is at rest."""
        found = (one for worker in self._workers for one in worker.queue.pressing())
        return tuple(dict.fromkeys(one for one in found if isinstance(one, ObjectKey)))

    def begin(self) -> None:
        """Start the timeline anew: what happened so far is nobody's cause any more."""
        self._past += len(self.timeline)
        self.timeline = Timeline()

    def signal(self, key: ObjectKey) -> None:
        """Queue an object for those who watch it although nothing was written."""
        value = self.cache.find(key)
        if value is not None:
            self._routes.signal(WatchEvent(0, EventType.MODIFIED, key, value))

    def acting(self, actor: str, cause: int | None, act: Callable[..., object], *arguments: Any) -> None:
        """Call a function as an actor: what it writes is recorded with the actor and the cause."""
        before = (self.actor, self.cause)
        self.actor, self.cause = actor, cause
        try:
            act(*arguments)
        finally:
            self.actor, self.cause = before

    def refused(self, key: Any, refusal: StatusError) -> None:
        """Record that the API server refused a request of the current actor."""
        subject = key if isinstance(key, ObjectKey) else ObjectKey("", "", "", str(key))
        self.failed(subject, refusal.reason, refusal.message)

    def failed(self, key: ObjectKey, reason: str, message: str) -> None:
        """Record that the current actor failed at something."""
        self._note(EntryType.REFUSED, key, reason, message)

    def _written(self, event: WatchEvent) -> None:
        self.engine.last_activity = self.clock.now
        if event.key.kind == "Event":
            self._recorded(event)
            return
        self.writes += 1
        written = self._note(_HAPPENINGS[event.type], event.key, value=event.value)
        self.cache.apply(event)
        self._routes.tell(event, self._past + written)
        while self._asleep:
            self._asleep.pop().resume_period()
        if makes_room(event):
            for worker in self._workers:
                worker.make_room(event.key.namespace)

    def _recorded(self, event: WatchEvent) -> None:
        if event.type is EventType.DELETED:
            return
        value = event.value
        about = value.get("regarding") or value.get("involvedObject") or {}
        group = (about.get("apiVersion") or "").rpartition("/")[0]
        key = ObjectKey(group, about.get("kind") or "", about.get("namespace") or "", about.get("name") or "")
        message = value.get("note") or value.get("message") or ""
        self._note(EntryType.EVENT, key, value.get("reason") or "", message, value.get("type") or "Normal")

    def sleep(self, worker: "_Worker") -> None:
        """Call upon a worker to sweep on when something is written."""
        self._asleep.append(worker)

    def _note(
        self,
        entry_type: EntryType,
        key: ObjectKey,
        reason: str = "",
        message: str = "",
        event_type: str = "",
        value: Json | None = None,
    ) -> int:
        """Record an entry; the answer is its id."""
        cause = self.cause
        if cause is not None:  # where it happened before the timeline began, nobody is the cause
            cause = cause - self._past if cause >= self._past else None
        entries = self.timeline.entries
        number = len(entries)
        entries.append(
            TimelineEvent(
                number, self.clock.now, self.actor, entry_type, key, reason, message, event_type, cause, value
            )
        )
        return number


class _Worker:
    """An actor with its queue."""

    def __init__(self, stage: Stage, actor: Reconciler, client: Client) -> None:
        self.actor = actor
        self._periodic = actor if isinstance(actor, Periodic) else None
        self._stage = stage
        backoff = actor.backoff if isinstance(actor, BackingOff) else USUAL
        self.queue: WorkQueue[Request] = WorkQueue(stage.engine, self._work, backoff)
        self._next: tuple[Instant, int] = (0, 0)
        """When the next sweep is due, and its place among what happens then."""
        self._recollection: Recollection | None = None
        self._short: dict[Request, None] = {}
        """Requests that a quota left no room for."""
        self._context = Context(
            client,
            stage.cache,
            stage.clock,
            stage.scenario,
            self.queue,
            stage.outages,
            SpamFilter(),
            stage.allowance,
            stage.behaviours,
        )

    def enqueue(self, watch: Watch, event: WatchEvent, cause: int | None) -> None:
        """Queue the requests that a change makes."""
        for request in watch.requests(event, self._stage.cache):
            self.queue.add_after(request, watch.delay, cause)

    def recall(self, past: Callable[[], Past]) -> None:
        """Start from a state at rest: the actor learns what it must know of all objects,
        and the rest object by object on demand.
        """
        if isinstance(self.actor, Remembering):
            self._recollection = Recollection(self.actor, past)
        if isinstance(self.actor, Following):
            for request in self.actor.follow(self._stage.cache):
                self.queue.add(request)

    def wake(self, request: Request) -> None:
        """Queue what waited, as the actor's watch of its kind would."""
        if self._recollection is not None:
            self._recollection.know(request)
        delays = (watch.delay for watch in self.actor.watches if (watch.group, watch.kind) == request[:2])
        self.queue.add_after(request, next(delays, 0))

    def waiting(self) -> Sequence[Request]:
        """What its queue or the actor itself keeps for later."""
        kept = self.actor.unfinished() if isinstance(self.actor, Remembering) else ()
        return list(dict.fromkeys([*self.queue.waiting(), *kept]))

    def make_room(self, namespace: str) -> None:
        """Try again what a quota of a namespace refused, for it leaves more now, whenever the next attempt would be."""
        for request in [
            one for one in self._short if isinstance(one, ObjectKey) and one.namespace == namespace
        ]:
            self.queue.hurry(request)

    def start_period(self) -> None:
        """Sweep after every period, if the actor is periodic."""
        if self._periodic is not None:
            self._sweep_at(self._stage.clock.now + self._periodic.period, self._stage.engine.reserve())

    def resume_period(self) -> None:
        """Resume periodic sweeps, at the next instant of their rhythm."""
        (due, place), now = self._next, self._stage.clock.now
        if self._periodic is not None:
            missed = max(0, (now - due) // self._periodic.period + 1)
            self._sweep_at(due + missed * self._periodic.period, place)

    def _sweep_at(self, time: Instant, place: int) -> None:
        self._stage.engine.at(time, place, self._sweep)

    def _sweep(self) -> None:
        """Sweep, and again after the period; if that finds nothing, not before something is written."""
        actor, stage = self._periodic, self._stage
        if actor is None:
            return
        before = (len(stage.timeline), stage.engine.scheduled)
        stage.acting(actor.name, None, actor.sweep, self._context)
        idle = (len(stage.timeline), stage.engine.scheduled) == before and not actor.waits
        self._next = (stage.clock.now + actor.period, stage.engine.reserve())
        if idle:
            stage.sleep(self)
        else:
            self._sweep_at(*self._next)

    def _work(self, request: Request, cause: int | None) -> Instant:
        stage, queue = self._stage, self.queue
        before, actor_before, cause_before = stage.writes, stage.actor, stage.cause
        stage.actor, stage.cause = self.actor.name, cause
        try:
            if self._recollection is not None:
                self._recollection.meet(request)
            result = self.actor.reconcile(request, self._context)
            queue.settle(request, result.requeue_after, cause, background=result.background)
            self._short.pop(request, None)
        except StatusError as refusal:
            if EXCEEDED in refusal.message:
                self._short[request] = None
            stage.refused(request, refusal)
            background = queue.pause(request) > _FOREGROUND_PAUSE
            queue.add_rate_limited(request, cause, background=background)
        finally:
            stage.actor, stage.cause = actor_before, cause_before
        return (stage.writes - before) * WRITE_TIME


__all__ = ["USER", "Json", "Stage"]
