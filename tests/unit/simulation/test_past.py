"""What an actor is shown of the state at rest before it first acts on an object."""

from collections.abc import Iterable, Sequence

from kplan.simulation.clock import Clock
from kplan.simulation.outages import Outages
from kplan.simulation.past import Past, Recollection
from kplan.simulation.reconciler import DONE, Cache, Context, Request, Result, Watch
from kplan.simulation.scenario import Scenario
from kplan.state.store import Store


class Actor:
    """An actor that notes what it is asked."""

    name = "noting"
    watches: Sequence[Watch] = ()

    def __init__(self) -> None:
        self.reconciled: list[Request] = []

    def reconcile(self, request: Request, _context: Context) -> Result:
        self.reconciled.append(request)
        return DONE


class RecallingActor(Actor):
    """One that need not reconcile an object at rest to know it."""

    def __init__(self) -> None:
        super().__init__()
        self.recalled: list[Request] = []

    def unfinished(self) -> Iterable[Request]:
        return ()

    def recall(self, request: Request, _context: Context) -> None:
        self.recalled.append(request)


def past() -> Past:
    def no_client(_: str) -> None:
        return None

    return Past(no_client, Cache(Store()), Clock(), Scenario(), Outages())  # type: ignore[arg-type]  # nobody writes


def test_an_object_is_shown_once() -> None:
    actor = Actor()
    recollection = Recollection(actor, past)
    recollection.know("known")
    for request in ("known", "web", "web"):
        recollection.meet(request)
    assert actor.reconciled == ["web"]


def test_an_actor_that_recalls_is_not_asked_to_reconcile() -> None:
    actor = RecallingActor()
    recollection = Recollection(actor, past)
    for request in ("web", "web", "api"):
        recollection.meet(request)
    assert (actor.recalled, actor.reconciled) == (["web", "api"], [])
