"""The state at rest as actors would have looked at it: what one keeps in mind of an object, it is shown when it needs it.

Upstream: none; a real controller looks at every object when it starts.
"""

from collections.abc import Callable, Hashable
from contextlib import suppress

from kplan.apiserver.client import Client
from kplan.apiserver.errors import StatusError
from kplan.namedtuples import NamedTuple
from kplan.schema.changes.behaviours import CURRENT, Behaviours
from kplan.simulation.allowance import Allowance
from kplan.simulation.cache import Cache
from kplan.simulation.clock import Clock, Instant
from kplan.simulation.outages import Outages
from kplan.simulation.reconciler import Context, Reconciler, Request
from kplan.simulation.recorder import SpamFilter
from kplan.simulation.scenario import Scenario


class Past(NamedTuple):
    """A state that stays as it was."""

    client: Callable[[str], Client]
    """A client for an actor; what it writes reaches nobody."""
    cache: Cache
    clock: Clock
    scenario: Scenario
    outages: Outages
    behaviours: Behaviours = CURRENT

    def context(self, actor: str) -> Context:
        """What an actor works with there."""
        allowance = Allowance(self.scenario.max_pods)
        return Context(
            self.client(actor), self.cache, self.clock, self.scenario, _NoQueue(), self.outages, SpamFilter(), allowance,
            self.behaviours,
        )  # fmt: skip


class Recollection:
    """One actor's first look at what it is asked about: how it was at rest."""

    def __init__(self, actor: Reconciler, past: Callable[[], Past]) -> None:
        self._actor = actor
        self._past = past
        self._context: Context | None = None
        self._met: set[Request] = set()

    def know(self, request: Request) -> None:
        """The actor looks at it before anything happens: it needs no showing."""
        self._met.add(request)

    def meet(self, request: Request) -> None:
        """Have the actor look, if it has not looked before."""
        if request in self._met:
            return
        self._met.add(request)
        if self._context is None:
            self._context = self._past().context(self._actor.name)
        with suppress(StatusError):
            self._actor.reconcile(request, self._context)


class _NoQueue:
    """A queue for requests that nobody works on."""

    def add_after(
        self, key: Hashable, delay: Instant, cause: int | None = None, *, background: bool = False
    ) -> None:
        """Let it be."""

    def failures(self, key: Hashable) -> int:
        """None."""
        del key
        return 0
