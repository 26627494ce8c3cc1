"""Assembly: one store, one API server, all actors on one engine; runs to rest, to a time, or until it is quiet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache as once

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.client import Client, LocalClient
from kplan.apiserver.server import Server
from kplan.cluster.bootstrap import bootstrap
from kplan.cluster.incidents import Incidents, offline_nodes
from kplan.cluster.roster import roster
from kplan.kubectl.commands import Kubectl
from kplan.kubectl.verb import Given, LiveContext
from kplan.scheduler.profile import Profile
from kplan.schema import releases
from kplan.schema.catalog import Catalog
from kplan.schema.changes.behaviours import behaviours_of
from kplan.simulation.cache import Cache
from kplan.simulation.clock import HORIZON, START, Clock, Instant, as_datetime, rfc3339, seconds
from kplan.simulation.engine import Engine, Progress
from kplan.simulation.outcome import Outcome
from kplan.simulation.past import Past
from kplan.simulation.rest import Rest
from kplan.simulation.scenario import Scenario
from kplan.simulation.stage import USER, Stage
from kplan.simulation.timeline import TimelineEvent
from kplan.state.store import Store, written_since


class Cluster:
    """A simulated cluster over a store."""

    def __init__(
        self,
        store: Store,
        *,
        scenario: Scenario | None = None,
        version: str = releases.DEFAULT,
        start: Instant = START,
        progress: Progress | None = None,
        profiles: Mapping[str, Profile] | None = None,
        rest: Rest | None = None,
        before: Store | None = None,
    ) -> None:
        """``rest`` says that the state is at rest, and what waits there;
        if it was written to since, ``before`` is it.
        """
        self.store = store
        self.prior = store.fork()
        self.clock = Clock(start)
        self.scenario = scenario or Scenario()
        self.version = version
        self.server = Server(store, catalog=Catalog.for_version(version), now=self._now)
        self.engine = Engine(self.clock, progress)
        bootstrap(self.server)
        self.stage = Stage(store, self.clock, self.engine, self.scenario, behaviours_of(version))
        for name in offline_nodes(store):
            self.stage.outages.lose(name, start)
        for actor in roster(self.scenario, self.server, version, profiles):
            self.stage.join(actor, self.client(actor.name))
        if rest is None:
            self.stage.open()
        else:
            self.stage.resume(
                rest, self._past(before or store), tuple(written_since(before, store)) if before else ()
            )
        self.started = self.clock.now
        self.incidents = Incidents(self.server, self.client(), self.engine, self.stage)
        context = LiveContext(
            self.server, _files, self.client(), self.engine, self.incidents, assumed=lambda: self.scenario
        )
        self.kubectl = Kubectl(context)
        for incident in self.scenario.incidents:
            self.incidents.schedule(incident)

    @classmethod
    def of(
        cls, objects: Iterable[Json], *, scenario: Scenario | None = None, version: str = releases.DEFAULT
    ) -> "Cluster":
        """A cluster that holds these objects."""
        return cls(Store(objects), scenario=scenario, version=version)

    def _past(self, store: Store) -> Callable[[], Past]:
        """The state as it is now; later writes do not change it. Made on first use."""
        behaviours = self.stage.behaviours
        held, clock, outages = store.fork(), Clock(self.clock.now), self.stage.outages.copy()

        def make() -> Past:
            cache = Cache(held)
            server = Server(held, catalog=self.server.catalog, now=as_datetime(clock.now))
            return Past(
                lambda name: LocalClient(server, name, name), cache, clock, self.scenario, outages, behaviours
            )

        return once(make)

    def begin(self) -> None:
        """Count from here: outcome and timeline tell of nothing that happened so far."""
        self.prior = self.store.fork()
        self.started = self.clock.now
        self.stage.begin()

    def client(self, user: str = USER) -> Client:
        """A client for a user or an actor."""
        return LocalClient(self.server, user, user)

    def run(self, until: Instant | None = None) -> bool:
        """Run until the cluster is at rest; with a time, run everything up to it. Returns whether it is at rest."""
        if until is not None:
            self.engine.run_until(until)
            return self.engine.idle
        return self.engine.run(self.clock.now + HORIZON)

    def advance(self, duration: float) -> None:
        """Let ``duration`` seconds pass."""
        self.engine.run_until(self.clock.now + seconds(duration))

    def settle(self, quiet: float) -> bool:
        """Run until nothing has been written for ``quiet`` seconds. The answer says whether that happened in time."""
        self.engine.touch()
        return self.engine.run_quiet(seconds(quiet), self.clock.now + HORIZON)

    def outcome(self) -> Outcome:
        """The result so far."""
        unplayed = (*self.stage.allowance.in_words(), *self._stopped())
        return Outcome(
            self.prior, self.store, self.stage.timeline, self.started, self.clock.now,
            self.engine.idle and not unplayed, self.version, unplayed,
            pressing=() if self.engine.idle else self.stage.pressing(),
        )  # fmt: skip

    def _stopped(self) -> Iterator[str]:
        """That there was more to play, and how to have it played."""
        if self.engine.exhausted:
            at, steps = rfc3339(self.clock.now), self.engine.steps
            yield f"stopped after {steps:,} steps: what follows {at} is not played (--limit steps=N plays more)"

    def events(self, since: int = 0) -> Sequence[TimelineEvent]:
        """The Events recorded since an entry of the timeline."""
        return list(self.stage.timeline.events(since))

    def find(self, key: ObjectKey) -> Json | None:
        """An object as it is now."""
        return self.server.find(key)

    def _now(self) -> datetime:
        return as_datetime(self.clock.now)


def _files(filenames: Sequence[str], *, recursive: bool) -> Given:
    """Read files as kubectl does. Raises UsageError."""
    from kplan.kubectl.files import reader  # noqa: PLC0415 - loads PyYAML, and few who make a cluster read files

    return reader()(filenames, recursive=recursive)
