"""The state at rest as actors would have seen it: an actor is shown an object of it before it
first acts on that object.

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
from kplan.simulation.reconciler import Context, Recalling, Reconciler, Request
from kplan.simulation.recorder import SpamFilter
from kplan.simulation.scenario import Scenario


class Past(NamedTuple):
    """A state that never changes."""

    client: Callable[[str], Client]
    """A client for an actor; what it writes reaches nobody."""
    cache: Cache
    clock: Clock
    scenario: Scenario
    outages: Outages
    behaviours: Behaviours = CURRENT

    def context(self, actor: str) -> Context:
        """The context an actor would have had at rest."""
        allowance = Allowance(self.scenario.max_pods)
        return Context(
            self.client(actor), self.cache, self.clock, self.scenario, _NoQueue(), self.outages, SpamFilter(), allowance,
            self.behaviours,
        )  # fmt: skip


class Recollection:
    """Shows one actor the objects of a request as they were at rest, before it first acts on them."""

    def __init__(self, actor: Reconciler, past: Callable[[], Past]) -> None:
        self._actor = actor
        self._show: Callable[[Request, Context], object] = (
            actor.recall if isinstance(actor, Recalling) else actor.reconcile
        )
        self._past = past
        self._context: Context | None = None
        self._met: set[Request] = set()

    def know(self, request: Request) -> None:
        """Note that the actor sees an object before anything happens, so that it need not be shown."""
        self._met.add(request)

    def meet(self, request: Request) -> None:
        """Show an object to the actor, unless it has seen it before."""
        if request in self._met:
            return
        self._met.add(request)
        if self._context is None:
            self._context = self._past().context(self._actor.name)
        with suppress(StatusError):
            self._show(request, self._context)


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
